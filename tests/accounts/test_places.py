"""accounts/places.py: where an address is, or nothing at all."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.places import place_of
from tests.support.geo_database import everywhere

BERLIN = {
    "city": {"names": {"en": "Munich", "de": "München"}},
    "country": {"names": {"en": "Germany", "de": "Deutschland"}},
}


def use(settings: Any, path: Path) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"geo_database": str(path)})


def write(folder: Path, data: bytes) -> Path:
    path = folder / "places.mmdb"
    path.write_bytes(data)
    return path


def test_town_and_country_in_the_language_of_the_page(settings: Any, tmp_path: Path) -> None:
    use(settings, write(tmp_path, everywhere(BERLIN)))
    assert place_of("192.0.2.7") == place_of("2001:db8::1") == "Munich, Germany"
    with translation.override("de"):
        assert place_of("192.0.2.7") == "München, Deutschland"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"country": {"names": {"en": "Germany"}}}, "Germany"),
        ({"city": {"names": {}}, "country": {}}, ""),
        ({"city": "odd"}, ""),
        ({}, ""),
    ],
)
def test_what_is_not_known_is_not_told(
    settings: Any, tmp_path: Path, found: dict[str, Any], told: str
) -> None:
    use(settings, write(tmp_path, everywhere(found)))
    assert place_of("192.0.2.7") == told


@pytest.mark.parametrize("address", ["", None, "unknown"])
def test_what_is_no_address_has_no_place(
    settings: Any, tmp_path: Path, address: str | None
) -> None:
    use(settings, write(tmp_path, everywhere(BERLIN)))
    assert place_of(address) == ""


def test_a_missing_or_damaged_file_is_no_error(settings: Any, tmp_path: Path) -> None:
    whole = everywhere(BERLIN)
    for number, data in enumerate([b"", b"junk", whole[:40], b"\xff" * 22 + whole[22:]]):
        (tmp_path / str(number)).mkdir()
        use(settings, write(tmp_path / str(number), data))
        assert place_of("192.0.2.7") == ""
    use(settings, tmp_path / "nowhere.mmdb")
    assert place_of("192.0.2.7") == ""
    use(settings, Path())
    assert place_of("192.0.2.7") == ""
