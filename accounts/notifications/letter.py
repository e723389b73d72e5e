"""The words of a mail: what its purpose has to say, between a greeting and its reason, twice.

A purpose is two small text templates, `email/<purpose>.subject.txt` and `email/<purpose>.txt`:
paragraphs with an empty line between them. Everything else is made here, for all of them alike. In
HTML a link of ours at the end of a paragraph becomes a button, named by the line above it, and a
paragraph that is the code alone is set large.

What a context may hold besides the purpose's own values: `brand` (name of the app the person was on
the way to), `not_me_link` (security mails: the page that shuts everything), `browser`, `address`,
`when` and `zone` (security mails: where and when it was done, see email/where.txt), `was_theirs`
(to an address that the account does not have any more).
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import OutboxMessage
from accounts.notifications.plain import plain

_EMPTY_LINE = re.compile(r"\n\s*\n")
# Values we make ourselves. All others may be a stranger's words, and carry no link anywhere.
_OURS = frozenset(
    {"link", "code", "address", "when", "zone", "factor", "ready", "until", "gone_on", "number"}
)
_LONGEST, _BRAND = 300, 40


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail's words; `subject` is one line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    link: str = ""
    is_code: bool = False


def letter(message: OutboxMessage) -> Letter:
    """The words of a message, in its language."""
    context = _context(message)
    with override(message.language):
        subject = render_to_string(f"email/{message.purpose}.subject.txt", context)
        body = render_to_string(f"email/{message.purpose}.txt", context).strip()
        words = {
            **context,
            "subject": " ".join(subject.split()),
            "body": _EMPTY_LINE.sub("\n\n", body),
            "paragraphs": [_read(one, context) for one in _EMPTY_LINE.split(body)],
        }
        text = render_to_string("email/base.txt", words)
        html = render_to_string("email/base.html", words)
    return Letter(words["subject"], _EMPTY_LINE.sub("\n\n", text).strip() + "\n", html)


def _context(message: OutboxMessage) -> dict[str, Any]:
    context = {key: _harmless(key, value) for key, value in message.context.items()}
    if message.user is not None:
        context |= {
            "name": plain(message.user.display_name),
            "username": plain(message.user.username),
        }
    return {
        "brand": "",
        **context,
        # The origin, for links.
        "issuer": settings.SIGNET.issuer,
        # The name of the service in sentences. An address alone reads like a machine's word.
        "service": f"Signet ({settings.SIGNET.issuer})",
        "may_join": settings.SIGNET.registration in ("open", "approval"),
    }


def _harmless(key: str, value: Any) -> Any:
    if not isinstance(value, str) or key in _OURS or key.endswith("_link"):
        return value
    # An app's name stands at the head of a mail of ours, and anybody may register an app.
    return plain(value, _BRAND if key == "brand" else _LONGEST)


def _read(paragraph: str, context: dict[str, Any]) -> _Paragraph:
    lines = [line.strip() for line in paragraph.splitlines()]
    if lines[-1].startswith(f"{settings.SIGNET.issuer}/") and " " not in lines[-1]:
        # Text templates escape nothing, which Django takes for "safe": adding to a string makes it
        # an ordinary one again, that the HTML escapes.
        return _Paragraph(" ".join(lines[:-1]) + "", lines[-1] + "")
    return _Paragraph(" ".join(lines) + "", is_code=lines == [context.get("code")])
