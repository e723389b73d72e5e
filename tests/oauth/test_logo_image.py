"""Pictures of strangers: what comes through, and what never does."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from oauth.logo_image import NotALogo, redrawn


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 150), **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_becomes_a_small_png(kind: str) -> None:
    with Image.open(BytesIO(redrawn(picture(kind)))) as found:
        assert found.format == "PNG"
        assert found.size == (144, 72)
        red, green, blue, alpha = found.getpixel((70, 30))
        assert red > 150 > green
        assert (blue < 100, alpha) == (True, 255)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "PDF"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(NotALogo):
        redrawn(picture(kind))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>not found</html>",
        picture()[:-40],
        picture("JPEG")[:100],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotALogo):
        redrawn(data)


def test_a_small_file_that_unfolds_to_gigabytes_is_refused_unread() -> None:
    bomb = picture(size=(9_000, 9_000), optimize=True)
    assert len(bomb) < 400_000
    with pytest.raises(NotALogo):
        redrawn(bomb)


def test_nothing_but_pixels_comes_through() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    found = redrawn(picture(pnginfo=notes, icc_profile=b"profile of a stranger") + b"<script>")
    assert b"script" not in found
    assert b"iCCP" not in found
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # lies on its side
    turned = redrawn(picture("JPEG", exif=exif))
    assert b"secret place" not in turned
    with Image.open(BytesIO(turned)) as upright:
        assert upright.size == (72, 144)
