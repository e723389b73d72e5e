"""One mail in stages, so that an operator sees at which of them it stops, and the server's words.

Only ever to the configured server: nobody types a host here.
"""

import base64
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from idp.ground.connection import FetchRefused, address_of

STAGES = ("dns", "tcp", "tls", "auth", "sender", "recipient", "message")
_EACH = 5.0  # seconds of silence
_ALL = 20.0  # seconds for everything
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_good` is None for a stage that does not apply; `words` are the server's."""

    stage: str
    is_good: bool | None
    words: str


class _Stop(Exception):
    """This stage failed."""


@dataclass(slots=True)
class _Talk:
    recipient: str
    text: str
    server: smtplib.SMTP | None = None

    @property
    def open(self) -> smtplib.SMTP:
        if self.server is None:
            raise _Stop("not connected")
        return self.server


def probe(recipient: str, text: str, *, each: float = _EACH, whole: float = _ALL) -> list[Outcome]:
    """Every stage up to the first that fails; takes `whole` seconds at the most.

    When all are good, a mail with `text` has been handed over to `recipient`.
    """
    found: list[Outcome] = []

    def run() -> None:
        talk = _Talk(recipient, text)
        for outcome in _stages(talk, each):
            found.append(outcome)
            if outcome.is_good is False:
                break
        if talk.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                talk.server.quit()

    # A socket's time-out starts anew with every byte: a server that drips is left behind.
    thread = threading.Thread(target=run, name="email-probe", daemon=True)
    thread.start()
    thread.join(whole)
    seen = list(found)
    over = bool(seen) and (seen[-1].is_good is False or len(seen) == len(STAGES))
    if thread.is_alive() and not over:
        seen.append(Outcome(STAGES[len(seen)], False, "the server took too long"))
    return seen


def _stages(talk: _Talk, each: float) -> Iterator[Outcome]:
    steps: dict[str, Callable[[_Talk, float], str]] = {
        "dns": _dns,
        "tcp": _tcp,
        "tls": _tls,
        "auth": _auth,
        "sender": _sender,
        "recipient": _recipient,
        "message": _message,
    }
    for stage in STAGES:
        try:
            words = steps[stage](talk, each)
        except (_Stop, OSError, smtplib.SMTPException, ValueError) as error:
            yield Outcome(stage, False, _clean(_told(error)))
        else:
            yield Outcome(stage, True if words else None, _clean(words))


def _dns(talk: _Talk, each: float) -> str:
    try:
        return address_of(settings.EMAIL_HOST, settings.EMAIL_PORT, private=True, timeout=each)
    except FetchRefused:
        raise _Stop("the name has no address") from None


def _tcp(talk: _Talk, each: float) -> str:
    place = settings.EMAIL_HOST, settings.EMAIL_PORT
    if settings.EMAIL_USE_SSL:
        socket.create_connection(place, timeout=each).close()
        return f"{place[0]}:{place[1]}"
    talk.server = smtplib.SMTP(*place, local_hostname=DNS_NAME.get_fqdn(), timeout=each)
    return _good(talk.server.ehlo())


def _tls(talk: _Talk, each: float) -> str:
    if settings.EMAIL_USE_SSL:
        talk.server = smtplib.SMTP_SSL(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            local_hostname=DNS_NAME.get_fqdn(),
            timeout=each,
            context=_context(),
        )
    elif settings.EMAIL_USE_TLS:
        talk.open.starttls(context=_context())
    else:
        return ""
    talk.open.ehlo()
    encrypted = talk.open.sock
    return (encrypted.version() or "") if isinstance(encrypted, ssl.SSLSocket) else ""


def _context() -> ssl.SSLContext:
    """The very one that mail is sent with."""
    found: ssl.SSLContext = EmailBackend().ssl_context
    return found


def _auth(talk: _Talk, each: float) -> str:
    if not settings.EMAIL_HOST_USER:
        return ""
    code, words = talk.open.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    return _line(code, words)


def _sender(talk: _Talk, each: float) -> str:
    return _good(talk.open.mail(_from()))


def _recipient(talk: _Talk, each: float) -> str:
    return _good(talk.open.rcpt(talk.recipient))


def _message(talk: _Talk, each: float) -> str:
    mail = EmailMessage()
    mail["Subject"] = "Signet"
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    mail["To"] = talk.recipient
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=_from().rpartition("@")[2] or "signet")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(talk.text)
    return _good(talk.open.data(mail.as_bytes()))


def _from() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _good(answer: tuple[int, bytes]) -> str:
    """The server's words for a yes. Raises `_Stop` with those for a no."""
    code, words = answer
    if not 200 <= code <= 299:
        raise _Stop(_line(code, words))
    return _line(code, words)


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__


def _line(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"


def _clean(words: str) -> str:
    """One bounded line; a server that repeats the password does not get it onto the page."""
    line = " ".join(words.split())
    user, password = settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD
    if password:
        # As it is, and as AUTH LOGIN and AUTH PLAIN (RFC 4616) wrap it.
        for secret in (password, f"\0{user}\0{password}"):
            for shape in (secret, base64.b64encode(secret.encode()).decode()):
                line = line.replace(shape, "•••")
    return "".join(char for char in line if char.isprintable())[:_LONGEST]
