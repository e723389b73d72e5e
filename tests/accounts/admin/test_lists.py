"""Lists: as many queries for thirty rows as for three, no exact counts, search by index."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.admin.audit_event import of_object
from accounts.admin.paginator import BoundedPaginator
from accounts.models import AuditEvent, Group, Invitation, OutboxMessage, Role, User
from accounts.notifications import outbox
from oauth import keys
from oauth.models import RequestRecord, SigningKey
from tests.factories import make_authorization, make_client, make_resource, make_session, make_user

pytestmark = pytest.mark.django_db


def _person(n: int) -> User:
    person = make_user(f"person{n}")
    person.groups.add(Group.objects.create(name=f"of{n}"))
    return person


def _role(n: int) -> Role:
    role = Role.objects.create(name=f"role{n}")
    role.permissions.set(Permission.objects.all()[:3])
    return role


def _event(n: int) -> AuditEvent:
    return audit.record(audit.LOGIN, actor=make_user(f"a{n}"), subject=make_user(f"s{n}"))


def _message(n: int) -> OutboxMessage:
    return outbox.queue(
        channel="email",
        purpose="password_changed",
        recipient="x@people.test",
        user=make_user(f"m{n}"),
        not_after=timezone.now() + timedelta(hours=1),
    )


def _key(n: int) -> SigningKey:
    return SigningKey.objects.create(
        kid=f"kid{n}", alg="ES256", state="deleted", public_jwk={"kty": "EC"}
    )


MAKERS: dict[str, Callable[[int], Any]] = {
    "accounts/user": _person,
    "accounts/group": lambda n: Group.objects.create(name=f"group{n}"),
    "accounts/role": _role,
    "accounts/session": lambda n: make_session(make_user(f"u{n}")),
    "accounts/auditevent": _event,
    "accounts/outboxmessage": _message,
    "accounts/invitation": lambda n: Invitation.objects.create(
        email=f"i{n}@people.test",
        digest=f"digest{n}",
        expires_at=timezone.now(),
        invited_by=make_user(f"i{n}"),
    ),
    "oauth/client": lambda n: make_client(
        default_resource=make_resource(f"https://r{n}.test", scopes=())
    ),
    "oauth/resource": lambda n: make_resource(f"https://r{n}.test", scopes=(f"a{n}", f"b{n}")),
    "oauth/scope": lambda n: make_resource(f"https://r{n}.test", scopes=(f"a{n}",)),
    "oauth/consent": lambda n: make_authorization(make_client(), make_user(f"u{n}")),
    "oauth/authorization": lambda n: make_authorization(make_client(), make_user(f"u{n}")),
    "oauth/requestrecord": lambda n: RequestRecord.objects.create(
        endpoint="token", error="invalid_grant", reason="code_expired", client_id=f"c{n}"
    ),
    "oauth/signingkey": _key,
}


@pytest.mark.parametrize("where", MAKERS)
def test_thirty_rows_cost_as_many_queries_as_three(admin: Client, where: str) -> None:
    keys.jwks()
    admin.get(f"/admin/{where}/")  # the session gets its CSRF secret
    counted = []
    for span in (range(3), range(3, 30)):
        for n in span:
            MAKERS[where](n)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = admin.get(f"/admin/{where}/")
        assert response.status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert counted[1] <= 10


@pytest.mark.parametrize("where", MAKERS)
def test_a_search_costs_the_same_however_many_rows(admin: Client, where: str) -> None:
    admin.get(f"/admin/{where}/")
    counted = []
    for span in (range(3), range(3, 12)):
        for n in span:
            MAKERS[where](n)
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(f"/admin/{where}/", {"q": "u1"}).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("where", MAKERS)
def test_no_list_counts_everything(admin: Client, where: str) -> None:
    MAKERS[where](1)
    with CaptureQueriesContext(connection) as queries:
        admin.get(f"/admin/{where}/")
    counting = [one["sql"] for one in queries if "COUNT(" in one["sql"].upper()]
    assert counting
    assert all("LIMIT 1001" in sql for sql in counting)


def test_a_long_list_says_that_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.admin.paginator.MOST", 3)
    for n in range(5):
        make_user(f"u{n}")
    pages = BoundedPaginator(User.objects.order_by("username_key"), 2)
    assert (pages.count, pages.bounded, pages.num_pages) == (3, True, 2)
    few = BoundedPaginator(User.objects.filter(username="u1"), 2)
    assert (few.count, few.bounded) == (1, False)


def test_a_page_out_of_range_leads_back(admin: Client) -> None:
    for n in range(60):
        Group.objects.create(name=f"g{n}")
    assert admin.get("/admin/accounts/group/", {"p": "9999"}).status_code == 302
    assert admin.get("/admin/accounts/group/", {"p": "x"}).status_code == 200
    assert admin.get("/admin/accounts/group/", {"all": "", "o": "9.9"}).status_code == 200


@pytest.mark.parametrize(
    ("where", "lookup"),
    [
        ("accounts/user", "password__startswith"),
        ("accounts/user", "password"),
        ("accounts/user", "email_key__startswith"),
        ("accounts/user", "sessions__id"),
        ("oauth/authorization", "secret__startswith"),
        ("oauth/authorization", "nonce"),
        ("oauth/client", "secrets__digest__startswith"),
        ("oauth/signingkey", "private_jwk__startswith"),
        ("accounts/outboxmessage", "context__startswith"),
        ("accounts/auditevent", "actor__password__startswith"),
    ],
)
def test_a_filter_in_the_address_guesses_no_column(admin: Client, where: str, lookup: str) -> None:
    assert admin.get(f"/admin/{where}/", {lookup: "a"}).status_code == 400


def test_the_filters_that_are_shown_work(admin: Client) -> None:
    group = Group.objects.create(name="staff")
    make_user("off", is_active=False).groups.add(group)
    for query in ({"is_active__exact": "0"}, {"groups__id__exact": str(group.pk)}):
        rows = admin.get("/admin/accounts/user/", query).context["cl"].result_list
        assert [row.username for row in rows] == ["off"]
    assert admin.get("/admin/accounts/user/", {"is_staff__exact": "1"}).status_code == 200
    make_client(enabled=False)
    rows = admin.get("/admin/oauth/client/", {"enabled__exact": "0"}).context["cl"].result_list
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (lambda: User.objects.filter(username_key__startswith="an"), "username_key"),
        (lambda: User.objects.filter(email_key__startswith="an"), "email_key"),
        (lambda: User.objects.filter(is_active=False).order_by("username_key"), "user_disabled"),
        (lambda: User.objects.filter(is_staff=True).order_by("username_key"), "user_staff"),
        (lambda: of_object(AuditEvent.objects.order_by("-id"), "x"), "audit_object"),
        (
            lambda: OutboxMessage.objects.filter(
                status__in=("failed", "expired", "unknown")
            ).order_by("-created_at"),
            "outbox_trouble",
        ),
    ],
)
def test_what_the_admin_looks_for_has_an_index(query: Callable[[], Any], index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert index in query()[:51].explain()
