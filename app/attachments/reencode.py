"""Make a picture anew from its pixels: what comes out holds no place, no camera and nothing that could be run.

This file is a program of its own, run by `making.made_anew` in a process with little memory and little time, without
the installation's environment: decoders of pictures are large, and what they are given comes from anybody. It imports
nothing of ours, reads the picture from its input and answers with one line of JSON and the new bytes.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import warnings

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Most phones make 12 or 50 million pixels; a JPEG is read at half or a quarter of its size where that is enough.
MOST_PIXELS = {"JPEG": 52_000_000}
MOST_PIXELS_ELSE = 16_000_000
SURELY_FITS = 8_000_000
# A JPEG may send each pixel again and again, to become sharper: programs make ten such scans, files may hold thousands.
MOST_SCANNED = 300_000_000
START_OF_SCAN = b"\xff\xda"
LONGEST_SIDE = 2560
LARGEST_RESULT = 4_000_000
MOST_MEMORY = 200 * 1024 * 1024
MOST_SECONDS = 15


class Refused(Exception):
    """The picture cannot be used; the argument is the code that says why."""


def remade(sent: bytes) -> tuple[bytes, str, int, int]:
    """Return the new bytes, their media type, width and height. Raises Refused with the code that says why not."""
    with _opened(sent) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS.get(picture.format or "", MOST_PIXELS_ELSE):
            raise Refused("too_many_pixels")
        if picture.format == "JPEG" and sent.count(START_OF_SCAN) * width * height > MOST_SCANNED:
            raise Refused("too_many_pixels")
        if getattr(picture, "is_animated", False):
            raise Refused("moving_picture")
        try:
            still = _still(picture)
        except Refused as refused:
            # Some decoders say "broken" where the memory they were given was not enough.
            raise Refused("too_many_pixels") if width * height > SURELY_FITS else refused from None
        is_photo = picture.format in {"JPEG", "WEBP"} or len(sent) > LARGEST_RESULT
    made, media_type = _written(still, is_photo=is_photo)
    return made, media_type, still.width, still.height


def _opened(sent: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(sent), formats=FORMATS)
    except Exception as error:  # every decoder has its own way to fail, and all of them mean this
        raise Refused("not_a_picture") from error


def _still(picture: Image.Image) -> Image.Image:
    """Return the picture's pixels: upright, no larger than is shown, in one of two modes, and nothing beside them."""
    try:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # only JPEG can be read small; others do nothing here
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
        upright = ImageOps.exif_transpose(picture)
        has_holes = upright.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_holes else "RGB")
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("not_a_picture") from error
    # A new picture with the same pixels: no tag, profile or comment can come along, whatever a decoder keeps.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _written(still: Image.Image, *, is_photo: bool) -> tuple[bytes, str]:
    """Write a drawing or screenshot without loss, unless that becomes too large; a photo as small as looks the same."""
    if not is_photo and len(made := _saved(still, "PNG", compress_level=4)) <= LARGEST_RESULT:
        return made, "image/png"
    if still.mode == "RGB":
        return _saved(still, "JPEG", quality=85, progressive=True), "image/jpeg"
    return _saved(still, "WEBP", quality=75, method=0), "image/webp"


def _saved(still: Image.Image, form: str, **how: object) -> bytes:
    room = io.BytesIO()
    still.save(room, form, **how)
    return room.getvalue()


def _bound() -> None:
    """Let the system end this process rather than let it grow. Where a system knows no such limit, time is left."""
    for kind, most in ((resource.RLIMIT_DATA, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main() -> int:
    """Read a picture, write the new one; the first line says what came of it."""
    _bound()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # asked above, with limits of our own
    try:
        made, media_type, width, height = remade(sys.stdin.buffer.read())
        said: dict[str, object] = {"media_type": media_type, "width": width, "height": height}
    except Refused as refused:
        made, said = b"", {"refused": str(refused)}
    except MemoryError:
        made, said = b"", {"refused": "too_many_pixels"}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
