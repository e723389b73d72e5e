"""What the pages that wait for a code say about the message it came in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.one_time_code import LIFETIME, MOST_GUESSES, NOT_SENT, RESEND_AFTER
from accounts.errors import AccountError, SmsRefused, TooManyAttempts
from accounts.models import OneTimeCode
from accounts.pages.factor_step import CodeForm

# How the states of a message read; the rest is on its way.
_STATES = {**dict.fromkeys(NOT_SENT, "failed"), "sent": "sent", "unknown": "unknown"}

_REFUSED = {
    "kind": _(
        "No code can be sent to this number. Use the number of a mobile phone, or another way."
    ),
    "country": _("No code can be sent to this country. Use another number, or another way."),
    "spent": _("No SMS can be sent at the moment. Use another way, or try again in a few hours."),
}


class SentCodeForm(CodeForm):
    """Six digits out of a message."""

    not_right = _("This code does not work. Check it, or have a new one sent.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["otp_token"].widget.attrs["maxlength"] = 12  # people type spaces as well


@dataclass(frozen=True, slots=True)
class SentCode:
    """`state`: none (not there, or too old), waiting, sent, failed, unknown, used_up. `to` is
    masked where it needs to be; `at`: when it left; `wait`: seconds until another one may go,
    `every`: how many there are between two of them."""

    to: str
    state: str
    at: datetime | None = None
    wait: int = 0
    minutes: int = LIFETIME.seconds // 60
    every: int = RESEND_AFTER.seconds

    @property
    def is_new(self) -> bool:
        """Too new for an age in seconds."""
        return self.at is not None and self.at > timezone.now() - timedelta(seconds=1)


def sent_code(row: OneTimeCode | None, to: str) -> SentCode:
    """What there is to say of a code that can still be typed in, or of none."""
    if row is None:
        return SentCode(to, "none")
    message = row.message
    wait = max(timedelta(), row.created_at + RESEND_AFTER - timezone.now())
    if message is not None and message.status in NOT_SENT:
        wait = timedelta()
    state = _STATES.get(message.status, "waiting") if message is not None else "unknown"
    if row.guesses >= MOST_GUESSES:
        state = "used_up"
    at = (message.sent_at if message is not None else None) or row.created_at
    return SentCode(to, state, at, round(wait.total_seconds()))


def why_not(error: AccountError) -> str:
    """Why no code left, in plain words, with what to do instead."""
    if isinstance(error, SmsRefused):
        return str(_REFUSED[error.reason])
    minutes = max(1, round(error.resets_in / 60)) if isinstance(error, TooManyAttempts) else 1
    return ngettext(
        "No further code was sent: too many were asked for. Try again in %(minutes)s minute, or "
        "use another way.",
        "No further code was sent: too many were asked for. Try again in %(minutes)s minutes, or "
        "use another way.",
        minutes,
    ) % {"minutes": minutes}


def too_early(sent: SentCode) -> str:
    """For whoever presses "send again" right away."""
    return ngettext(
        "A code is on its way already. In %(wait)s second you can have another one.",
        "A code is on its way already. In %(wait)s seconds you can have another one.",
        sent.wait,
    ) % {"wait": sent.wait}
