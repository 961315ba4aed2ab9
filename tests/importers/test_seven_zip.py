"""Reading .7z archives as they are published. Those beside this file were packed by py7zr, each by one method."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.community.models.posts import Answer, Question
from app.importers.models import ImportRun
from app.importers.packed import TORN
from app.importers.progress import Progress
from app.importers.rows import ArchiveRefused
from app.importers.running import run_import
from app.importers.seven_zip import members_of, open_member
from app.importers.sources import Source
from app.importers.stackexchange.dump import Dump
from tests.importers.test_archive import count

PACKED = Path(__file__).with_name("packed_dumps")
METHODS = ["bzip2", "copy", "lzma", "lzma2"]


def content(path: Path, name: str) -> bytes:
    with open_member(path, members_of(path)[name]) as file:
        return file.read()


@pytest.mark.parametrize("method", METHODS)
def test_each_file_comes_out_whole(method: str) -> None:
    path = PACKED / f"{method}.7z"

    assert list(members_of(path)) == ["Badges.xml", "Posts.xml", "Users.xml", "Votes.xml"]
    assert content(path, "Users.xml").endswith(b'DisplayName="Ida" CreationDate="2024-01-01T08:00:00.000" />\n</users>')
    assert content(path, "Posts.xml").count(b"<row ") == 2


@pytest.mark.parametrize("method", METHODS)
def test_damage_is_seen_wherever_it_is(tmp_path: Path, method: str) -> None:
    whole = (PACKED / f"{method}.7z").read_bytes()
    damaged = tmp_path / "damaged.7z"
    for at in range(0, len(whole), 7):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            found = [content(damaged, name) for name in members_of(damaged)]
        except (ArchiveRefused, *TORN):
            continue
        # What is not covered by a checksum (the version, times) may differ without harm.
        assert found == [content(PACKED / f"{method}.7z", name) for name in members_of(PACKED / f"{method}.7z")]


@pytest.mark.parametrize("length", [0, 5, 31, 40, 300])
def test_torn_archive_is_refused(tmp_path: Path, length: int) -> None:
    torn = tmp_path / "torn.7z"
    torn.write_bytes((PACKED / "lzma2.7z").read_bytes()[:length])

    with pytest.raises(ArchiveRefused):
        members_of(torn)


def test_other_methods_are_named_with_what_to_do() -> None:
    with pytest.raises(ArchiveRefused, match="unpack it first, this is not read here: the method 030401"):
        content(PACKED / "ppmd.7z", "Posts.xml")


@pytest.mark.parametrize("is_folder", [True, False])
def test_published_dump_is_imported_as_it_is(database: Session, tmp_path: Path, is_folder: bool) -> None:
    path = Path(shutil.copy(PACKED / "bzip2.7z", tmp_path / "lamps.7z"))
    dump = Dump(tmp_path if is_folder else path, tmp_path / "scratch")

    report = run_import(dump, Source("lamps", "Lamps"), progress=Progress(io.StringIO()))

    assert (count(database, Question), count(database, Answer)) == (1, 1)
    assert report.counts["votes_counted"] == 1
    assert database.scalars(sa.select(ImportRun.state)).one() == "done"


def test_dump_without_users_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Posts.xml").write_text("<posts></posts>")

    with pytest.raises(ArchiveRefused, match=r"Users\.xml: not there"):
        Dump(tmp_path, tmp_path / "scratch").survey(Progress(io.StringIO()), None)  # type: ignore[arg-type]
