"""Allow or don't allow, both with the same weight."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from oauth import answers, consent, consent_words, form_token, issue
from oauth.brand import branding_of
from oauth.flow import deliver, in_flow, see_other
from oauth.interaction import Interaction
from oauth.policy import CONSENT, Situation, next_prompt


def _shown(interaction: Interaction, situation: Situation) -> dict[str, Any]:
    """Everything an answer on this page is an answer to."""
    client = interaction.request.client
    return {
        "client": [client.client_id, client.client_name],
        "person": str(situation.session.user_id),
        "parts": sorted(situation.parts),
    }


def _render(
    request: HttpRequest, interaction: Interaction, situation: Situation, status: int
) -> HttpResponse:
    asked, user = interaction.request, situation.session.user
    client = asked.client
    context = {
        "client": client,
        "branding": branding_of(client),
        "verified": client.trusted or client.first_party,
        "host": consent.destination(asked.redirect_uri).removesuffix(":"),
        "on_device": not asked.redirect_uri.startswith("https://"),
        "person": user,
        "lines": consent_words.lines(asked, interaction.scopes, user),
        "switch_url": interaction.url("oauth:choose_account"),
        "allowed_before": situation.parts <= situation.remembered,
        "shown_again": status != 200,
        "form_token": form_token.make(
            situation.session.pk,
            interaction.continuation.request_id,
            "consent",
            _shown(interaction, situation),
        ),
    }
    return render(request, "oauth/consent.html", context, status=status)


@require_http_methods(["GET", "POST"])
@in_flow
def view(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """An answer counts only for exactly what was on the page; else the page shows the truth."""
    situation = interaction.situation
    if situation is None or next_prompt(situation) is not CONSENT or issue.existing(interaction):
        return see_other(interaction.url("oauth:resume"))
    if request.method == "GET":
        return _render(request, interaction, situation, 200)
    decision = request.POST.get("decision")
    if decision not in ("allow", "deny") or not form_token.fits(
        request.POST.get("form_token", ""),
        situation.session.pk,
        interaction.continuation.request_id,
        "consent",
        _shown(interaction, situation),
    ):
        return _render(request, interaction, situation, 403)
    if decision == "deny":
        return deliver(request, interaction, issue.deny(interaction, situation))
    answers.consent(
        situation.session.browser,
        interaction.continuation.request_id,
        situation.session,
        situation.parts,
        interaction.now,
    )
    return see_other(interaction.url("oauth:resume"))
