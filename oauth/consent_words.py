"""A consent in words: one line a thing, for people who have never heard of scopes."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from oauth import consent
from oauth.authorization_request import AuthorizationRequest
from oauth.clients import ClientFacts

_OIDC = {
    "openid": (gettext_lazy("Recognise you"), gettext_lazy("by an identifier that never changes")),
    "profile": (
        gettext_lazy("See your profile"),
        gettext_lazy("your name, picture, language and the like"),
    ),
    "email": (gettext_lazy("See your e-mail address"), ""),
    "address": (gettext_lazy("See your postal address"), ""),
    "phone": (gettext_lazy("See your phone number"), ""),
    "roles": (gettext_lazy("See your roles"), gettext_lazy("those that concern this app")),
    "groups": (gettext_lazy("See your groups"), gettext_lazy("those that concern this app")),
    "offline_access": (
        gettext_lazy("Stay connected while you are away"),
        gettext_lazy("until you remove it under connected apps"),
    ),
}
_CLAIMS = {
    "name": gettext_lazy("See your full name"),
    "given_name": gettext_lazy("See your given name"),
    "family_name": gettext_lazy("See your family name"),
    "nickname": gettext_lazy("See your nickname"),
    "preferred_username": gettext_lazy("See your username"),
    "picture": gettext_lazy("See your picture"),
    "birthdate": gettext_lazy("See your date of birth"),
    "email": gettext_lazy("See your e-mail address"),
    "phone_number": gettext_lazy("See your phone number"),
    "address": gettext_lazy("See your postal address"),
}


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    detail: str = ""


def _isolated(name: str) -> str:
    """A name of another script must not turn the words around it; these go into attributes, too."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def scope_line(client: ClientFacts, name: str, user: User) -> Line:
    """One scope in words; the person's own values where they say more than words."""
    found = consent.api_scope(client, name)
    if found is not None:
        api, scope = found
        where = _("from %(api)s") % {"api": _isolated(api)}
        return Line(scope.title, f"{scope.detail} · {where}" if scope.detail else where)
    title, detail = _OIDC[name]
    own = {"email": user.email, "phone": user.phone_number}.get(name)
    return Line(str(title), own or str(detail))


def claim_line(name: str) -> Line:
    """One claim asked for by name, in words."""
    words = _CLAIMS.get(name)
    return Line(str(words) if words else _("See “%(claim)s”") % {"claim": name})


def lines(request: AuthorizationRequest, scopes: tuple[str, ...], user: User) -> list[Line]:
    """Everything the client would be able to do, in the order it was asked for."""
    shown = [scope_line(request.client, scope, user) for scope in scopes]
    shown += [claim_line(name) for name in consent.claims_shown(request, scopes)]
    for identifier in request.resources:
        api = request.client.resources[identifier]
        if not set(api.scopes) & set(scopes):
            shown.append(Line(_("Use %(api)s in your name") % {"api": _isolated(api.name)}))
    return shown


def known_scopes(client: ClientFacts) -> frozenset[str]:
    """Scopes there are words for."""
    apis = client.resources.values()
    return frozenset([*_OIDC, *(name for api in apis for name in api.scopes)])
