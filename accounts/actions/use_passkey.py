"""Sign in by a passkey: as the second factor of a login, or alone (WebAuthn Level 3 §7.2)."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnUserHandle
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import AuthenticationCredential, CredentialDeviceType

from accounts import audit
from accounts.acr import of_passkey
from accounts.actions.factor_guess import claim_guess, right, wrong
from accounts.actions.passkey_challenge import Ceremony, keep, take
from accounts.errors import PasskeyNotRight, TooManyAttempts
from accounts.models import Passkey, PendingLogin, User
from accounts.passkeys import MOST_COUNTED, PasskeyHelper
from accounts.throttling import Limit, claim, subnet

_COPIED = "sign_count"


def begin(request: HttpRequest, pending: PendingLogin, user: User | None = None) -> dict[str, Any]:
    """Options for `navigator.credentials.get()`; their challenge is kept with the login.

    Without `user` nothing in them tells who has a passkey, and the owner must be verified.
    """
    options, state = PasskeyHelper(request).authenticate_begin(
        user=user, require_user_verification=user is None
    )
    keep(pending, Ceremony.SECOND_FACTOR if user else Ceremony.ALONE, state)
    found: dict[str, Any] = options
    return found


def verify(request: HttpRequest, pending: PendingLogin, user: User, answer: str) -> tuple[str, ...]:
    """As a second factor; returns the `amr`. Raises `PasskeyNotRight` and `TooManyAttempts`."""
    claim_guess(request, user)
    try:
        state = take(pending, Ceremony.SECOND_FACTOR)
        _owner, amr = _use(request, state, answer, user)
    except PasskeyNotRight:
        wrong(request, user, "passkey")
        raise
    right(request, user)
    return amr


def sign_in(
    request: HttpRequest, pending: PendingLogin, answer: str
) -> tuple[User, tuple[str, ...]]:
    """Alone: who it is and the `amr`. Raises `PasskeyNotRight` and `TooManyAttempts`.

    The owner was verified by the passkey, so it is something held and something known at once.
    The budget is about work: nobody guesses a signature.
    """
    try:
        claim([Limit(f"login/passkey/{subnet(request.META['REMOTE_ADDR'])}", burst=100, every=2)])
    except TooManyAttempts:
        audit.record(audit.LOGIN_LIMITED, request=request, data={"factor": "passkey"})
        raise
    try:
        state = take(pending, Ceremony.ALONE)
        return _use(request, state, answer, None)
    except PasskeyNotRight as error:
        audit.record(
            audit.LOGIN_FAILED,
            request=request,
            subject=error.owner,
            reason=error.reason,
            data={"factor": "passkey"},
        )
        raise


def _use(
    request: HttpRequest, state: dict[str, Any], answer: str, expected: User | None
) -> tuple[User, tuple[str, ...]]:
    try:
        credential = parse_authentication_credential_json(answer)
    except Exception as error:
        raise PasskeyNotRight(type(error).__name__) from error
    try:
        with transaction.atomic():
            passkey = _find(credential, expected)
            found = _proven(request, passkey, state, credential)
            passkey.sign_count = min(found.new_sign_count, MOST_COUNTED)
            passkey.backup_state = found.credential_backed_up
            passkey.last_used_at = timezone.now()
            passkey.save(update_fields=["sign_count", "backup_state", "last_used_at"])
    except PasskeyNotRight as error:
        if error.reason == _COPIED:
            audit.record(audit.PASSKEY_COPIED, request=request, subject=error.owner)
        raise
    return passkey.user, of_passkey(
        can_leave_hardware=passkey.backup_eligible, verified=found.user_verified
    )


def _find(credential: AuthenticationCredential, expected: User | None) -> Passkey:
    """The passkey of this id, locked: its counter must not go up twice at once."""
    passkey: Passkey | None = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(
            credential_id_sha256=Passkey.get_credential_id_sha256(credential.raw_id),
            confirmed=True,
        )
        .first()
    )
    if passkey is None:
        raise PasskeyNotRight("unknown")
    if expected is not None and passkey.user_id != expected.pk:
        raise PasskeyNotRight("not_theirs")
    handle = credential.response.user_handle
    # §7.2 step 6: who is not known yet must be named by the passkey.
    if handle is None and expected is None:
        raise PasskeyNotRight("nameless", passkey.user)
    if handle is not None and handle != WebAuthnUserHandle.get_handle_for_user(passkey.user):
        raise PasskeyNotRight("other_name", passkey.user)
    if not passkey.user.is_active:
        raise PasskeyNotRight("disabled", passkey.user)
    return passkey


def _proven(
    request: HttpRequest,
    passkey: Passkey,
    state: dict[str, Any],
    credential: AuthenticationCredential,
) -> VerifiedAuthentication:
    try:
        found = PasskeyHelper(request).verified(passkey, state, credential)
    except Exception as error:
        # Parsers look at what a stranger wrote: they raise what they like.
        raise PasskeyNotRight(type(error).__name__, passkey.user) from error
    is_eligible = found.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    if is_eligible != passkey.backup_eligible:
        raise PasskeyNotRight("backup_eligibility", passkey.user)
    # §7.2 step 22. Copies of a synced key do not count together; others have no copies.
    counts = found.new_sign_count > 0 or passkey.sign_count > 0
    if counts and not is_eligible and found.new_sign_count <= passkey.sign_count:
        raise PasskeyNotRight(_COPIED, passkey.user)
    return found
