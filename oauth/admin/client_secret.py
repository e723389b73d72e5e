"""A client's secrets: made and shown once, revoked for good, never read."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oauth import client_secrets
from oauth.models import Client, ClientSecret

if TYPE_CHECKING:
    from oauth.admin.client import ClientAdmin

_LIVING = 10  # more at a time is nobody's rotation


class SecretForm(forms.Form):
    label = forms.CharField(
        label=_("Label"), max_length=100, help_text=_("Where it is used, such as “production”.")
    )
    days = forms.IntegerField(
        label=_("Expires after days"),
        required=False,
        min_value=1,
        max_value=3_650,
        help_text=_("Empty: it does not expire."),
    )


class SecretPages:
    """Both pages, with the rights of the client's own page."""

    def __init__(self, admin: "ClientAdmin") -> None:
        self.admin = admin

    def _client(self, request: HttpRequest, client_pk: uuid.UUID) -> Client:
        client = get_object_or_404(Client, pk=client_pk)
        if not self.admin.has_change_permission(request, client):
            raise PermissionDenied
        return client

    def _page(self, request: HttpRequest, name: str, client: Client, **more: Any) -> HttpResponse:
        context = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "client": client,
            "back": self._address(client),
            **more,
        }
        return TemplateResponse(request, f"admin/oauth/{name}.html", context)

    def _address(self, client: Client) -> str:
        return reverse("admin:oauth_client_change", args=[client.pk])

    def add(self, request: HttpRequest, client_pk: uuid.UUID) -> HttpResponse:
        """Make one. The answer to the POST shows it; nothing shows it again."""
        client = self._client(request, client_pk)
        if not client.token_endpoint_auth_method.startswith("client_secret_"):
            raise Http404
        form = SecretForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if client.secrets.living().count() >= _LIVING:
                form.add_error(None, _("There are ten living secrets. Revoke one first."))
            else:
                days = form.cleaned_data["days"]
                _secret, value = client_secrets.add(
                    client=client,
                    label=form.cleaned_data["label"],
                    expires_at=timezone.now() + timedelta(days=days) if days else None,
                    request=request,
                    actor=request.user,  # type: ignore[arg-type]
                )
                return self._page(
                    request, "secret_shown", client, title=_("The new secret"), value=value
                )
        return self._page(request, "secret_add", client, title=_("Add a secret"), form=form)

    def revoke(
        self, request: HttpRequest, client_pk: uuid.UUID, secret_pk: uuid.UUID
    ) -> HttpResponse:
        """GET asks, POST does it."""
        client = self._client(request, client_pk)
        secret = get_object_or_404(ClientSecret, pk=secret_pk, client=client)
        if request.method == "POST":
            client_secrets.revoke(secret=secret, request=request, actor=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The secret is revoked."))
            return redirect(self._address(client))
        return self._page(
            request, "secret_revoke", client, title=_("Revoke this secret?"), secret=secret
        )


def secret_urls(admin: "ClientAdmin") -> list[Any]:
    """Addresses below the client's own."""
    pages, guarded = SecretPages(admin), admin.admin_site.admin_view
    return [
        path("<uuid:client_pk>/secrets/add/", guarded(pages.add), name="oauth_client_secret_add"),
        path(
            "<uuid:client_pk>/secrets/<uuid:secret_pk>/revoke/",
            guarded(pages.revoke),
            name="oauth_client_secret_revoke",
        ),
    ]
