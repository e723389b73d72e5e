"""accounts/pages/picture.py and avatar.py: a picture of one's own."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Avatar, User
from tests.accounts.surfer import Surfer, Tab
from tests.accounts.test_avatar_image import picture


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def upload(surfer: Surfer, data: bytes, name: str = "me.png", kind: str = "image/png") -> Tab:
    file = SimpleUploadedFile(name, data, kind)
    return surfer.open("/account/picture").send(picture=file)  # type: ignore[arg-type]


def test_the_picture_is_ours_and_the_claim_names_it(home: Surfer, bob: User) -> None:
    page = upload(home, picture())
    assert page.url == "/account/profile"
    bob.refresh_from_db()
    path = bob.picture.removeprefix(settings.SIGNET.issuer)
    assert path == f"/pictures/{Avatar.objects.get().digest}"
    assert f'<img class="avatar" src="{path}"' in page.text


def test_it_is_served_to_everybody_without_a_cookie_and_for_ever(home: Surfer, bob: User) -> None:
    upload(home, picture())
    bob.refresh_from_db()
    stranger = Client(HTTP_HOST="localhost")
    answer = stranger.get(bob.picture.removeprefix(settings.SIGNET.issuer))
    assert answer.status_code == 200 and not answer.cookies
    headers = answer.headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in headers["Cache-Control"]
    again = stranger.get(answer.request["PATH_INFO"], HTTP_IF_NONE_MATCH=headers["ETag"])
    assert again.status_code == 304


def test_a_removed_picture_is_gone_everywhere(home: Surfer, bob: User) -> None:
    upload(home, picture())
    bob.refresh_from_db()
    path = bob.picture.removeprefix(settings.SIGNET.issuer)
    page = home.open("/account/picture").send(remove="1")
    bob.refresh_from_db()
    assert bob.picture == "" and not Avatar.objects.exists()
    assert Client(HTTP_HOST="localhost").get(path).status_code == 404
    assert '<img class="avatar"' not in page.text


def test_a_picture_of_another_host_is_never_loaded_by_our_pages(home: Surfer, bob: User) -> None:
    for url in ("https://evil.test/pictures/x", f"{settings.SIGNET.issuer}.evil.test/pictures/x"):
        User.objects.update(picture=url)
        assert "evil.test" not in home.open("/account/profile").text


def test_without_a_file_it_says_so(home: Surfer) -> None:
    page = home.open("/account/picture").send()
    assert page.status == 400 and "Choose a file first" in page.text


def test_a_file_too_large_for_its_page_is_refused(home: Surfer, bob: User) -> None:
    page = upload(home, b"\x89PNG" + b"x" * settings.PICTURE_MOST_BYTES)
    assert page.status == 400 and "too large" in page.text
    assert upload(home, b"x" * (settings.PICTURE_MOST_BYTES + 200_000)).status == 413


def test_only_that_page_takes_large_bodies(home: Surfer, bob: User) -> None:
    token = {"picture": "x" * 70_000}
    assert home.client.post("/account/profile", token).status_code == 413
    assert home.client.post("/account/picture/", token).status_code == 413
