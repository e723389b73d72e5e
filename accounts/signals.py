"""Facts that travel upward, sent inside the transaction that made them true."""

from django.dispatch import Signal

# A session ended: `session`, `reason`.
session_ended = Signal()
# Everything of a person ended: `user`, `reason`, `keep_session` (a Session or None), `ended_at`
# (the `ended_at` of the sessions that this ended).
access_ended = Signal()
# A person was shown an error page: `request`, `status`. A receiver that keeps a record of it
# returns the reference it can be found under.
page_refused = Signal()
# A person chose a new password: `user`, `keep_session`.
password_changed = Signal()
