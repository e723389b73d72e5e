"""Back to the app without signing in."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from oauth import issue, response, sign_in
from oauth.authorization_request import Refused
from oauth.errors import AccessDenied
from oauth.flow import deliver, in_flow
from oauth.interaction import Interaction


@require_GET
@in_flow
def view(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """Answers `access_denied` and writes nothing.

    A link from elsewhere than our login page gets a page first, so that nobody is sent to an app
    they never saw (RFC 9700 §4.11.2).
    """
    if issue.existing(interaction) is not None:
        raise issue.AlreadyAnswered
    asked = interaction.request
    error = AccessDenied("cancelled_at_login", "The user did not sign in")
    if sign_in.is_own_cancel_link(request.GET.get("t", ""), interaction.browser, interaction):
        return deliver(request, interaction, response.failure(asked.target, error))
    raise Refused(error, asked.client, asked.target)
