"""What the protocol remembers, one model a file."""

from oauth.models.answer import Answer
from oauth.models.authorization import Authorization
from oauth.models.client import Client, ClientSecret
from oauth.models.client_logo import ClientLogo, logo_url, logo_url_of
from oauth.models.consent import Consent
from oauth.models.ledger_entry import LedgerEntry
from oauth.models.logout_notice import LogoutNotice
from oauth.models.participation import Participation
from oauth.models.pushed_request import PushedRequest
from oauth.models.request_record import RequestRecord
from oauth.models.resource import Resource, Scope
from oauth.models.signing_key import SigningKey
from oauth.models.subject import Subject
from oauth.models.used_jti import UsedJti

__all__ = [
    "Answer",
    "Authorization",
    "Client",
    "ClientLogo",
    "ClientSecret",
    "Consent",
    "LedgerEntry",
    "LogoutNotice",
    "Participation",
    "PushedRequest",
    "RequestRecord",
    "Resource",
    "Scope",
    "SigningKey",
    "Subject",
    "UsedJti",
    "logo_url",
    "logo_url_of",
]
