"""Settings about people: joining, second factors, passwords."""

import re
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from idp.config_types import Words

_DOMAIN = re.compile(r"[^\s@.]+(\.[^\s@.]+)+")


class PeopleConfig(BaseSettings):
    """Part of `Config`; durations are seconds."""

    # Joining
    registration: Literal["closed", "invite", "domains", "open", "approval"] = Field(
        default="closed",
        description="Who may make an account: nobody, the invited, people of registration_domains, "
        "everybody, or everybody an administrator then approves. Invitations always work but when "
        "closed.",
    )
    registration_domains: Words = Field(
        default=(), description="E-mail domains whose people may join (registration=domains)."
    )
    terms_url: str = Field(default="", description="The terms people accept when they join.")
    terms_version: str = Field(
        default="", description="Another value asks everybody to accept the terms again."
    )
    invitation_lifetime: int = Field(default=604_800, ge=3_600, description="Invitations.")
    deletion_grace: int = Field(
        default=1_209_600, ge=0, description="An account is deleted this long after its wish."
    )

    # Second factors
    second_factor: Literal["optional", "administrators", "everybody"] = Field(
        default="optional",
        description="Who must have a second factor; roles and clients can ask for it as well.",
    )
    email_codes: bool = Field(
        default=True, description="Offer codes by e-mail as a second factor (not for NIST's AAL2)."
    )
    magic_codes: bool = Field(
        default=False, description="Offer to sign in by a code sent to the e-mail address."
    )
    trusted_browser_lifetime: int = Field(
        default=2_592_000, ge=0, description="Browsers asked no second factor; 0: not offered."
    )
    fresh_for: int = Field(
        default=600,
        ge=60,
        description="After proving who they are, people may change their access.",
    )
    recovery_delay: int = Field(
        default=259_200,
        ge=0,
        description="Waiting time of a recovery without the second factor; 0: not offered.",
    )

    # Passwords
    password_min_length: int = Field(
        default=15,
        ge=8,
        description="15 where the password is the only factor (NIST SP 800-63B-4).",
    )
    password_block_list: str = Field(
        default="", description="File with further refused passwords, one a line."
    )

    def people_faults(self) -> list[str]:
        """What does not fit together."""
        faults = []
        if self.registration == "domains" and not self.registration_domains:
            faults.append("registration=domains needs registration_domains")
        if not all(_DOMAIN.fullmatch(one) for one in self.registration_domains):
            faults.append("registration_domains holds something that is no domain")
        if self.terms_version and not self.terms_url:
            faults.append("terms_version needs terms_url (people must be able to read them)")
        return faults
