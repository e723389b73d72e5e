"""A picture from anybody becomes a small square of ours: nothing but its pixels comes through."""

from io import BytesIO

from PIL import Image, ImageOps

CONTENT_TYPE = "image/webp"
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")  # no SVG: it is a program
_SIDE = 256
# A small file may unfold to gigabytes. JPEG is decoded at the size we need, so it may be larger.
_MOST_PIXELS = {"JPEG": 64_000_000}
_MOST_OTHERS = 12_000_000


class NotAPicture(ValueError):
    """No picture of these kinds, a broken one, or one that unfolds too far."""


def squared(data: bytes) -> bytes:
    """The first frame, upright, its middle, 256 × 256, as WebP. Raises `NotAPicture`."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS.get(found.format or "", _MOST_OTHERS):
                raise NotAPicture
            found.draft("RGB", (_SIDE * 2, _SIDE * 2))
            picture = ImageOps.exif_transpose(found).convert("RGBA")
        fitted = ImageOps.fit(picture, (_SIDE, _SIDE))
        # A fresh one: profiles, comments and EXIF would travel along with a converted one.
        clean = Image.new("RGBA", fitted.size)
        clean.paste(fitted)
        out = BytesIO()
        clean.save(out, "WEBP", quality=85, method=4)
    except Exception as error:  # decoders fed with junk raise whatever comes to their mind
        raise NotAPicture from error
    return out.getvalue()
