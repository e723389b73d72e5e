"""The WebAuthn ceremonies, as django-otp-webauthn runs them, with Signet's choices."""

from typing import Any

from django_otp_webauthn.helpers import WebAuthnHelper

from accounts.models import User


class PasskeyHelper(WebAuthnHelper):
    """Names people see are theirs; attestation is neither asked for nor kept."""

    def get_credential_display_name(self, user: User) -> str:
        return user.display_name

    def get_credential_name(self, user: User) -> str:
        return user.email or user.username

    def create_attestation(self, *args: Any, **kwargs: Any) -> None:
        return None
