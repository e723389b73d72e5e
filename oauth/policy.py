"""What still stands between a request and its answer: one table.

A `Prompt` names the page a person sees and the error a silent request gets, so that the two can
never drift apart. The predicates believe the session and the database, never the URL.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.acr import MULTI_FACTOR
from accounts.models import Session
from accounts.steps import lacks_factor
from oauth.answers import Answers
from oauth.authorization_request import AuthorizationRequest
from oauth.errors import (
    AccountSelectionRequired,
    ConsentRequired,
    InteractionRequired,
    LoginRequired,
    ProtocolError,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """Somebody is signed in and a client asks.

    `meant`: the people the client means, None for anybody. `parts`: everything consent is needed
    for (see oauth/consent.py). `remembered`: the parts this person allowed this client before.
    """

    request: AuthorizationRequest
    session: Session
    answers: Answers
    meant: frozenset[uuid.UUID] | None
    parts: frozenset[str]
    remembered: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Prompt:
    """`page`: a URL name. `error`: what `prompt=none` gets instead (OIDC Core §3.1.2.6)."""

    page: str
    error: type[ProtocolError]
    description: str

    def refusal(self) -> ProtocolError:
        return self.error(f"prompt_none_{self.error.error}", self.description)


LOGIN = Prompt("accounts:login", LoginRequired, "The user must sign in")
SECOND_FACTOR = Prompt(
    "accounts:second_factor", InteractionRequired, "The user must show a second factor"
)
SELECT_ACCOUNT = Prompt(
    "oauth:choose_account", AccountSelectionRequired, "The user must choose an account"
)
CONSENT = Prompt("oauth:consent", ConsentRequired, "The user must consent")


def account_to_choose(s: Situation) -> bool:
    return "select_account" in s.request.prompts and not s.answers.account_chosen


def another_person_is_meant(s: Situation) -> bool:
    return s.meant is not None and s.session.user_id not in s.meant


def password_to_change(s: Situation) -> bool:
    # The login asks for the new one; a session from before is good for nothing until then.
    return s.session.user.must_reset_password


def sign_in_demanded(s: Situation) -> bool:
    # max_age=0 says the same (OIDC Core §3.1.2.1), whatever the clocks say. A new account is a new
    # sign-in; whoever finds that they have one already may use it.
    demanded = bool({"login", "create"} & s.request.prompts) or s.request.max_age == 0
    return demanded and not s.answers.authenticated


def sign_in_too_old(s: Situation) -> bool:
    if s.request.max_age is None or s.answers.authenticated:
        return False
    return s.now - s.session.auth_time > timedelta(seconds=s.request.max_age)


def second_factor_missing(s: Situation) -> bool:
    if s.session.acr == MULTI_FACTOR:
        return False
    # A role that was given to somebody who is signed in counts at once.
    return s.request.wants_second_factor or lacks_factor(s.session)


def consent_demanded(s: Situation) -> bool:
    return "consent" in s.request.prompts and not s.answers.consented


def consent_missing(s: Situation) -> bool:
    if s.answers.consented:
        return not s.parts <= s.answers.consented_parts
    # Another program of the same device could pose as the client: ask each time (RFC 8252 §8.6).
    if not s.request.is_tied_to_client:
        return True
    return not s.request.client.first_party and not s.parts <= s.remembered


class Check(NamedTuple):
    needed: Callable[[Situation], bool]
    prompt: Prompt


POLICY = (
    Check(account_to_choose, SELECT_ACCOUNT),
    Check(another_person_is_meant, LOGIN),
    Check(password_to_change, LOGIN),
    Check(sign_in_demanded, LOGIN),
    Check(sign_in_too_old, LOGIN),
    Check(second_factor_missing, SECOND_FACTOR),
    Check(consent_demanded, CONSENT),
    Check(consent_missing, CONSENT),
)


def next_prompt(situation: Situation | None) -> Prompt | None:
    """What comes next; None: nothing is left. No situation: nobody suitable is signed in."""
    if situation is None:
        return LOGIN
    return next((check.prompt for check in POLICY if check.needed(situation)), None)


def dead_end(situation: Situation) -> ProtocolError | None:
    """What a sign-in for this request did not mend and another would not mend either."""
    if not situation.answers.authenticated:
        return None
    if another_person_is_meant(situation):
        return LoginRequired("another_person_signed_in", "Another user was expected")
    return None
