"""A picture from a stranger becomes a small PNG of ours: nothing but its pixels comes through."""

from io import BytesIO

from PIL import Image, ImageOps

CONTENT_TYPE = "image/png"
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")  # no SVG: it is a program
_SIDE = 144  # pixels: shown at 36, on screens of up to four pixels a point
_MOST_PIXELS = 4_194_304  # a small file may unfold to gigabytes


class NotALogo(ValueError):
    """No picture of these kinds, a broken one, or one that unfolds too far."""


def redrawn(data: bytes) -> bytes:
    """The first frame, turned upright, at most 144 × 144, without metadata. Raises `NotALogo`."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS:
                raise NotALogo
            picture = ImageOps.exif_transpose(found).convert("RGBA")
        picture.thumbnail((_SIDE, _SIDE))
        # A fresh one: profiles, comments and EXIF would travel along with a converted one.
        clean = Image.new("RGBA", picture.size)
        clean.paste(picture)
        out = BytesIO()
        clean.save(out, "PNG", optimize=True)
    except Exception as error:  # decoders fed with junk raise whatever comes to their mind
        raise NotALogo from error
    return out.getvalue()
