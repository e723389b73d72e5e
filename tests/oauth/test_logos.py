"""Logos are fetched by the worker, kept, fetched again in time, and never lost to a bad day."""

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from idp.ground.fetch import FetchRefused
from oauth import clients, logos, tasks
from oauth.models import Client, ClientLogo, logo_url_of
from tests.factories import make_client
from tests.oauth.test_logo_image import picture

pytestmark = pytest.mark.django_db
SOURCE = "https://shop.test/logo.png"


@pytest.fixture
def fetched() -> Iterator[mock.Mock]:
    with mock.patch.object(logos, "get", return_value=picture()) as get:
        yield get


@pytest.fixture
def client() -> Client:
    return make_client(logo_uri=SOURCE)


def _shown(client: Client) -> str:
    clients.forget()
    facts = clients.find(client.client_id)
    assert facts is not None
    row = Client.objects.select_related("logo").defer("logo__content").get(pk=client.pk)
    assert logo_url_of(row) == facts.logo_url
    return facts.logo_url


def test_a_logo_is_fetched_once_and_shown_from_our_origin(
    client: Client, fetched: mock.Mock
) -> None:
    assert _shown(client) == ""
    assert tasks.fetch_logos() == 1
    assert tasks.fetch_logos() == 0
    (asked,) = fetched.call_args_list
    assert asked.args == (SOURCE,)
    assert asked.kwargs["max_bytes"] == 100 * 1024
    kept = ClientLogo.objects.get()
    assert (kept.content_type, kept.fault) == ("image/png", "")
    assert _shown(client) == f"/clients/{client.client_id}/logo?v={kept.sha256[:16]}"


def test_nobody_elses_logo_is_asked_for(fetched: mock.Mock) -> None:
    make_client()
    make_client(logo_uri=SOURCE, enabled=False)
    assert tasks.fetch_logos() == 0
    assert not fetched.called


def test_another_address_takes_the_old_picture_away_at_once(
    client: Client, fetched: mock.Mock
) -> None:
    tasks.fetch_logos()
    Client.objects.update(logo_uri="https://shop.test/new.png")
    assert _shown(client) == ""
    fetched.side_effect = FetchRefused("status_404", sent=True)
    tasks.fetch_logos()
    kept = ClientLogo.objects.get()
    assert (bytes(kept.content), kept.fault) == (b"", "status_404")
    assert _shown(client) == ""
    Client.objects.update(logo_uri="")
    assert _shown(client) == ""
    assert not logos.due(timezone.now()).exists()


@pytest.mark.parametrize("data", [b"<svg/>", b"", b"GIF89a" + b"\0" * 500])
def test_what_is_no_picture_is_noted_and_tried_again_later(
    client: Client, fetched: mock.Mock, data: bytes
) -> None:
    fetched.return_value = data
    assert tasks.fetch_logos() == 1
    assert tasks.fetch_logos() == 0
    assert ClientLogo.objects.get().fault == "not_a_picture"
    assert _shown(client) == ""
    fetched.return_value = picture()
    ClientLogo.objects.update(fetched_at=timezone.now() - timedelta(hours=6, seconds=1))
    assert tasks.fetch_logos() == 1
    assert ClientLogo.objects.get().fault == ""
    assert _shown(client)


def test_a_picture_stays_while_its_server_is_away(client: Client, fetched: mock.Mock) -> None:
    tasks.fetch_logos()
    before = _shown(client)
    ClientLogo.objects.update(fetched_at=timezone.now() - timedelta(days=7, seconds=1))
    fetched.side_effect = FetchRefused("unreachable", sent=True)
    assert tasks.fetch_logos() == 1
    assert ClientLogo.objects.get().fault == "unreachable"
    assert _shown(client) == before
    assert tasks.fetch_logos() == 0


def test_another_picture_has_another_address(client: Client, fetched: mock.Mock) -> None:
    tasks.fetch_logos()
    before = _shown(client)
    ClientLogo.objects.update(fetched_at=timezone.now() - timedelta(days=8))
    fetched.return_value = picture(size=(50, 50))
    tasks.fetch_logos()
    assert _shown(client) != before


def test_a_fetcher_that_refuses_an_address_costs_nothing_but_the_logo() -> None:
    """Not mocked: the guarded fetcher itself, and an address inside the house."""
    client = make_client(logo_uri="https://127.0.0.1/logo.png")
    assert tasks.fetch_logos() == 1
    assert ClientLogo.objects.get(client=client).fault
    assert _shown(client) == ""
