"""The authorization response, built in one place for every mode, errors included.

`iss` (RFC 9207 §2) and `state` are in every one of them; the redirect is always 303, so that no
browser repeats a POST, with a password in it, at the client (RFC 9700 §4.12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from oauth.errors import ProtocolError
from oauth.protocol_response import NO_STORE, ProtocolResponse, redirect


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes and how it travels. `redirect_uri` was accepted by the checks."""

    redirect_uri: str
    mode: str
    state: str | None


def success(target: Target, code: str) -> dict[str, str]:
    """The parameters of a yes (RFC 6749 §4.1.2)."""
    return _with_constants(target, {"code": code})


def failure(target: Target, error: ProtocolError) -> dict[str, str]:
    """The parameters of a no (RFC 6749 §4.1.2.1)."""
    found = {"error": error.error}
    if error.description:
        found["error_description"] = error.description
    return _with_constants(target, found)


def _with_constants(target: Target, parameters: dict[str, str]) -> dict[str, str]:
    if target.state is not None:
        parameters["state"] = target.state
    parameters["iss"] = settings.SIGNET.issuer
    return parameters


def location(target: Target, parameters: Mapping[str, str]) -> str:
    """The address of a redirect: the registered query stays as it is (RFC 6749 §3.1.2)."""
    encoded = urlencode(parameters)
    if target.mode == "fragment":
        return f"{target.redirect_uri}#{encoded}"
    joint = "&" if "?" in target.redirect_uri else "?"
    return f"{target.redirect_uri}{joint}{encoded}"


def deliver(target: Target, parameters: Mapping[str, str]) -> ProtocolResponse:
    """The answer on its way: a redirect, or the page of Form Post Response Mode §2.

    That page has a visible button and a script file of ours that presses it, so it works with
    and without scripts under a policy that knows no inline code.
    """
    if target.mode == "form_post":
        context = {"action": target.redirect_uri, "fields": dict(parameters)}
        return ProtocolResponse(200, NO_STORE, page="oauth/form_post.html", context=context)
    return redirect(location(target, parameters))
