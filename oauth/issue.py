"""The outcome of a request: one Authorization, unique on its request id, a yes or a no.

Everything that makes the outcome true is one transaction: consent, participation, authorization,
audit. A request has one outcome; a button pressed twice gets the same one.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actions.security_notice import notify
from accounts.models import Session
from oauth import audit_events, claims, gate, grant_row, ledger, opaque, response
from oauth.authorization_request import AuthorizationRequest, Refused
from oauth.errors import AccessDenied, InvalidGrant
from oauth.interaction import Interaction
from oauth.models import Authorization, Consent
from oauth.new_authorization import new_authorization
from oauth.policy import Situation

_AGAIN = timedelta(seconds=10)
# A second tab repeats a challenge once or twice; a client that has only one repeats it for ever.
_REPETITIONS = 5


class AlreadyAnswered(Exception):
    """This request has its outcome, and it is not for repeating."""


class NotReady(Exception):
    """Something ended while the person was looking at the page: ask the policy anew."""


def existing(interaction: Interaction) -> dict[str, str] | None:
    """The response parameters of an outcome that is there already, or None.

    The same session gets the same answer for ten seconds: a double click, a reload. After that,
    for another session, and once the code was redeemed: `AlreadyAnswered`.
    """
    row = Authorization.objects.filter(request_id=interaction.continuation.request_id).first()
    if row is None:
        return None
    situation = interaction.situation
    same = situation is not None and row.session_id == situation.session.pk
    if not same or interaction.now - row.created_at > _AGAIN or row.code_redeemed_at is not None:
        raise AlreadyAnswered
    if row.refused_at is not None:
        return response.failure(interaction.request.target, denied())
    if row.revoked_at is not None or row.code_expires_at <= interaction.now:
        raise AlreadyAnswered
    return _success(interaction.request, row)


def denied() -> AccessDenied:
    return AccessDenied("denied_by_person", "The user did not allow it")


def _success(request: AuthorizationRequest, row: Authorization) -> dict[str, str]:
    code = opaque.derive(opaque.CODE, row.pk, row.generation, bytes(row.secret), row.token_key)
    return response.success(request.target, code)


def allow(interaction: Interaction, situation: Situation) -> dict[str, str]:
    """Write the yes; the parameters of the response.

    Raises `NotReady`, `AlreadyAnswered` and `Refused` (the gate is closed, or nothing is left).
    """
    request = interaction.request
    if request.scopes and not interaction.scopes:
        error = AccessDenied("no_scope_for_this_person", "The user may not use these scopes")
        raise Refused(error, request.client, request.target)
    try:
        with transaction.atomic():
            session = _locked(situation.session, interaction.now)
            _consent(interaction, situation)
            row = new_authorization(interaction, session, interaction.scopes)
            row.save(force_insert=True)
            _check_gate(row, interaction)
            _tell_of_repetition(row, interaction)
    except IntegrityError:
        return _of_the_faster_one(interaction)
    return _success(request, row)


def deny(interaction: Interaction, situation: Situation) -> dict[str, str]:
    """Write the no, which is final; the parameters of the response."""
    try:
        with transaction.atomic():
            session = _locked(situation.session, interaction.now)
            row = new_authorization(interaction, session, ())
            row.refused_at = interaction.now
            row.save(force_insert=True)
            audit.record(
                audit_events.CONSENT_REFUSED,
                request=interaction.peer,
                actor=session.user,
                subject=session.user,
                client_id=interaction.request.client.client_id,
            )
    except IntegrityError:
        return _of_the_faster_one(interaction)
    return response.failure(interaction.request.target, denied())


def _of_the_faster_one(interaction: Interaction) -> dict[str, str]:
    """A POST sent twice: one INSERT won, both get its answer."""
    found = existing(interaction)
    if found is None:
        raise NotReady
    return found


def _locked(session: Session, now: datetime) -> Session:
    """The session, which cannot end before this transaction does."""
    living = Session.objects.living(now).select_related("user").select_for_update(of=("self",))
    found = living.filter(pk=session.pk).first()
    if found is None:
        raise NotReady
    return found


def _consent(interaction: Interaction, situation: Situation) -> None:
    """Remember a consent that was given, or make sure the remembered one still stands."""
    user, client = situation.session.user, interaction.request.client
    kept = Consent.objects.select_for_update().filter(user=user, client_id=client.id).first()
    if not interaction.answers.consented:
        if not client.first_party and (kept is None or not situation.parts <= set(kept.parts)):
            raise NotReady
        return
    if not situation.parts <= interaction.answers.consented_parts:
        raise NotReady
    names = set(interaction.request.claims.names)
    old = kept or Consent(user=user, client_id=client.id, granted_at=interaction.now)
    gets_offline = "offline_access" in {*interaction.scopes} - {*old.scopes}
    old.scopes = sorted({*old.scopes, *interaction.scopes})
    old.claims = sorted({*old.claims, *names})
    old.parts = sorted({*old.parts, *situation.parts})
    old.updated_at = interaction.now
    old.save()
    audit.record(
        audit_events.CONSENT_GRANTED,
        request=interaction.peer,
        actor=user,
        subject=user,
        client_id=client.client_id,
        data={"scopes": sorted(interaction.scopes), "claims": sorted(names)},
    )
    if gets_offline and not client.first_party:
        # From now on it acts also while nobody is there: what a thief would leave behind.
        words = {"client_name": client.client_name}
        notify(user, "grant_given", request=interaction.peer, context=words)


def _check_gate(row: Authorization, interaction: Interaction) -> None:
    """The gate every later use passes; what it would refuse then is not begun now."""
    found = grant_row.read(row.pk)
    try:
        if found is not None:
            gate.may_issue(found, interaction.now)
            # What the ID token will tell. Here, because redeeming the code is to cost one UPDATE.
            client = interaction.request.client
            named = gate.present_claims(found, client, "id_token")
            told = claims.for_id_token(found, gate.present_scopes(found, client), named)
            ledger.note(found, ["sub", *told], interaction.now)
    except InvalidGrant as error:
        request = interaction.request
        refusal = AccessDenied(error.reason, "The user may not use this client")
        raise Refused(refusal, request.client, request.target) from None


def _tell_of_repetition(row: Authorization, interaction: Interaction) -> None:
    """A constant code_challenge protects nobody (RFC 9700 §2.1.1): one event when it shows."""
    if not row.code_challenge:
        return
    same = Authorization.objects.filter(
        user=row.user_id,
        client=row.client_id,
        code_challenge=row.code_challenge,
        created_at__gt=interaction.now - timedelta(days=1),
    )
    if same.count() == _REPETITIONS:
        audit.record(
            audit_events.CHALLENGE_REPEATED,
            subject=row.user,
            client_id=interaction.request.client.client_id,
            data={"times": _REPETITIONS},
        )
