"""What can go wrong with an account. Errors carry data, pages find the words."""

from typing import Any


class AccountError(Exception):
    """Any of the below."""


class TooManyAttempts(AccountError):
    """A budget is spent. `resets_in`: seconds until one more attempt is allowed."""

    def __init__(self, resets_in: int) -> None:
        super().__init__(resets_in)
        self.resets_in = resets_in


class Busy(AccountError):
    """Too much is being computed right now. `resets_in`: seconds until a try makes sense."""

    def __init__(self, resets_in: int = 1) -> None:
        super().__init__(resets_in)
        self.resets_in = resets_in


class NotRecognised(AccountError):
    """Name and password do not match, or the account may not sign in: never said which."""


class CodeNotRight(AccountError):
    """The code is wrong, was used, has expired, or was never sent: never said which."""


class CodesReplaced(AccountError):
    """There is another set of recovery codes since the page with these was opened."""


class SmsRefused(AccountError):
    """No SMS leaves. `reason`: `kind` (a premium, satellite or other number that codes do not go
    to), `country` (not one of the deployment's), `spent` (the day's SMS of the deployment)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PasskeyNotRight(AccountError):
    """The passkey's answer does not count. People are never told why.

    `reason`: one word, for the audit; `owner`: whose passkey it claims to be, where known (a User).
    """

    def __init__(self, reason: str, owner: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.owner = owner


class FactorNeeded(AccountError):
    """This account must have a second factor, and it would be the last one."""


class LastFactor(AccountError):
    """It would be the last one, and the person was not asked whether they mean it."""


class PasswordRefused(AccountError):
    """The new password breaks the policy. `reasons`: short, long, common, personal, characters,
    used."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class NameTaken(AccountError):
    """Somebody has this username or e-mail address already.

    Told to administrators, and to whoever proved that the address is theirs.
    """


class LastAdministrator(AccountError):
    """Nobody could rule this deployment without this account."""


class NothingToChange(AccountError):
    """It is so already."""


class AddressNotAdmitted(AccountError):
    """Nobody with such an address may join by themselves; says nothing about who has joined."""


class LinkNotValid(AccountError):
    """The link was used, has expired, was overtaken or was never ours."""


class RecoveryStopped(AccountError):
    """The owner stopped a recovery begun with this password: first comes a new one."""


class MessageFailed(AccountError):
    """The provider did not take the message now. `answer`: what it said, without contents."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class MessageRefused(MessageFailed):
    """The provider will never take it."""


class MessageUncertain(MessageFailed):
    """Nobody knows whether the provider took it."""
