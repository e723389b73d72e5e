"""Authorizations: what clients hold in people's names, and revoking it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from oauth.admin.finding import rows_of
from oauth.end_access import end_access
from oauth.models import Authorization


@admin.register(Authorization)
class AuthorizationAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "client",
        "created_at",
        "last_used_at",
        "offline",
        "expires_at",
        "revoked_at",
        "revoke_reason",
    )
    list_select_related = ("user", "client")
    search_fields = ("user__username_key",)
    search_help_text = _("A whole username, e-mail address or client id.")
    ordering = ("-expires_at",)
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Authorization]":
        # Half of what a token is made of has no place on a page.
        return super().get_queryset(request).defer("secret", "code_challenge", "nonce")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # The list is all there is.
        return obj is None and super().has_view_permission(request, obj)

    def find(self, rows: "QuerySet[Authorization]", term: str) -> "QuerySet[Authorization]":
        return rows_of(rows, term)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    @admin.action(description=_("Revoke the chosen authorizations"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: "QuerySet[Authorization]") -> None:
        ended = 0
        for pk in queryset.values_list("pk", flat=True):
            ended += end_access(
                authorization=pk,
                reason="revoked_by_administrator",
                request=request,
                actor=request.user,  # type: ignore[arg-type]
            )
        messages.success(request, _("Revoked: %d.") % ended)
