"""Somebody who wants an account, and the mails that reach them."""

import re
from typing import Any

import pytest

from accounts.models import OutboxMessage
from accounts.notifications.email import compose
from tests.accounts.surfer import Surfer, Tab

NEW = "a quite different sentence"
TERMS = "https://legal.example/terms"


def allow(settings: Any, mode: str = "open", **values: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"registration": mode, **values})


@pytest.fixture
def open_house(settings: Any) -> None:
    """Everybody may join."""
    allow(settings)


def mail_to(address: str) -> OutboxMessage:
    """The newest one, to any spelling."""
    found = OutboxMessage.objects.order_by("-created_at")
    return next(one for one in found if one.recipient.lower() == address.lower())


def code_for(address: str) -> str:
    found = re.search(r"^\d{6}$", str(compose(mail_to(address)).body), re.MULTILINE)
    assert found, "no code in the mail"
    return found[0]


def link_for(address: str) -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"^http://localhost:8000(/\S+)$", str(compose(mail_to(address)).body), re.M)
    assert found, "no link in the mail"
    return found[1]


def ask(
    surfer: Surfer, address: str = "cleo@example.com", url: str = "/register", **fields: str
) -> Tab:
    """Fill in the registration page; the tab that waits for the code."""
    return surfer.open(url).send(email=address, **{"new_password": NEW, **fields})


def join(surfer: Surfer, address: str = "cleo@example.com", **fields: str) -> Tab:
    return ask(surfer, address, **fields).send(otp_token=code_for(address))
