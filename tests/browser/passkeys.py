"""Chromium's virtual authenticator (WebDriver part of WebAuthn Level 3, §11)."""

from typing import Any

from playwright.sync_api import CDPSession, Page

# A presence simulated later is not noticed by a request that waits already.
_NOTE_AUTOFILL = """
    const ask = navigator.credentials?.get.bind(navigator.credentials);
    if (ask) navigator.credentials.get = (options) => {
        const found = ask(options);
        if (options.mediation === "conditional") window.askedForAutofill = true;
        return found;
    };
"""


class VirtualAuthenticator:
    """What keeps the passkeys of one page; `synced`: as a password manager does."""

    def __init__(self, page: Page, *, synced: bool = False, presence: bool = True) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": presence,
            "defaultBackupEligibility": synced,
            "defaultBackupState": synced,
        }
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = made["authenticatorId"]
        page.add_init_script(_NOTE_AUTOFILL)

    def credentials(self) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        kept: list[dict[str, Any]] = found["credentials"]
        return kept

    def take_over(self, credential: dict[str, Any]) -> None:
        """The same passkey on another page's authenticator."""
        self.session.send(
            "WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential}
        )

    def touch(self, on: bool = True) -> None:
        """Whether somebody is there to touch it, from the next request on."""
        self.session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self.id, "enabled": on},
        )

    def verify(self, good: bool) -> None:
        """Whether the finger is the right one."""
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": good}
        )
