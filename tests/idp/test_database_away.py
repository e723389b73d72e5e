"""A page that finds no database says so, and when to come back."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client


@pytest.fixture
def broken(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Break the view, or what lies in front of it, with an error."""
    client.raise_request_exception = False

    def breaking(where: str, error: Exception) -> Client:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(where, fail)
        return client

    return breaking


_VIEW = "accounts.authentication.current"
_COOKIE = "accounts.session_store.SessionStore._row"
_LANGUAGE = "accounts.middleware.Language.__call__"
_PERSON = "accounts.middleware.CurrentPerson.__call__"


@pytest.mark.django_db
@pytest.mark.parametrize("where", [_VIEW, _COOKIE, _PERSON])
@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_pages_are_503_while_the_database_is_away(
    where: str, kind: type[Exception], broken: Any
) -> None:
    client = broken(where, kind("marker: server closed the connection"))
    client.cookies["signet"] = "a" * 32
    answer = client.get("/account/sessions", {"a": "b"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    text = answer.content.decode()
    assert 'id="error-code">503' in text
    assert f'id="error-reference">{answer.headers["X-Request-Id"]}' in text
    assert 'href=""' in text  # the same address once more
    assert "marker" not in text
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.django_db
def test_a_form_is_not_offered_for_repetition_by_a_link(broken: Any) -> None:
    client = broken(_PERSON, OperationalError("away"))
    answer = client.post("/account/sessions")
    assert answer.status_code == 503
    assert 'href=""' not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("where", [_PERSON, _LANGUAGE])
def test_the_page_needs_no_database_and_speaks_the_browsers_language(
    where: str, broken: Any, django_assert_num_queries: Any
) -> None:
    client = broken(where, OperationalError("away"))
    with django_assert_num_queries(0):
        answer = client.get("/account/sessions", headers={"Accept-Language": "de"})
    assert '<html lang="de"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ProgrammingError("no such column"), ValueError("x")])
def test_any_other_crash_stays_our_fault(error: Exception, broken: Any) -> None:
    answer = broken(_PERSON, error).get("/account/sessions")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
