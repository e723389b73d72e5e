"""The WebAuthn ceremonies, as django-otp-webauthn runs them, with Signet's choices."""

from typing import Any

from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.structs import (
    AuthenticationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, User

# WebAuthn Level 3 §4: the longest credential id there is.
_LONGEST_ID = 1023
# Counters have 32 bits (§6.1), the column one less.
MOST_COUNTED = 2**31 - 1


class PasskeyHelper(WebAuthnHelper):
    """Names people see are theirs; attestation is neither asked for nor kept."""

    def get_credential_display_name(self, user: User) -> str:
        return user.display_name

    def get_credential_name(self, user: User) -> str:
        return user.email or user.username

    def create_attestation(self, *args: Any, **kwargs: Any) -> None:
        return None

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        """An older security key that keeps nothing is a good second factor all the same."""
        return ResidentKeyRequirement.PREFERRED

    def get_generate_authentication_options_kwargs(
        self, *, user: User | None = None, require_user_verification: bool
    ) -> dict[str, Any]:
        """Where it is not required the owner is checked if that is possible: it tells more."""
        kwargs: dict[str, Any] = super().get_generate_authentication_options_kwargs(
            user=user, require_user_verification=require_user_verification
        )
        if not require_user_verification:
            kwargs["user_verification"] = UserVerificationRequirement.PREFERRED
        return kwargs

    def create_credential(self, *args: Any, **kwargs: Any) -> Passkey:
        """Raises ValueError for an id longer than any."""
        passkey: Passkey = super().create_credential(*args, **kwargs)
        if len(passkey.credential_id) > _LONGEST_ID:
            raise ValueError("credential id")
        passkey.sign_count = min(passkey.sign_count, MOST_COUNTED)
        return passkey

    def verified(
        self, passkey: Passkey, state: dict[str, Any], credential: AuthenticationCredential
    ) -> VerifiedAuthentication:
        """What the answer proves (WebAuthn Level 3 §7.2). Raises whatever the library raises.

        The counter is left to the caller: the library looks at it before the signature, so that
        anybody could make a good passkey look copied.
        """
        return verify_authentication_response(
            credential=credential,
            credential_current_sign_count=0,
            credential_public_key=bytes(passkey.public_key),
            expected_challenge=base64url_to_bytes(state["challenge"]),
            expected_rp_id=self.get_relying_party_domain(),
            expected_origin=self.get_allowed_origins(),
            require_user_verification=state["require_user_verification"],
        )
