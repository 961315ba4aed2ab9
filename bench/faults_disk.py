"""A full disk (R5): everything an installation writes lies on a small disk that is filled while people post.

    ./dev bench faults_disk [--size 24]

A tmpfs of so many megabytes holds database, pictures, index and log; mounting one takes root. Once full, writers hear
507 or 503, readers read on; once there is room again, everything goes on by itself. The control answers as if a full
disk were our own mistake.
"""

import argparse
import contextlib
import io
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.community.links import question_url
from app.community.models.posts import Answer as AnswerRow
from bench._figures import conclude, control, state
from bench._server import Answer, Browser, browsers, get, installation, post
from tests.accounts import make as accounts
from tests.community import make
from tests.support.live import LiveServer

HEALS_WITHIN_S, TITLE = 10.0, "What is full?"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench faults_disk")
    parser.add_argument("--size", type=int, default=24, help="megabytes")
    size = parser.parse_args().size
    with _small_disk(size) as folder:
        if folder is None:
            state(
                "R5", "disk full", "not possible here: a tmpfs cannot be mounted", "507/503, reads go on, heals alone"
            )
            conclude()
        with installation("", folder=folder) as server:
            _measure(server, folder)
    with _small_disk(size) as folder:
        assert folder is not None
        with installation("", folder=folder, broken="away") as server:
            people, question_id = browsers(server, 40), _question(server)
            with _filled(folder):
                seen = Counter(_answer(server, people[0], question_id, f"full {number}").status for number in range(3))
            control("R5", "a full disk as our own mistake", f"answers {dict(seen)}", fails=500 in seen)
    conclude()


def _measure(server: LiveServer, folder: Path) -> None:
    people, question_id = browsers(server, 40), _question(server)
    with server.app.app_context():
        url = question_url(question_id, TITLE)
    acknowledged: list[str] = []
    refused, reads, pictures = Counter[int](), Counter[int](), Counter[int]()
    for number in range(40):
        acknowledged += _try(server, people[number % 40], question_id, f"before {number}", refused)
    with _filled(folder):
        for number in range(60):
            acknowledged += _try(server, people[number % 40], question_id, f"full {number}", refused)
            pictures[_add_picture(server, people[number % 40], number)] += 1
            for path in ("/", "/questions", url, "/search?q=answer", "/healthz"):
                reads[get(server.url, path, cookie=people[1].cookie).status] += 1
        said = post(server.url, f"/q/{question_id}/answers", {"body": "No room.", "once_key": "said"}, people[0])
    healed_s = _until_written(server, people[2], question_id, acknowledged)
    server.until(lambda session: _stale(session) == 0)
    with server.rows() as session:
        bodies = Counter(session.scalars(sa.select(AnswerRow.body)))
        sound = session.scalar(sa.text("PRAGMA integrity_check"))
        kept = set(session.scalars(sa.select(Attachment.public_id)))
    files = {path.name: path for path in (folder / "files").rglob("*") if path.is_file()}
    half = [name for name, path in files.items() if name not in kept or not _is_whole(path)]
    lost = sum(bodies[f"An answer called {each}."] != 1 for each in acknowledged)
    state(
        "R5", "writes on a full disk", str(dict(refused)), "507/503 only", bool(refused) and set(refused) <= {503, 507}
    )
    state(
        "R5",
        "what they are told",
        f"{said.status}, Retry-After {said.retry_after}",
        "with Retry-After",
        said.retry_after is not None,
    )
    state("R5", "pictures on a full disk", str(dict(pictures)), "201, 503, 507 only", set(pictures) <= {201, 503, 507})
    state("R5", "reads on a full disk", str(dict(reads)), "200 only", set(reads) == {200})
    state("R5", f"acknowledged {len(acknowledged)}: lost or doubled", str(lost), "0", lost == 0)
    state("R5", "files that are half or nobody's", str(len(half)), "0", not half)
    state("R5", "integrity_check", str(sound), "ok", sound == "ok")
    state(
        "R5",
        "writes resume after there is room",
        f"{healed_s:.1f} s",
        f"< {HEALS_WITHIN_S:.0f} s, by itself",
        healed_s < HEALS_WITHIN_S,
    )
    found = get(server.url, "/search?q=before").body
    state("R5", "search knows them afterwards", "yes" if b"called" in found else "no", "yes", b"called" in found)


@contextlib.contextmanager
def _small_disk(size_mb: int) -> Iterator[Path | None]:
    with tempfile.TemporaryDirectory(prefix="samen-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", folder]
        if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """Fill the disk to the last byte; make room again at the end."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
        yield
    finally:
        filler.unlink()


def _try(server: LiveServer, who: Browser, question_id: int, key: str, refused: Counter[int]) -> list[str]:
    status = _answer(server, who, question_id, key).status
    if status == 303:
        return [key]
    refused[status] += 1
    return []


def _until_written(server: LiveServer, who: Browser, question_id: int, acknowledged: list[str]) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 60:
        if _answer(server, who, question_id, "healed").status == 303:
            acknowledged.append("healed")
            break
        time.sleep(0.1)
    return time.monotonic() - began


def _answer(server: LiveServer, who: Browser, question_id: int, key: str) -> Answer:
    body = f"An answer called {key}."
    return post(server.url, f"/q/{question_id}/answers", {"body": body, "once_key": key}, who)


def _add_picture(server: LiveServer, who: Browser, number: int) -> int:
    """Send a picture as the editor does."""
    drawn = io.BytesIO()
    Image.effect_noise((300, 300), 50 + number).save(drawn, "PNG")
    boundary = "samen-bench"
    fields = {"csrf_token": who.csrf_token, "once_key": f"picture {number}"}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="picture"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n'
    body = b"".join([*parts, f"--{boundary}\r\n{head}".encode(), drawn.getvalue(), f"\r\n--{boundary}--\r\n".encode()])
    parts_of_url = urlsplit(server.url)
    connection = HTTPConnection(parts_of_url.hostname or "", parts_of_url.port, timeout=30)
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    headers = {"Cookie": who.cookie, "Origin": server.url, "X-Fragment": "1", **kind}
    try:
        connection.request("POST", "/files", body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _is_whole(path: Path) -> bool:
    try:
        with Image.open(path) as picture:
            picture.load()
    except OSError:
        return False
    return True


def _question(server: LiveServer) -> int:
    with server.rows():
        return int(make.question(accounts.person("Asker"), category=make.category(), title=TITLE).id)


def _stale(session: Session) -> int:
    return int(session.scalar(sa.text("SELECT count(*) FROM stale_documents")) or 0)


if __name__ == "__main__":
    main()
