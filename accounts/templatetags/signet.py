"""Little things every page shows."""

from django import template
from django.conf import settings
from django.utils.translation import get_language_info

register = template.Library()


@register.simple_tag
def privacy_url() -> str:
    """Where the operator tells what happens to data; empty when not configured."""
    return str(settings.SIGNET.privacy_url)


@register.simple_tag
def help_url() -> str:
    """Where the operator helps; empty when not configured."""
    return str(settings.SIGNET.help_url)


@register.filter
def initials(name: str) -> str:
    """At most two letters for an avatar."""
    words = [word for word in str(name).replace("@", " ").replace(".", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def own_path(url: str) -> str:
    """The path of a picture that we serve; empty for another host's, which pages never load."""
    prefix = f"{settings.SIGNET.issuer}/pictures/"
    return url.removeprefix(settings.SIGNET.issuer) if str(url).startswith(prefix) else ""


@register.filter
def own_name(code: str) -> str:
    """What a language calls itself: somebody who cannot read the page looks for that."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code
