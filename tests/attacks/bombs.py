"""Files that are small and mean to become large, or to be taken for something else: pictures and dumps, made here."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tests.importers import dumps, make

MANY = 256_000_000  # bytes that a bomb unpacks to


def png(width: int, height: int, *, pixels: bytes = b"", more: bytes = b"", depth: int = 8, kind: int = 6) -> bytes:
    """Return a PNG that claims a size; `more` are chunks before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    pixels = pixels or zlib.compress(b"\x00" * 99)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def zeros(count: int) -> bytes:
    """Return so many zeros, packed, without having them all in memory."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _piece in range(count // 1_000_000)), packer.flush()])


def picture(form: str = "PNG", size: tuple[int, int] = (20, 20), **how: object) -> bytes:
    room = io.BytesIO()
    Image.new("RGB", size, "teal").save(room, form, **how)
    return room.getvalue()


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of uploads."""
    small, flood = picture(), zeros(MANY)
    script = b"<script>alert(1)</script>"
    with_zip = io.BytesIO()
    with zipfile.ZipFile(with_zip, "w") as archive:
        archive.writestr("../../outside.py", "print(1)")
    yield "claims 60,000 x 60,000", png(60_000, 60_000)
    yield "claims 2^31 - 1 squared", png(2**31 - 1, 2**31 - 1)
    yield "claims 0 x 0", png(0, 0)
    yield "claims 1 x 16,000,000", png(1, 16_000_000)
    yield "claims 16,000,000 x 1", png(16_000_000, 1)
    yield "honest flood of 15,900,000 pixels", png(3_990, 3_985, pixels=zeros(3_985 * (3_990 * 4 + 1)))
    yield "sixteen bits a colour", png(3_990, 3_985, pixels=zeros(3_985 * (3_990 * 8 + 1)), depth=16)
    yield "pixels that unpack to far more", png(20, 20, pixels=flood)
    yield "packed comment that unpacks to far more", png(20, 20, more=chunk(b"zTXt", b"a\x00\x00" + flood))
    yield "packed colours that unpack to far more", png(20, 20, more=chunk(b"iCCP", b"a\x00\x00" + flood))
    yield "packed words that unpack to far more", png(20, 20, more=chunk(b"iTXt", b"a\x00\x01\x00\x00\x00" + flood))
    yield "a million empty chunks", png(20, 20, more=chunk(b"tEXt", b"a\x00b") * 600_000)
    yield "a chunk of four gigabytes", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**32 - 1) + b"IDAT" + b"x" * 99
    yield "moving PNG", png(20, 20, more=chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    yield "GIF that claims 65,535 squared", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x00\x00\x00,"
    yield "GIF with a comment that is a script", b"GIF89a=1;" + script + picture("GIF")[9:]
    yield "JPEG that claims 65,535 squared", _jpeg_of(65_535, 65_535)
    yield "JPEG of 50 million pixels", picture("JPEG", (8_160, 6_120))
    yield "JPEG of many scans", _many_scans()
    yield "JPEG with a page in its comment", picture("JPEG", comment=b"<html>" + script)
    yield "WebP that claims 16,383 squared", _webp_of(16_383, 16_383)
    yield "PNG, then a zip", small + with_zip.getvalue()
    yield "PNG, then a script", small + script
    yield "script, then a PNG", script + small
    yield "PDF, then a PNG", b"%PDF-1.7\n" + small
    yield "page called a picture", b"<!doctype html>" + script
    yield "SVG with a script", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield "SVG with entities", b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'
    yield "PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(%pipe%id) (w) file\n"
    yield "TIFF of many pages", b"II*\x00\x08\x00\x00\x00" + b"\xff" * 2_000
    yield "nothing", b""
    yield "noise", bytes(range(256)) * 4_000
    yield from (
        (f"torn {form} after {share:.0%}", _torn(form, share))
        for form in ("PNG", "JPEG", "WEBP", "GIF")
        for share in (0.1, 0.5, 0.95)
    )


def _torn(form: str, share: float) -> bytes:
    whole = picture(form, (400, 400))
    return whole[: int(len(whole) * share)]


def _jpeg_of(width: int, height: int) -> bytes:
    whole = picture("JPEG")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def _many_scans() -> bytes:
    """A progressive picture whose last scan is sent again and again: each is decoded over the whole picture."""
    whole = picture("JPEG", (2_500, 2_500), progressive=True)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * 2_000 + whole[-2:]


def _webp_of(width: int, height: int) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + size + picture("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def archives(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield (name, importer, path) of communities that nobody should bring in."""

    def made(name: str, **files: bytes) -> Path:
        path = folder / name
        path.mkdir(parents=True)
        for file, content in files.items():
            (path / file.replace("__", ".")).write_bytes(content)
        return path

    whole = json.dumps(make.question("1")).encode() + b"\n"
    answers = json.dumps(make.answer("1", "1")).encode() + b"\n"
    long = whole.replace(b"Nothing", b"N" * 20_000_000)
    yield "gz of zeros", "archive", made("gz", questions__jsonl__gz=_gz(b"", MANY), answers__jsonl=answers)
    yield "gz of spaces behind a row", "archive", made("gz2", questions__jsonl__gz=_gz(whole, MANY), answers__jsonl=b"")
    yield "xz of zeros", "archive", made("xz", questions__jsonl__xz=_xz(MANY), answers__jsonl=answers)
    yield "a text of 20 MB", "archive", made("long", questions__jsonl=long + whole, answers__jsonl=answers)
    yield (
        "brackets in brackets",
        "archive",
        made("deep", questions__jsonl=b"[" * 3_000_000 + b"\n" + whole, answers__jsonl=b""),
    )
    yield (
        "a number of 3 million digits",
        "archive",
        made("digits", questions__jsonl=b'{"id": ' + b"9" * 3_000_000 + b"}\n" + whole, answers__jsonl=b""),
    )
    yield "torn in a row", "archive", made("torn", questions__jsonl=whole + whole[:50], answers__jsonl=answers)
    yield (
        "torn gz",
        "archive",
        made("torngz", questions__jsonl__gz=gzip.compress(whole * 999)[:-60], answers__jsonl=b""),
    )
    yield "noise called gz", "archive", made("noise", questions__jsonl__gz=bytes(range(256)) * 999, answers__jsonl=b"")
    linked = made("linked", answers__jsonl=answers)
    (linked / "questions.jsonl").symlink_to("/etc/passwd")
    yield "a link to /etc/passwd", "archive", linked
    endless = made("endless", answers__jsonl=answers)
    (endless / "questions.jsonl").symlink_to("/dev/zero")
    yield "a link to /dev/zero", "archive", endless

    for name, head in XML.items():
        path = dumps.dump(folder / f"xml {name}", Users=[dumps.user(1, "Ida")], Posts=[dumps.question(1, 1)])
        posts = (path / "Posts.xml").read_text(encoding="utf-8-sig")
        (path / "Posts.xml").write_text(posts.replace("<posts>", head + "<posts>"), encoding="utf-8")
        yield f"XML: {name}", "stackexchange", path
    path = dumps.dump(
        folder / "attribute", Users=[dumps.user(1, "Ida")], Posts=[dumps.question(1, 1, Body="x" * 200_000_000)]
    )
    yield "XML: an attribute of 200 MB", "stackexchange", path
    path = dumps.dump(folder / "depth", Users=[], Posts=["<a>" * 1_000_000])
    yield "XML: a million elements deep", "stackexchange", path
    yield (
        "7z: no more than its first bytes",
        "stackexchange",
        _file(folder / "a.stackexchange.com.7z", b"7z\xbc\xaf\x27\x1c" + b"\xff" * 99),
    )
    yield "JSON: brackets in brackets", "discourse", made("topics", **{"1__json": b"[" * 3_000_000})
    yield "JSON: gz of zeros", "discourse", made("topicsgz", **{"1__json__gz": _gz(b"", MANY)})
    yield "JSON: no posts", "discourse", made("empty", **{"1__json": b'{"post_stream": {"posts": {"length": 9}}}'})


XML = {
    "billion laughs": "<!DOCTYPE x ["
    '<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>",
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>',
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameters": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>',
    "a bare type": "<!DOCTYPE x>",
    "a stylesheet": '<?xml-stylesheet href="file:///etc/passwd"?>',
}


def _gz(first: bytes, count: int) -> bytes:
    room = io.BytesIO()
    with gzip.GzipFile(fileobj=room, mode="wb", compresslevel=9) as file:
        file.write(first)
        for _piece in range(count // 1_000_000):
            file.write(b" " * 1_000_000 if first else bytes(1_000_000))
    return room.getvalue()


def _xz(count: int) -> bytes:
    packer = lzma.LZMACompressor(preset=1)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _piece in range(count // 1_000_000)), packer.flush()])


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
