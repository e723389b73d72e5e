"""Is it them? Name and password, within the budgets of guesses."""

from hashlib import sha256

from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.db import transaction
from django.http import HttpRequest

from accounts import audit, authentication
from accounts.errors import NotRecognised, TooManyAttempts
from accounts.foreign_hashes import NOT_COMPUTABLE, even_out, is_hash
from accounts.models import PendingLogin, SelfRecovery, Session, TrustedBrowser, User
from accounts.password_policy import MAX_LENGTH, normalised
from accounts.throttling import Limit, claim, forget, subnet
from idp.ground.canonical import NotCanonical, email_key, username_key

# In the browser's session on our side: the person whose mailbox was proven there.
_PROVEN = "proven"


def _name_key(identifier: str) -> str:
    try:
        key = email_key(identifier) if "@" in identifier else username_key(identifier)
    except NotCanonical:
        key = identifier[:400]
    return sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this person was in this browser before: signed in, or with a mailed link."""
    here = authentication.browser(request)
    if here is None:
        return False
    return (
        request.session.get(_PROVEN) == str(user.pk)
        or Session.objects.by_the_person().filter(browser=here, user=user).exists()
    )


def make_known(request: HttpRequest, user: User) -> None:
    """The person proved in this browser that the mailbox is theirs: strangers who spent the
    account's budget must not keep them out."""
    authentication.ensure_browser(request)
    request.session[_PROVEN] = str(user.pk)


def _limits(request: HttpRequest, identifier: str, user: User | None) -> list[Limit]:
    """Budgets this guess draws on.

    A browser in which the person was before has one of its own: strangers who spend the others
    slow themselves, never the owner. The others are those of the text that was typed, whether an
    account has it or not: two names that share a budget would tell that they are one person's.
    """
    here = authentication.browser(request)
    # Nobody is looked up as anybody is: a statement less would tell.
    known = is_known(request, user or User())
    if user and here and known:
        return [Limit(f"login/known/{here.pk}/{user.pk}", burst=10, every=30)]
    name, network = _name_key(identifier), subnet(request.META["REMOTE_ADDR"])
    return [
        Limit(f"login/pair/{name}/{network}", burst=6, every=60),
        Limit(f"login/account/{name}", burst=40, every=600),
        Limit(f"login/net/{network}", burst=100, every=2),
    ]


def _matches(user: User | None, password: str) -> bool:
    encoded = user.password if user else ""
    if user is None or not is_hash(encoded):
        make_password(password)  # costs what a real comparison costs
        return False

    try:
        good = check_password(password, encoded, setter=lambda raw: _rehash(user, raw))
    except NOT_COMPUTABLE:
        return False  # brought along, and beyond what this machine computes
    if good and user.password == encoded and not _is_current(encoded):
        # Somebody else wrote another hash: the same form sent twice, or a new password.
        user.refresh_from_db(fields=["password"])
        return check_password(password, user.password)
    return good


def _rehash(user: User, raw: str) -> None:
    """The same password under a hash of today; what stands on the old hash stays."""
    old, before = user.password, password_state(user)
    fresh = make_password(raw)
    with transaction.atomic():
        # Conditional: a reset that happens meanwhile must not be undone.
        if not User.objects.filter(pk=user.pk, password=old).update(password=fresh):
            return
        user.password = fresh
        # No new password: whoever waits three days to get back in must not wait anew.
        for model in (PendingLogin, SelfRecovery, TrustedBrowser):
            mine = model._default_manager.filter(user=user, password_state=before)
            mine.update(password_state=password_state(user))


def _is_current(encoded: str) -> bool:
    hasher = get_hasher()
    return encoded.startswith(f"{hasher.algorithm}$") and not hasher.must_update(encoded)


def sign_in(request: HttpRequest, identifier: str, password: str) -> User:
    """The person, if name and password match and the account may sign in.

    Raises `NotRecognised`, the same for every reason, and `TooManyAttempts` before the guess is
    looked at.
    """
    identifier = identifier.strip()
    if len(identifier) > 320 or len(password) > MAX_LENGTH or "\0" in identifier + password:
        raise NotRecognised
    user = User.objects.find(identifier)
    limits = _limits(request, identifier, user)
    try:
        claim(limits)
    except TooManyAttempts:
        audit.record(audit.LOGIN_LIMITED, request=request, subject=user)
        raise
    password, encoded = normalised(password), user.password if user else ""
    good = _matches(user, password)
    if user is None or not good or not user.is_active:
        audit.record(audit.LOGIN_FAILED, request=request, subject=user)
        even_out(encoded, password)
        raise NotRecognised
    forget([limit.key for limit in limits if not limit.key.startswith("login/net/")])
    return user


def password_state(user: User) -> str:
    """Changes whenever the password does; tells nothing about it."""
    return sha256(f"{user.pk}/{user.password}".encode()).hexdigest()[:40]
