"""What a provider's refusal means for the message."""

from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from idp.ground.fetch import FetchRefused

# Answers after which a later try makes sense (RFC 9110 §15.5.9, RFC 6585 §4).
LATER = ("status_408", "status_425", "status_429")
# Whoever answers so may have passed the message on before it broke (RFC 9110 §15.6).
_BROKEN = ("status_500", "status_502", "status_504")
# Our name or key displeases: an operator's fault, and mended by one.
_KEYS = ("status_401", "status_403")


class Undecided(MessageFailed):
    """It broke over the message: this provider may be asked again, because it knows a message by
    its key; nobody else may."""


def failure(name: str, refusal: FetchRefused, detail: str = "", *, knows_keys: bool) -> Exception:
    """The error to raise. `detail`: the provider's own code, never its words: they quote numbers.

    `knows_keys`: it recognises a message that it is handed twice.
    """
    answer = f"{name}: {refusal.reason}" + (f" {detail}" if detail else "")
    reason = refusal.reason
    if not reason.startswith("status_"):
        return MessageUncertain(answer) if refusal.sent else MessageFailed(answer)
    if reason in _BROKEN:
        return Undecided(answer) if knows_keys else MessageUncertain(answer)
    if reason.startswith("status_4") and reason not in (*LATER, *_KEYS):
        return MessageRefused(answer)
    return MessageFailed(answer)
