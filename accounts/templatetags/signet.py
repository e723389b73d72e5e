"""Little things every page shows."""

from datetime import datetime

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from accounts import authentication, second_factors
from accounts.models import Session, User
from accounts.notifications.moment import stamped

register = template.Library()

# The field by which a form names whom its page was made for.
ACTING = "acting"


@register.simple_tag
def privacy_url() -> str:
    """Where the operator tells what happens to data; empty when not configured."""
    return str(settings.SIGNET.privacy_url)


@register.simple_tag
def help_url() -> str:
    """Where the operator helps; empty when not configured."""
    return str(settings.SIGNET.help_url)


@register.simple_tag(takes_context=True)
def acting(context: Context) -> SafeString | str:
    """A hidden field of a form of the account pages: whom the page was made for.

    Another person of the same browser may be the current one when it is sent.
    """
    session = context.get("session")
    return _acting_field(session) if session else ""


def _acting_field(session: Session) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', ACTING, session.user_id)


@register.filter
def made_for(forms: SafeString, session: Session) -> SafeString:
    """Forms of a template that is not ours, with the field that `acting` gives to our own."""
    return mark_safe(forms.replace("</form>", f"{_acting_field(session)}</form>"))  # noqa: S308 - both parts are rendered HTML


@register.simple_tag(takes_context=True)
def shared_browser(context: Context) -> bool:
    """Whether more than one person is signed in in this browser."""
    return len(authentication.sessions(context["request"])) > 1


@register.filter
def moment(value: datetime | None, person: User | None = None) -> str:
    """A point in time with its zone, as the mails write it; the zone is this person's, or UTC."""
    return stamped(value, person.zoneinfo if person else "") if value else ""


@register.filter
def bdi(name: str) -> SafeString | str:
    """A name inside a sentence: one of another script must not turn the words around it."""
    return format_html("<bdi>{}</bdi>", name) if name else ""


@register.filter
def kind_of_factor(name: str) -> str:
    """What people call it."""
    return second_factors.words_of(name)


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
