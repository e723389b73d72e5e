"""Signing keys: which there are, and making new ones. Private halves are shown nowhere."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from oauth import keys
from oauth.models import SigningKey


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = (
        "kid",
        "alg",
        "state",
        "created_at",
        "activated_at",
        "retired_at",
        "deleted_at",
    )
    list_display_links = ("kid",)
    ordering = ("alg", "-created_at")
    fields = (
        "kid",
        "alg",
        "state",
        "public_jwk",
        "created_at",
        "activated_at",
        "retired_at",
        "deleted_at",
    )
    change_list_template = "admin/oauth/signing_key_list.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[SigningKey]":
        return super().get_queryset(request).defer("private_jwk")

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.rotate)
        return [path("rotate/", view, name="oauth_signingkey_rotate"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {"may_rotate": self.may_act(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def rotate(self, request: HttpRequest) -> HttpResponse:
        """GET explains, POST does it."""
        if not self.may_act(request):
            raise PermissionDenied
        if request.method == "POST":
            self._act(request)
            return redirect("admin:oauth_signingkey_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rotate signing keys"),
            "opts": self.opts,
            "trusted": self.get_queryset(request).exclude(state="revoked"),
        }
        return TemplateResponse(request, "admin/oauth/rotate_keys.html", context)

    def _act(self, request: HttpRequest) -> None:
        now, leaked = timezone.now(), request.POST.get("revoke", "")
        who: dict[str, Any] = {"request": request, "actor": request.user}
        try:
            if leaked:
                done = keys.revoke(leaked, now, **who)
            else:
                done = keys.rotate(now, at_once=request.POST.get("when") == "at_once", **who)
        except keys.NoSuchKey:
            messages.error(request, _("There is no such key, or it is revoked already."))
            return
        for step in done:
            messages.success(request, step)
        if not done:
            messages.info(request, _("Nothing is due yet."))
