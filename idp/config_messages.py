"""Settings about messages: mail and SMS."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from idp.config_types import Words

# What each way to send an SMS cannot do without.
_NEEDED = {
    "file": ("sms_file",),
    "webhook": ("sms_webhook_url", "sms_webhook_secret"),
    "twilio": ("sms_from", "twilio_account", "twilio_token"),
    "vonage": ("sms_from", "vonage_key", "vonage_secret"),
    "sns": ("sns_region", "sns_key", "sns_secret"),
}


class MessageConfig(BaseSettings):
    """Part of `Config`."""

    # Messages
    email_host: str = Field(default="", description="SMTP server; empty only in embedded mode.")
    email_port: int = Field(default=587, description="Port of the SMTP server.")
    email_user: str = Field(default="", description="SMTP user.")
    email_password: str = Field(default="", description="SMTP password.")
    email_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to the SMTP server is secured."
    )
    email_from: str = Field(
        default="Signet <signet@localhost>", description="The From address of all mail."
    )
    sms_sender: Literal["console", "file", "webhook", "twilio", "vonage", "sns"] = Field(
        default="console", description="How SMS leave."
    )
    sms_fallback: Literal["", "file", "webhook", "twilio", "vonage", "sns"] = Field(
        default="", description="Takes over when sms_sender refuses or cannot be reached."
    )
    sms_from: str = Field(default="", description="Sender of SMS: a number or a name.")
    sms_countries: Words = Field(
        default=(), description="Country codes (such as DE) SMS may go to; empty: all."
    )
    sms_per_day: int = Field(
        default=1_000, ge=0, description="SMS of the whole deployment within 24 hours, at most."
    )
    twilio_account: str = Field(default="", description="Account SID.")
    twilio_token: str = Field(default="", description="Auth token.")
    vonage_key: str = Field(default="", description="API key.")
    vonage_secret: str = Field(default="", description="API secret.")
    sns_region: str = Field(default="", description="AWS region.")
    sns_key: str = Field(default="", description="AWS access key id.")
    sns_secret: str = Field(default="", description="AWS secret access key.")
    sms_file: str = Field(default="", description="File the `file` sender appends to.")
    sms_webhook_url: str = Field(default="", description="Receives SMS as signed JSON.")
    sms_webhook_secret: str = Field(
        default="", description="Signs the webhook's body (HMAC-SHA256)."
    )
    outbox_visible: bool = Field(
        default=False, description="Show messages at /outbox. Embedded mode only."
    )

    def message_faults(self) -> list[str]:
        """What does not fit together."""
        faults = []
        for variable in ("sms_sender", "sms_fallback"):
            sender = getattr(self, variable)
            missing = [name for name in _NEEDED.get(sender, ()) if not getattr(self, name)]
            if missing:
                faults.append(f"{variable}={sender} needs {' and '.join(missing)}")
        if self.sms_fallback and self.sms_fallback == self.sms_sender:
            faults.append("sms_fallback is the same as sms_sender")
        return faults
