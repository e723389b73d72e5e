"""Clients."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import SignetAdmin
from oauth import roles_of_client
from oauth.admin.client_form import ClientForm
from oauth.admin.client_secret import secret_urls
from oauth.end_access import end_access
from oauth.models import Client, ClientLogo, ClientSecret


@admin.register(Client)
class ClientAdmin(SignetAdmin):
    form = ClientForm
    list_display = ("client_name", "client_id", "profile", "enabled", "trusted", "pkce", "by_apply")
    search_fields = ("client_id",)
    search_help_text = _("The client id or the name, or how one begins.")
    ordering = ("client_name",)
    list_filter = ("enabled",)
    lookups = frozenset({"enabled__exact"})
    autocomplete_fields = ("owners", "default_resource")
    actions = ("end_all_access",)
    readonly_fields = ("secrets_table", "logo_state", "by_apply", "created_at", "updated_at")
    change_form_template = "admin/oauth/client_form.html"
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("client_id", "client_name", "profile", "enabled", "owners")}),
        (
            _("Addresses"),
            {
                "fields": (
                    "redirect_uris",
                    "post_logout_redirect_uris",
                    "backchannel_logout_uri",
                    "backchannel_logout_session_required",
                )
            },
        ),
        (_("Client authentication"), {"fields": ("token_endpoint_auth_method", "secrets_table")}),
        (_("May ask for"), {"fields": ("grant_types", "response_types", "scopes")}),
        (
            _("Trust"),
            {
                "fields": ("trusted", "first_party", "require_pkce", "require_second_factor"),
                "description": _(
                    "Trusted: errors go to its addresses without a page of ours first. "
                    "First-party: people are not asked for consent. Clients without PKCE are "
                    "exceptions for old software."
                ),
            },
        ),
        (
            _("Shown to people"),
            {
                "classes": ("collapse",),
                "fields": (
                    "client_uri",
                    "logo_uri",
                    "logo_state",
                    "policy_uri",
                    "tos_uri",
                    "initiate_login_uri",
                    "contacts",
                    "branding",
                ),
            },
        ),
        (
            _("Tokens"),
            {
                "classes": ("collapse",),
                "fields": (
                    "default_resource",
                    "access_token_lifetime",
                    "session_refresh",
                    "replay_tolerance",
                    "id_token_signed_response_alg",
                    "subject_type",
                    "sector_identifier_uri",
                    "require_auth_time",
                    "default_max_age",
                    "default_acr_values",
                ),
            },
        ),
        (
            _("Browser apps, keys, response modes"),
            {
                "classes": ("collapse",),
                "fields": ("allowed_origins", "response_modes", "jwks", "jwks_uri"),
            },
        ),
        (None, {"fields": ("by_apply", "created_at", "updated_at")}),
    )

    def find(self, rows: "QuerySet[Client]", term: str) -> "QuerySet[Client]":
        return rows.filter(Q(client_id__startswith=term) | Q(client_name__istartswith=term))

    def history_term(self, obj: Client) -> str:
        return obj.client_id

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Apps have the id in their configuration, and codes and tokens refer to it.
        fixed = ("client_id",) if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_urls(self) -> Any:
        return [*secret_urls(self), *super().get_urls()]

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The client, and its roles and groups, which go with it."""
        names, counted, lacking, protected = super().get_deleted_objects(objs, request)
        for client in objs:
            for one in roles_of_client.found(client.client_id):
                many = str(one._meta.verbose_name_plural)
                names.append(f"{one._meta.verbose_name}: {one}")
                counted[many] = counted.get(many, 0) + 1
                if not request.user.has_perm(f"accounts.delete_{one._meta.model_name}"):
                    lacking.add(str(one._meta.verbose_name))
        return names, counted, lacking, protected

    def delete_model(self, request: HttpRequest, obj: Client) -> None:
        super().delete_model(request, obj)
        roles_of_client.end(
            client_id=obj.client_id,
            request=request,
            actor=request.user,  # type: ignore[arg-type]
        )

    @admin.display(description=_("PKCE required"), boolean=True)
    def pkce(self, client: Client) -> bool:
        return client.require_pkce

    @admin.display(description=_("Secrets"))
    def secrets_table(self, client: Client) -> SafeString:
        """What is known of them; the values are not."""
        secrets = (
            ClientSecret.objects.none()
            if client._state.adding
            else client.secrets.order_by("revoked_at", "-created_at")[:20]
        )
        context = {"client": client, "secrets": secrets, "now": timezone.now()}
        return SafeString(render_to_string("admin/oauth/client_secrets.html", context))

    @admin.display(description=_("State of the logo"))
    def logo_state(self, client: Client) -> str:
        """Why people see an initial, where they do: the last attempt, in one word."""
        logo: ClientLogo | None = getattr(client, "logo", None)
        if not client.logo_uri or logo is None or logo.source != client.logo_uri:
            return gettext("It is fetched within a minute or two.") if client.logo_uri else "–"
        return gettext("Not fetched: %s") % logo.fault if logo.fault else gettext("Shown.")

    @admin.action(description=_("End all access of the chosen clients"), permissions=["change"])
    def end_all_access(self, request: HttpRequest, queryset: "QuerySet[Client]") -> None:
        ended = 0
        for client in queryset:
            with transaction.atomic():
                Client.objects.filter(pk=client.pk).update(tokens_not_before=timezone.now())
                ended += end_access(
                    client=client,
                    reason="ended_by_administrator",
                    request=request,
                    actor=request.user,  # type: ignore[arg-type]
                )
        messages.success(request, _("Authorizations ended: %d.") % ended)
