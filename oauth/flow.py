"""What the pages of a request share: opening it, and answering what can go wrong on the way."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from accounts import languages
from oauth import clients, refusal, response
from oauth.authorization_request import Refused
from oauth.continuation import ContinuationBroken, ContinuationExpired, open_continuation
from oauth.errors import AccessDenied, InvalidRequest
from oauth.interaction import Interaction, RequestExpired, as_protocol_request, open_interaction
from oauth.issue import AlreadyAnswered, NotReady
from oauth.protocol_response import ProtocolResponse

View = Callable[[HttpRequest, Interaction], HttpResponse]


class SeeOther(HttpResponse):
    """303: what follows is a GET. Django's own redirects refuse an app's private-use scheme."""

    status_code = 303

    def __init__(self, url: str) -> None:
        super().__init__(headers={"Location": url})
        self.url = url


def see_other(url: str) -> HttpResponse:
    return SeeOther(url)


def as_page(request: HttpRequest, answer: ProtocolResponse) -> HttpResponse:
    """An endpoint's answer, given by a page."""
    location = dict(answer.headers).get("Location")
    found: HttpResponse
    if location is not None:
        found = SeeOther(location)
    elif answer.page:
        found = render(request, answer.page, dict(answer.context), status=answer.status)
    else:
        found = HttpResponse(answer.body, status=answer.status)
    for name, value in answer.headers:
        found.headers[name] = value
    return found


def deliver(
    request: HttpRequest, interaction: Interaction, parameters: Mapping[str, str]
) -> HttpResponse:
    """Back to the app, in the mode it asked for."""
    return as_page(request, response.deliver(interaction.request.target, parameters))


def in_flow(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Open the request that the URL names and hand it on; answer what can be wrong with it."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            interaction = open_interaction(request)
        except ContinuationExpired as error:
            client = clients.find(error.client_id)
            return _refused(request, Refused(_late(), client, None), kind="expired")
        except ContinuationBroken:
            refused = Refused(InvalidRequest("continuation_broken", "This page is not valid"))
            return _refused(request, refused)
        except RequestExpired as error:
            asked = error.request
            return _refused(request, Refused(_late(), asked.client, asked.target), kind="expired")
        except Refused as error:
            return _refused(request, error)
        if interaction.situation is not None:
            languages.speak_to(request, interaction.situation.session.user)
        how, _code = languages.present(request)
        language = _wished(interaction) if how != "chosen" else None
        if language is None:
            found = _answered(view, request, interaction)
            if how == "wished":  # by another request
                languages.want_nothing(found)
            return found
        with translation.override(language):
            found = _answered(view, request, interaction)
        found.headers["Content-Language"] = language
        # For the login pages too; gone with the browser session, so that a link changes no setting.
        languages.want(found, "wished", language)
        return found

    return guarded


def _late() -> AccessDenied:
    return AccessDenied("request_expired", "The request was not finished in time")


def _answered(view: View, request: HttpRequest, interaction: Interaction) -> HttpResponse:
    given = interaction.answers
    try:
        return view(request, interaction)
    except Refused as error:
        return _refused(request, error, person_asked=given.authenticated or given.consented)
    except AlreadyAnswered:
        context = {"client": interaction.request.client}
        return render(request, "oauth/already_answered.html", context, status=400)
    except NotReady:
        return see_other(interaction.url("oauth:resume"))


def cookies_needed(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """The page for a browser that gave back no cookie: without one it would go in circles."""
    asked = interaction.request
    error = AccessDenied("cookies_refused", "The browser keeps no cookies")
    refused = Refused(error, asked.client, asked.target)
    return _refused(request, refused, kind="cookies", again=interaction.url("oauth:resume"))


def _refused(
    request: HttpRequest,
    refused: Refused,
    *,
    person_asked: bool = False,
    kind: str = "",
    again: str = "",
) -> HttpResponse:
    try:
        parameters = open_continuation(request.GET.get("c", "")).parameters
    except ContinuationBroken:
        parameters = ()
    asked = as_protocol_request(request, parameters)
    return as_page(
        request, refusal.answer(refused, asked, person_asked=person_asked, kind=kind, again=again)
    )


def _wished(interaction: Interaction) -> str | None:
    """The first language of `ui_locales` that we have."""
    found = (languages.supported(tag) for tag in interaction.request.ui_locales)
    return next((code for code in found if code), None)
