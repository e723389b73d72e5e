"""From a client's request to the login's pages, and the way back without signing in."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from accounts import authentication, login
from accounts.actions.register import joined_at
from accounts.login import Branding
from accounts.models import Browser, PendingLogin, Session
from accounts.second_factors import MFA
from oauth import form_token
from oauth.brand import branding_of
from oauth.interaction import Interaction

_PAGE = "cancel"


def begin(request: HttpRequest, interaction: Interaction, *, login_hint: str = "") -> HttpResponse:
    """The login's pages lead back to `resume` and know nothing of OAuth.

    `prompt=create` begins at the page for people who have no account yet; whoever made one for
    this request, and waited for an administrator perhaps, signs in with it.
    """
    creates = "create" in interaction.request.prompts and not interaction.answers.authenticated
    joined = joined_at(interaction.browser, interaction.url("oauth:resume")) if creates else None
    return login.begin(
        request,
        interaction.url("oauth:resume"),
        login_hint=joined.username if joined else login_hint,
        branding=branding(request, interaction),
        demands=_demands(interaction),
        page="accounts:register" if creates and joined is None else "accounts:login",
    )


def step_up(request: HttpRequest, interaction: Interaction, session: Session) -> HttpResponse:
    """Only what is missing is asked for, and the session goes on (RFC 9470)."""
    return login.begin_for(
        request,
        session,
        interaction.url("oauth:resume"),
        kind=PendingLogin.Kind.STEP_UP,
        branding=branding(request, interaction),
        demands=_demands(interaction),
    )


def _demands(interaction: Interaction) -> list[str]:
    """What a role or the deployment demands, less than this, the login finds by itself."""
    return [MFA] if interaction.request.wants_second_factor else []


def branding(request: HttpRequest, interaction: Interaction) -> Branding:
    """What pages show of the app that asked, with the link back to it."""
    browser = authentication.ensure_browser(request)
    asked = interaction.request
    token = form_token.make(
        browser.pk, interaction.continuation.request_id, _PAGE, asked.client.client_id
    )
    cancel_url = f"{interaction.url('oauth:cancel')}&{urlencode({'t': token})}"
    return branding_of(asked.client, asked.redirect_uri, cancel_url)


def is_own_cancel_link(token: str, browser: Browser | None, interaction: Interaction) -> bool:
    """Whether the link was on our login page in this browser: nobody else can make its token."""
    return browser is not None and form_token.fits(
        token,
        browser.pk,
        interaction.continuation.request_id,
        _PAGE,
        interaction.request.client.client_id,
    )
