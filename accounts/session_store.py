"""What the browser's cookie names on our side: Django's database sessions, hardened.

The table holds digests of the cookies' values, so a database dump opens no browser. A value that
was replaced (at a sign-in, at a sign-out) names nobody from then on, but its CSRF secret answers
for a minute more: a form sent twice, or a page another tab asked for in that very moment, goes on
instead of meeting a dead cookie, or worse, taking the new one away.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.middleware.csrf import CSRF_SESSION_KEY
from django.utils import timezone

# In the data of a value that was replaced; such a session never sets a cookie.
REPLACED = "replaced"
# In the data of a browser in which somebody once signed in.
KNOWN = "known"
_OVERLAP = timedelta(seconds=60)
_STRANGER = 172_800  # seconds a browser is remembered in which nobody ever signed in


def _digest(purpose: str, value: str) -> str:
    # The column holds 40 characters: 160 bits of a digest over 160 random bits.
    return sha256(f"{purpose}/{value}".encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """`session_key` is the cookie's value; the row's key is its digest."""

    def _row(self, purpose: str) -> Any:
        return self.model.objects.filter(
            session_key=_digest(purpose, self.session_key or ""), expire_date__gt=timezone.now()
        ).first()

    def load(self) -> dict[str, Any]:
        row = self._row("living") or self._row(REPLACED)
        if row is None:
            self._session_key: str | None = None
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        return data

    def exists(self, session_key: str) -> bool:
        key = _digest("living", session_key)
        return bool(self.model.objects.filter(session_key=key).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = _digest("living", row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=_digest("living", key)).delete()

    def cycle_key(self) -> None:
        """A new value for the cookie. The old one is nobody's at once (session fixation)."""
        old, data = self.session_key, self._session  # type: ignore[attr-defined]
        if data.get(REPLACED):
            old, data = None, {}
        self.create()
        self._session_cache: dict[str, Any] = data
        if old:
            self.delete(old)
            self._leave_behind(old, data.get(CSRF_SESSION_KEY))

    def _leave_behind(self, old: str, csrf_secret: str | None) -> None:
        if csrf_secret is None:
            return
        self.model.objects.update_or_create(
            session_key=_digest(REPLACED, old),
            defaults={
                "session_data": self.encode({REPLACED: True, CSRF_SESSION_KEY: csrf_secret}),
                "expire_date": timezone.now() + _OVERLAP,
            },
        )

    def get_session_cookie_age(self) -> int:
        """Seconds. Somebody who only looked at the login page is soon forgotten."""
        return int(settings.SESSION_COOKIE_AGE) if self.get(KNOWN) else _STRANGER
