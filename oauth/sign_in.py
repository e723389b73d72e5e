"""From a client's request to the login's pages, and the way back without signing in."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from accounts import authentication, login
from accounts.login import Branding
from accounts.models import Browser
from oauth import consent, form_token
from oauth.interaction import Interaction

_PAGE = "cancel"


def begin(request: HttpRequest, interaction: Interaction, *, login_hint: str = "") -> HttpResponse:
    """The login's pages lead back to `resume` and know nothing of OAuth."""
    browser = authentication.ensure_browser(request)
    asked = interaction.request
    token = form_token.make(
        browser.pk, interaction.continuation.request_id, _PAGE, asked.client.client_id
    )
    branding = Branding(
        name=asked.client.client_name,
        logo_url=asked.client.logo_url,
        cancel_url=f"{interaction.url('oauth:cancel')}&{urlencode({'t': token})}",
        host=consent.destination(asked.redirect_uri),
    )
    resume = interaction.url("oauth:resume")
    return login.begin(request, resume, login_hint=login_hint, branding=branding)


def is_own_cancel_link(token: str, browser: Browser | None, interaction: Interaction) -> bool:
    """Whether the link was on our login page in this browser: nobody else can make its token."""
    return browser is not None and form_token.fits(
        token,
        browser.pk,
        interaction.continuation.request_id,
        _PAGE,
        interaction.request.client.client_id,
    )
