"""What accounts remembers, one model a file."""

from accounts.models.audit_event import AuditEvent
from accounts.models.browser import Browser
from accounts.models.budget import Budget
from accounts.models.group import Group
from accounts.models.outbox_message import OutboxMessage
from accounts.models.pending_login import PendingLogin
from accounts.models.role import Role
from accounts.models.session import Session
from accounts.models.user import User

__all__ = [
    "AuditEvent",
    "Browser",
    "Budget",
    "Group",
    "OutboxMessage",
    "PendingLogin",
    "Role",
    "Session",
    "User",
]
