"""The administration: Django admin behind Signet's own login, one model a file.

Every change goes through the same verbs as everywhere else and writes its audit event in the same
transaction. Lists find by index and never count exactly.
"""

from accounts.admin import audit_event, group, invitation, outbox_message, role, session, user

__all__ = ["audit_event", "group", "invitation", "outbox_message", "role", "session", "user"]
