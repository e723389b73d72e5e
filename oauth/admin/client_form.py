"""The form of a client: its members in groups, judged by oauth/client_rules."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import LinesField, StrictJSONField, VersionedForm
from oauth.client_auth import METHODS
from oauth.client_rules import check_client
from oauth.client_rules.identity import usable_profiles
from oauth.client_rules.subjects import SUBJECT_TYPES
from oauth.gate import OIDC_SCOPES
from oauth.keys import ALGORITHMS
from oauth.models import Client, Scope

_GRANTS = ("authorization_code", "refresh_token", "client_credentials")
_MODES = ("query", "fragment", "form_post")


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Words(forms.MultipleChoiceField):
    """A list of known words, each with its box."""

    widget = forms.CheckboxSelectMultiple


class ClientForm(VersionedForm):
    profile = forms.ChoiceField(label=_("Profile"), choices=_choices(usable_profiles()))
    token_endpoint_auth_method = forms.ChoiceField(
        label=_("Client authentication"), choices=_choices(METHODS), initial="client_secret_basic"
    )
    redirect_uris = LinesField(
        label=_("Redirect URIs"),
        help_text=_("One a line, exactly as the app sends them. No wildcards."),
    )
    post_logout_redirect_uris = LinesField(label=_("After sign-out"), rows=2)
    allowed_origins = LinesField(
        label=_("Web origins"), rows=2, help_text=_("Whose scripts may call the endpoints (CORS).")
    )
    grant_types = Words(
        label=_("Grant types"), choices=_choices(_GRANTS), initial=list(_GRANTS[:2])
    )
    response_types = Words(
        label=_("Response types"), choices=_choices(["code"]), required=False, initial=["code"]
    )
    response_modes = Words(
        label=_("Response modes"),
        choices=_choices(_MODES),
        required=False,
        help_text=_("None: whatever the profile allows."),
    )
    scopes = LinesField(label=_("Scopes"), help_text=_("One a line, such as orders:read."))
    contacts = LinesField(label=_("Contacts"), rows=2)
    default_acr_values = LinesField(label=_("Default acr values"), rows=2)
    id_token_signed_response_alg = forms.ChoiceField(
        label=_("Signature of ID tokens"), choices=_choices(ALGORITHMS)
    )
    subject_type = forms.ChoiceField(label=_("Subjects"), choices=_choices(SUBJECT_TYPES))
    jwks = StrictJSONField(label=_("Public keys (JWKS)"), required=False)

    branding = StrictJSONField(
        label=_("Look"),
        required=False,
        help_text=_("color and ink (#rrggbb), headline, help_uri."),
    )

    class Meta:
        labels: ClassVar[dict[str, Any]] = {
            "client_id": _("Client id"),
            "client_uri": _("Home page"),
            "logo_uri": _("Logo"),
            "policy_uri": _("Privacy policy"),
            "tos_uri": _("Terms of service"),
            "initiate_login_uri": _("Page that starts a sign-in"),
            "backchannel_logout_uri": _("Told of sign-outs"),
            "backchannel_logout_session_required": _("Needs to know which session"),
            "require_pkce": _("Must use PKCE"),
            "session_refresh": _("Refresh while the session lasts"),
            "replay_tolerance": _("Replay tolerance"),
            "default_resource": _("Default API"),
            "access_token_lifetime": _("Lifetime of access tokens"),
            "sector_identifier_uri": _("Sector identifier"),
            "require_auth_time": _("Always tell auth_time"),
            "default_max_age": _("Default max_age"),
            "jwks_uri": _("Address of its public keys"),
        }

    def clean_jwks(self) -> Any:
        return self.cleaned_data["jwks"] or None

    def clean_branding(self) -> Any:
        return self.cleaned_data["branding"] or {}

    def clean_scopes(self) -> list[str]:
        names: list[str] = self.cleaned_data["scopes"]
        asked = set(names) - OIDC_SCOPES
        known = set(Scope.objects.filter(name__in=asked).values_list("name", flat=True))
        if asked - known:
            raise forms.ValidationError(
                _("No API has these scopes: %s.") % ", ".join(sorted(asked - known))
            )
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.fields.keys() - {"version"}:
            return cleaned  # only looking
        unreadable = set(self.errors)  # these have their own message already
        for fault in check_client(self._whole(cleaned)):
            if fault.field not in unreadable:
                self.add_error(fault.field if fault.field in self.fields else None, fault.message)
        return cleaned

    def _whole(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """All members: those of the form, and those of the row that the form has no field for."""
        names = [field.name for field in Client._meta.concrete_fields]
        return {name: getattr(self.instance, name) for name in names} | cleaned
