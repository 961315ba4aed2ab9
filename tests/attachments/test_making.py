"""A picture made anew: what comes in, what comes out, and what is refused before it can do harm."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.attachments.making import REFUSALS, made_anew
from app.attachments.reencode import Refused, remade
from app.errors import Invalid
from tests.attachments.make import image

SECRET = b"a street and a house number"
BOMB = (60_000, 60_000)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "form, mode, media_type",
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("GIF", "P", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/webp"),
    ],
)
def test_every_kind_becomes_one_that_browsers_show(form: str, mode: str, media_type: str) -> None:
    content, kind, width, height = remade(image(form, mode=mode))

    assert (kind, width, height) == (media_type, 40, 30)
    assert opened(content).size == (40, 30)
    assert opened(content).mode in {"RGB", "RGBA"}


def test_nothing_beside_the_pixels_comes_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    sent = image("JPEG", exif=exif, comment=SECRET) + SECRET
    assert sent.count(SECRET) == 3

    for start in (sent, image("PNG", exif=exif) + SECRET, image("WEBP", exif=exif)):
        content, *_rest = remade(start)
        assert SECRET not in content
        assert not opened(content).getexif()


def test_picture_taken_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert remade(image("JPEG", size=(40, 30), exif=exif))[2:] == (30, 40)


def test_what_is_larger_than_a_page_is_made_smaller() -> None:
    assert remade(image("JPEG", size=(5120, 2560)))[2:] == (2560, 1280)


def test_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for form in ("GIF", "PNG", "WEBP"):
        room = io.BytesIO()
        frames[0].save(room, form, save_all=True, append_images=frames[1:])

        with pytest.raises(Refused, match="moving_picture"):
            remade(room.getvalue())


def test_flood_of_pixels_is_refused_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("pixels were read"))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # as the program does, which has limits of its own

    with pytest.raises(Refused, match="too_many_pixels"):
        remade(png_of(*BOMB))


def test_picture_that_is_sent_a_thousand_times_over_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """W12: two thousand scans of a small progressive JPEG took six seconds."""
    whole = image("JPEG", size=(2500, 2500), progressive=True)
    last = whole.rindex(b"\xff\xda")
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("pixels were read"))

    with pytest.raises(Refused, match="too_many_pixels"):
        remade(whole[:last] + whole[last:-2] * 2_000 + whole[-2:])


def test_progressive_picture_of_a_camera_is_taken() -> None:
    assert remade(image("JPEG", size=(4000, 3000), progressive=True))[1:] == ("image/jpeg", 2560, 1920)


def test_every_refusal_is_a_sentence(app) -> None:
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        for code, sentence in REFUSALS.items():
            assert str(sentence) != code


def test_large_photo_is_made_anew_within_its_memory() -> None:
    sent = image("JPEG", size=(8160, 6120))

    made = made_anew(sent)

    assert (made.media_type, made.width, made.height) == ("image/jpeg", 2560, 1920)


def test_picture_that_wants_more_memory_than_it_may_is_refused() -> None:
    """A progressive JPEG is held as a whole while it is read: three times the memory of its pixels."""
    sent = image("JPEG", size=(8160, 6120), progressive=True, subsampling=0)

    with pytest.raises(Invalid) as refused:
        made_anew(sent)

    assert refused.value.code == "too_many_pixels"


def test_broken_and_mixed_bytes_are_refused_and_break_nothing() -> None:
    chance = random.Random(7)
    whole = [image("PNG"), image("JPEG"), image("WEBP", mode="RGBA"), image("GIF", mode="P")]
    refusals = set()
    for number in range(200):
        sent = bytearray(chance.choice(whole))
        for _flip in range(chance.randint(1, 8)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        content = bytes(sent[: chance.randint(1, len(sent))]) if number % 3 == 0 else bytes(sent)
        try:
            made, _kind, width, height = remade(content)
        except Refused as refused:
            refusals.add(str(refused))
        else:
            assert opened(made).size == (width, height)

    assert refusals <= set(REFUSALS)


@pytest.mark.needs_shared
def test_hostile_files_are_refused_or_become_harmless(shared_data: Path) -> None:
    corpus = sorted(path for path in (shared_data / "corpora" / "upload").rglob("*") if path.is_file())
    assert len(corpus) >= 20

    refusals = set()
    for path in corpus:
        sent = path.read_bytes()
        try:
            made, _kind, _width, _height = remade(sent)
        except Refused as refused:
            refusals.add(str(refused))
        else:
            assert b"alert" not in made, path.name
            assert b"<script" not in made.lower(), path.name
            assert path.suffix in {".jpeg", ".jpg", ".png", ".gif"}, path.name
    assert refusals <= set(REFUSALS)
