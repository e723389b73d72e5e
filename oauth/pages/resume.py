"""Where every page of a request returns to: the policy says what comes next."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts import authentication
from oauth import issue, sign_in
from oauth.authorization_request import Refused
from oauth.flow import cookies_needed, deliver, in_flow, see_other
from oauth.interaction import Interaction
from oauth.policy import LOGIN, SECOND_FACTOR, SELECT_ACCOUNT, dead_end, next_prompt

_TRIED = "tried"


@require_GET
@in_flow
def view(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """Answer the client if nothing is left, else show what is; `prompt=none` gets its error."""
    outcome = issue.existing(interaction)
    if outcome is not None:
        return deliver(request, interaction, outcome)
    asked, situation = interaction.request, interaction.situation
    prompt = SELECT_ACCOUNT if _must_choose(interaction) else next_prompt(situation)
    if situation is not None and prompt is None:
        authentication.touch(situation.session)
        return deliver(request, interaction, issue.allow(interaction, situation))
    prompt = prompt or LOGIN
    if "none" in asked.prompts:
        raise Refused(prompt.refusal(), asked.client, asked.target)
    end = dead_end(situation) if situation is not None else None
    if end is not None:
        raise Refused(end, asked.client, asked.target)
    if prompt is LOGIN and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return _try_cookie(request, interaction)
    if situation is not None and prompt is SECOND_FACTOR:
        return sign_in.step_up(request, interaction, situation.session)
    if prompt is LOGIN:
        return sign_in.begin(request, interaction, login_hint=_hint(interaction))
    return see_other(interaction.url(prompt.page))


def _must_choose(interaction: Interaction) -> bool:
    """Several are signed in and none is the default, as after that one signed out."""
    asked = interaction.request
    return (
        interaction.situation is None
        and len(interaction.living) > 1
        and interaction.answers.session is None
        and asked.meant_subs is None
        and not {"login", "create"} & asked.prompts
    )


def _try_cookie(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """Set a cookie and come here once more: the login's pages cannot go on without it.

    They would lead back here and this page to them, for ever.
    """
    if _TRIED in request.GET:
        return cookies_needed(request, interaction)
    authentication.ensure_browser(request)
    return see_other(f"{interaction.url('oauth:resume')}&{_TRIED}=1")


def _hint(interaction: Interaction) -> str:
    """Whom the client expects, else the one who must sign in again."""
    if interaction.request.login_hint or interaction.situation is None:
        return interaction.request.login_hint
    return interaction.situation.session.user.username
