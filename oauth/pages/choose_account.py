"""Which account, where several are signed in or the app asks."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Browser, Session
from oauth import answers, form_token, sign_in
from oauth.flow import in_flow, see_other
from oauth.interaction import Interaction


def _shown(interaction: Interaction) -> list[str]:
    return sorted(str(one.pk) for one in interaction.living)


def _render(
    request: HttpRequest, interaction: Interaction, browser: Browser, status: int
) -> HttpResponse:
    client = interaction.request.client
    context = {
        "client": client,
        "branding": sign_in.branding(request, interaction),
        "sessions": interaction.living,
        "shown_again": status != 200,
        "form_token": form_token.make(
            browser.pk, interaction.continuation.request_id, "account", _shown(interaction)
        ),
    }
    return render(request, "oauth/choose_account.html", context, status=status)


def _chosen(request: HttpRequest, interaction: Interaction) -> Session | None:
    try:
        key = uuid.UUID(request.POST.get("account", ""))
    except ValueError:
        return None
    return next((one for one in interaction.living if one.pk == key), None)


@require_http_methods(["GET", "POST"])
@in_flow
def view(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """List who is signed in here; the choice counts for this request alone."""
    browser = interaction.browser
    resume = interaction.url("oauth:resume")
    if browser is None or not interaction.living:
        return see_other(resume)
    if request.method == "GET":
        return _render(request, interaction, browser, 200)
    token = request.POST.get("form_token", "")
    request_id = interaction.continuation.request_id
    if not form_token.fits(token, browser.pk, request_id, "account", _shown(interaction)):
        return _render(request, interaction, browser, 403)
    if request.POST.get("account") == "another":
        return sign_in.begin(request, interaction)
    session = _chosen(request, interaction)
    if session is None:
        return _render(request, interaction, browser, 403)
    answers.choose(browser, request_id, session, interaction.now)
    return see_other(resume)
