"""accounts/avatar_image.py: nothing but pixels comes through."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from accounts.avatar_image import NotAPicture, squared


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 150), **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(300, 150), (2, 900), (256, 256), (1, 1)])
def test_each_kind_becomes_a_square_of_webp(kind: str, size: tuple[int, int]) -> None:
    with Image.open(BytesIO(squared(picture(kind, size)))) as found:
        assert (found.format, found.size) == ("WEBP", (256, 256))
        red, green, _blue = found.convert("RGB").getpixel((128, 128))
        assert red > 150 > green


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "PDF"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(NotAPicture):
        squared(picture(kind))


def test_what_unfolds_too_far_is_refused_before_it_does() -> None:
    with pytest.raises(NotAPicture):
        squared(picture(size=(9_000, 9_000), optimize=True))


def test_a_photograph_of_a_telephone_is_welcome() -> None:
    assert squared(picture("JPEG", (4_032, 3_024)))


def test_notes_and_places_do_not_come_through() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    for data in (picture(pnginfo=notes), picture("JPEG", exif=exif)):
        drawn = squared(data)
        assert b"script" not in drawn and b"secret" not in drawn and b"EXIF" not in drawn


def test_a_picture_lying_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    upper = Image.new("RGB", (256, 256), (0, 0, 255))
    upper.paste((255, 0, 0), (0, 0, 128, 256))  # its left half
    upper.save(out, "JPEG", exif=exif)
    with Image.open(BytesIO(squared(out.getvalue()))) as found:
        red, _green, blue = found.convert("RGB").getpixel((128, 20))
        assert red > blue  # on top now
