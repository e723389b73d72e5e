"""What accounts remembers, one model a file."""

from accounts.models.audit_event import AuditEvent
from accounts.models.avatar import Avatar
from accounts.models.browser import Browser
from accounts.models.budget import Budget
from accounts.models.contact_change import ContactChange
from accounts.models.enrolment_challenge import EnrolmentChallenge
from accounts.models.group import Group
from accounts.models.invitation import Invitation
from accounts.models.message_device import MessageDevice
from accounts.models.one_time_code import OneTimeCode
from accounts.models.outbox_message import OutboxMessage
from accounts.models.passkey import Passkey
from accounts.models.pending_login import PendingLogin
from accounts.models.recovery_code import RecoveryCode
from accounts.models.registration import Registration
from accounts.models.role import Role
from accounts.models.self_recovery import SelfRecovery
from accounts.models.session import Session
from accounts.models.totp_device import TOTPDevice
from accounts.models.trusted_browser import TrustedBrowser
from accounts.models.user import User

__all__ = [
    "AuditEvent",
    "Avatar",
    "Browser",
    "Budget",
    "ContactChange",
    "EnrolmentChallenge",
    "Group",
    "Invitation",
    "MessageDevice",
    "OneTimeCode",
    "OutboxMessage",
    "Passkey",
    "PendingLogin",
    "RecoveryCode",
    "Registration",
    "Role",
    "SelfRecovery",
    "Session",
    "TOTPDevice",
    "TrustedBrowser",
    "User",
]
