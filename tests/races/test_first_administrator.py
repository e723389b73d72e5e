"""The link of `bootstrap`, used from many places at one moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import RequestFactory

from accounts.actions import first_administrator
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, User

_AT_ONCE = 8


@pytest.mark.django_db(transaction=True)
def test_a_link_makes_one_administrator_however_often_it_is_used(settings: Any) -> None:
    # The price of a hash is not what races here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    link = first_administrator.make_link()
    assert link is not None
    (token,) = parse_qs(urlsplit(link).query)["token"]
    barrier = threading.Barrier(_AT_ONCE)

    def use(number: int) -> Any:
        barrier.wait(30)
        try:
            return first_administrator.create(
                request=RequestFactory().post("/"),
                token=token,
                username=f"first{number}",
                email=f"first{number}@people.test",
                password="eleven pink tractors",
            )
        except LinkNotValid:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = [one for one in pool.map(use, range(_AT_ONCE)) if one is not None]
    assert len(made) == 1
    assert list(User.objects.filter(is_superuser=True)) == made
    assert AuditEvent.objects.filter(name="first_administrator").count() == 1


@pytest.mark.django_db
def test_a_used_link_stays_used_also_when_its_administrator_is_disabled() -> None:
    link = first_administrator.make_link()
    assert link is not None
    (token,) = parse_qs(urlsplit(link).query)["token"]
    first_administrator.create(
        request=RequestFactory().post("/"),
        token=token,
        username="first",
        email="first@people.test",
        password="eleven pink tractors",
    )
    assert first_administrator.make_link() is None
    User.objects.update(is_active=False)
    assert not first_administrator.is_open(token)
    # Whoever has the command line can make a new one.
    assert first_administrator.make_link() is not None


@pytest.mark.django_db
def test_a_link_is_over_once_there_is_an_administrator_by_other_means() -> None:
    link = first_administrator.make_link()
    assert link is not None
    (token,) = parse_qs(urlsplit(link).query)["token"]
    assert first_administrator.is_open(token)
    User(username="ada", is_superuser=True, password=make_password(None)).save()
    assert not first_administrator.is_open(token)
