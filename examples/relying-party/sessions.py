"""Browser sessions, kept in memory: the cookie carries a random key and nothing else."""

import secrets
import time
from types import SimpleNamespace

LIFETIME = 8 * 3600
MOST = 10_000  # anybody may start a session, so their number has an end


def new_session():
    """One browser: the sign-ins it began, who it is signed in as, its anti-forgery token."""
    return SimpleNamespace(
        pending=[], login=None, csrf=secrets.token_urlsafe(), expires_at=time.time() + LIFETIME
    )


class Sessions:
    """All browsers. `forget` is called with the `state` of every sign-in that is dropped."""

    def __init__(self, forget):
        self._by_key, self._forget = {}, forget

    def get(self, key):
        """Return the living session of this key, or None."""
        session = self._by_key.get(key)
        return session if session and session.expires_at > time.time() else None

    def add(self, session):
        """Keep a session under a new key, and return the key."""
        for key, old in list(self._by_key.items()):  # oldest first
            if old.expires_at > time.time() and len(self._by_key) < MOST:
                break
            self.end(key)
        key = secrets.token_urlsafe()
        self._by_key[key] = session
        return key

    def end(self, key):
        """Drop a session and all it holds."""
        if session := self._by_key.pop(key, None):
            for state in session.pending + ([session.login.state] if session.login else []):
                self._forget(state)

    def sign_out(self, over):
        """End the sign-ins that a logout token names: those of its session, else of its person."""
        name = "sid" if "sid" in over else "sub"
        for session in list(self._by_key.values()):
            if session.login and session.login.id_token.get(name) == over[name]:
                self._forget(session.login.state)
                session.login = None

    def renew(self, key):
        """Move a session to a new key: one from before the sign-in must not open it (fixation)."""
        return self.add(self._by_key.pop(key))
