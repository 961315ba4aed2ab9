"""W12: uploads and imports that mean harm, through the form and through each importer, with little memory.

Each answer comes in time, nothing is written outside of the folder, and what is kept is served where nothing can run.
An import runs in a process that may take 512 MB; that the limit bites is the control.
"""

from __future__ import annotations

import io
import multiprocessing
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.config import Config
from app.importers.archive import Archive
from app.importers.discourse.forum import Forum
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import look_at
from app.importers.sources import Source
from app.importers.stackexchange.dump import Dump
from app.web import throttle
from tests.attacks.bombs import archives, pictures
from tests.attacks.sizes import drawn, hold, is_full, must_fail
from tests.cast import Cast, sign_in
from tests.support.processes import FORK

pytestmark = pytest.mark.timeout(7200)
MOST_MEMORY = 512 * 1024 * 1024
PATIENCE_S = 2.0  # of computing, so that a busy machine changes little
SOURCE = Source("bombs", "Bombs", link="https://bombs.example.org/{id}")
NAMES = [
    "x.png",
    "../../x.png",
    "..\\..\\x.png",
    "x.png\x00.html",
    "x.svg",
    "/etc/passwd",
    "x.html",
    "CON",
    "a" * 5_000,
]


def corpus(shared_data: Path) -> list[tuple[str, bytes]]:
    found = sorted(path for path in (shared_data / "corpora" / "upload").rglob("*") if path.is_file())
    return [(path.name, path.read_bytes()) for path in found]


@pytest.mark.needs_shared
def test_uploads_that_mean_harm_are_refused_or_made_harmless(
    app: Flask, database: Session, cast: Cast, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    client, config = app.test_client(), app.extensions["samen.config"]
    assert isinstance(config, Config)
    sign_in(client, cast.peer)
    outside = elsewhere(config)
    wrong, seconds, kept = [], {}, 0
    sent = drawn([*pictures(), *corpus(shared_data)], 2)
    for number, (name, content) in enumerate(sent):
        began = computed()
        answer = upload(client, content, NAMES[number % len(NAMES)])
        seconds[name] = computed() - began
        if answer.status_code == 201:
            kept += 1
            served = client.get(answer.json["address"])
            headers = served.headers
            if b"script" in served.data.lower() or b"alert" in served.data or b"outside.py" in served.data:
                wrong.append(f"{name}: what was hidden in it is served")
            is_safe = headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]
            if not is_safe or not re.fullmatch(r"image/(png|jpeg|webp)", served.mimetype):
                wrong.append(f"{name}: served as {served.mimetype}")
        elif answer.status_code not in {413, 422}:
            wrong.append(f"{name}: status {answer.status_code}")
    left = elsewhere(config) - outside

    slowest = max(seconds, key=lambda name: seconds[name])
    what = f"{len(sent)} uploads that mean harm, {kept} made anew; served harmfully, broken, or written elsewhere"
    hold("W12", what, len(wrong) + len(left), "0", held=not wrong and not left, details=[*wrong, *left])
    took = seconds[slowest]
    hold("W12", f"slowest upload ({slowest})", f"{took:.2f} s of computing", "< 2 s", held=took < PATIENCE_S)


def computed() -> float:
    """Return the seconds that this process and those it waited for have computed."""
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def elsewhere(config: Config) -> set[Path]:
    """Return what lies around the folder of pictures."""
    folder = config.instance / "files"
    return {path for path in config.instance.parent.rglob("*") if path != folder and folder not in path.parents}


def upload(client: Any, content: bytes, name: str) -> Any:
    """Send a picture as the editor does."""

    from tests.attachments.test_views import csrf_token, encode_multipart

    form = {"csrf_token": csrf_token(client), "picture": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/files", data=body, content_type=kind, headers={"X-Fragment": "1"})


def opened(importer: str, path: Path) -> Any:
    return {
        "archive": lambda: Archive(path),
        "stackexchange": lambda: Dump(path, path.parent / f"{path.name} scratch"),
        "discourse": lambda: Forum(path, address=SOURCE.link),
    }[importer]()


def with_little_memory(work: Callable[[], object]) -> tuple[str, float, float]:
    """Do this in a process of 512 MB; return what came of it, the seconds, and by how many MB it grew at most."""
    reader, writer = multiprocessing.Pipe(duplex=False)

    def child() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        try:
            work()
            came = "read"
        except ArchiveRefused as refused:
            came = f"refused: {refused}"
        except BaseException as error:  # whatever it is, it is told
            came = f"broke: {type(error).__name__} {error}"[:200]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        writer.send((came, time.process_time() - began, grown / 1024))

    process = FORK.Process(target=child, daemon=True)
    process.start()
    writer.close()
    came = reader.recv() if reader.poll(60) else ("hangs", 60.0, 0.0)
    process.kill()
    process.join()
    return came  # type: ignore[no-any-return]


def test_dumps_that_mean_harm_are_refused_or_read_with_little_memory(
    app: Flask, database: Session, tmp_path: Path
) -> None:
    if not is_full():
        return  # each kind has a test in tests/importers; together they take a minute
    told = {}
    for name, importer, path in archives(tmp_path):
        origin = opened(importer, path)
        told[name] = with_little_memory(lambda origin=origin: look_at(origin, SOURCE, Progress(io.StringIO())))
    broken = [f"{name}: {came}" for name, (came, _s, _mb) in told.items() if not came.startswith(("read", "refused"))]
    slowest, largest = (max(told, key=lambda name: told[name][place]) for place in (1, 2))

    hold(
        "W12", f"{len(told)} dumps that mean harm, in 512 MB: broke", len(broken), "0", held=not broken, details=broken
    )
    took, grew = told[slowest][1], told[largest][2]
    hold("W12", f"slowest dump ({slowest})", f"{took:.2f} s of computing", "< 2 s", held=took < PATIENCE_S)
    hold("W12", f"memory that a dump takes at most ({largest})", f"{grew:.0f} MB", "< 200 MB", held=grew < 200)
    naive = with_little_memory(lambda: [bytes(1_000_000) for _turn in range(1_000)])
    must_fail("W12", "a reader that takes 1 GB in the same process", naive[0], fails="MemoryError" in naive[0])
