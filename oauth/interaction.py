"""A request whose person is at a page of ours: the same checks again, and where things stand."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from accounts import authentication
from accounts.audit import Peer, peer_of
from accounts.models import Browser, Session
from oauth import answers, consent
from oauth.answers import Answers
from oauth.authorization_request import AuthorizationRequest, read
from oauth.continuation import Continuation, open_continuation
from oauth.models import Consent, Subject
from oauth.page_url import page_url
from oauth.policy import Situation
from oauth.protocol_request import ProtocolRequest
from oauth.subjects import sector_of


@dataclass(frozen=True, slots=True)
class Interaction:
    """`situation` is None while nobody suitable is signed in. `scopes`: what they may get.
    `peer`: who sent the request at hand."""

    sealed: str
    continuation: Continuation
    request: AuthorizationRequest
    browser: Browser | None
    living: tuple[Session, ...]
    answers: Answers
    situation: Situation | None
    scopes: tuple[str, ...]
    now: datetime
    peer: Peer

    def url(self, page: str) -> str:
        """A page of this request."""
        return page_url(page, self.sealed)


class RequestExpired(Exception):
    """Past its `not_after`; there is no finishing it, only beginning anew at the app."""

    def __init__(self, request: AuthorizationRequest) -> None:
        super().__init__()
        self.request = request


def open_interaction(request: HttpRequest) -> Interaction:
    """Where the request named by the URL stands in this browser.

    Raises `ContinuationBroken`, `Refused` and `RequestExpired`.
    """
    sealed = request.GET.get("c", "")
    continuation = open_continuation(sealed)
    asked = read(continuation.parameters, ours=True)
    now = timezone.now()
    if continuation.not_after <= now:
        raise RequestExpired(asked)
    browser = authentication.browser(request)
    if browser is not None:
        answers.take_login(browser, continuation.request_id, page_url("oauth:resume", sealed), now)
    given = answers.read(browser, continuation.request_id)
    situation = _situation(request, asked, given, now)
    return Interaction(
        sealed=sealed,
        continuation=continuation,
        request=asked,
        browser=browser,
        living=tuple(authentication.sessions(request)),
        answers=given,
        situation=situation,
        scopes=consent.scopes_for(asked, situation.session.user) if situation else (),
        now=now,
        peer=peer_of(request),
    )


def _situation(
    request: HttpRequest, asked: AuthorizationRequest, given: Answers, now: datetime
) -> Situation | None:
    meant = None
    if asked.meant_subs is not None:
        # Of this client's sector alone: what another knows a person by must not be tried out here.
        found = Subject.objects.filter(
            sub__in=asked.meant_subs,
            sector=sector_of(asked.client, asked.redirect_uri),
            user__isnull=False,
        )
        meant = frozenset(user_id for user_id in found.values_list("user_id", flat=True) if user_id)
    session = _session(request, given, meant)
    if session is None:
        return None
    remembered = Consent.objects.filter(user=session.user, client_id=asked.client.id).first()
    return Situation(
        request=asked,
        session=session,
        answers=given,
        meant=meant,
        parts=consent.parts(asked, consent.scopes_for(asked, session.user)),
        remembered=frozenset(remembered.parts) if remembered else frozenset(),
        now=now,
    )


def _session(request: HttpRequest, given: Answers, meant: object) -> Session | None:
    """The account chosen for this request, else the one that is meant, else the default one."""
    if given.session is not None:
        return authentication.current(request, chosen=given.session)
    if isinstance(meant, frozenset):
        signed_in = (authentication.current(request, person=one) for one in meant)
        return next((one for one in signed_in if one is not None), None)
    return authentication.current(request)


def as_protocol_request(
    request: HttpRequest, parameters: tuple[tuple[str, str], ...]
) -> ProtocolRequest:
    """The request behind a page, in the shape that records are made of."""
    return ProtocolRequest(
        method=request.method or "",
        path=request.path,
        query=parameters,
        form=(),
        headers={},
        address=request.META.get("REMOTE_ADDR") or "",
    )
