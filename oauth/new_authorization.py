"""The row that a yes becomes: what it holds, and until when it is kept."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from accounts.acr import met_by
from accounts.models import Session
from idp.ground.keyring import key_ids
from oauth.extensions import resource_indicators
from oauth.interaction import Interaction
from oauth.models import Authorization, Participation, Subject
from oauth.subjects import subject_of


def _participation(
    session: Session, client: uuid.UUID, subject: Subject, now: datetime
) -> Participation:
    values = {"first_at": now, "last_at": now, "subject": subject}
    found, made = Participation.objects.get_or_create(
        session=session, client_id=client, defaults=values
    )
    if not made:
        older = Participation.objects.filter(pk=found.pk, last_at__lt=now)
        older.update(last_at=now, subject=subject)
    return found


def _acr(interaction: Interaction, session: Session) -> str:
    """The class asked for that this session meets, best first; else the one it reached."""
    reached = met_by(session.acr)
    return next((one for one in interaction.request.acr_values if one in reached), session.acr)


def new_authorization(
    interaction: Interaction, session: Session, scopes: tuple[str, ...]
) -> Authorization:
    """The row of a yes to these scopes, unsaved; its participation is in place."""
    request, now = interaction.request, interaction.now
    client = request.client
    subject = subject_of(session.user, client, request.redirect_uri)
    offline = "offline_access" in scopes
    refreshable = client.check_grant_type("refresh_token") and (offline or client.session_refresh)
    return Authorization(
        request_id=interaction.continuation.request_id,
        client_id=client.id,
        user=session.user,
        subject=subject,
        session=session,
        offline=offline,
        refreshable=refreshable,
        scopes=sorted(scopes),
        claims_request=request.claims.as_json(),
        resources=list(resource_indicators.meant(client, request.resources, scopes)),
        nonce=request.nonce,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        auth_time=session.auth_time,
        acr=_acr(interaction, session),
        amr=session.amr,
        sid=_participation(session, client.id, subject, now).sid,
        token_key=key_ids()[0],
        code_expires_at=now + timedelta(seconds=settings.SIGNET.code_lifetime),
        created_at=now,
        expires_at=_end(interaction, session, offline=offline, refreshable=refreshable),
        epoch=settings.SIGNET.epoch,
    )


def _end(
    interaction: Interaction, session: Session, *, offline: bool, refreshable: bool
) -> datetime:
    """When the row may go: after its last token, and after the request can no longer be finished,
    so that one request never has two outcomes."""
    client, now = interaction.request.client, interaction.now
    lifetimes = [settings.SIGNET.access_token_lifetime, client.access_token_lifetime or 0]
    lifetimes += [api.lifetime or 0 for api in client.resources.values()]
    last_token = timedelta(seconds=settings.SIGNET.code_lifetime + max(lifetimes))
    end = max(now + last_token, interaction.continuation.not_after)
    if offline:
        return max(end, now + timedelta(seconds=settings.SIGNET.refresh_lifetime))
    return max(end, session.expires_at) if refreshable else end
