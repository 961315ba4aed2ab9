"""The file of a backup is what was written, or it says that it is not."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.backup.packing import FORMAT, BackupUnusable, Manifest, packing, unpacking

ROWS = [[1, "wifi", True, None], [2, 'with "quotes"\nand lines', False, {"en": "ü"}]]


@pytest.fixture
def picture(tmp_path) -> Path:
    path = tmp_path / "picture"
    path.write_bytes(os.urandom(3_000_000))
    return path


@pytest.fixture
def made(tmp_path, picture) -> Path:
    path = tmp_path / "made" / "backup.zip"
    with packing(path, Manifest("2026-03-02T09:30:00+00:00", "0030", "sqlite")) as packer:
        packer.add_table("tags", ["id", "name", "is_used", "texts"], ROWS)
        packer.add_table("moments", ["at"], [[datetime(2026, 3, 2, tzinfo=UTC)]])
        packer.add_file("f" * 32, picture)
    return path


def read(path: Path) -> None:
    with unpacking(path) as packed:
        for name in packed.manifest.rows:
            list(packed.rows(name))
        for name in packed.manifest.files:
            packed.file(name)


def test_what_was_written_is_read(made, picture):
    with unpacking(made) as packed:
        assert list(packed.rows("tags")) == ROWS
        assert list(packed.rows("moments")) == [["2026-03-02T00:00:00+00:00"]]
        assert packed.file("f" * 32) == picture.read_bytes()
        assert packed.manifest.columns["tags"] == ["id", "name", "is_used", "texts"]
        assert (packed.manifest.rows, packed.manifest.files) == ({"tags": 2, "moments": 1}, ["f" * 32])


def test_only_its_owner_can_read_it_and_nothing_else_is_left(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [each.name for each in made.parent.iterdir()] == ["backup.zip"]


def test_no_backup_is_written_over_another(made):
    before = made.read_bytes()

    with pytest.raises(FileExistsError), packing(made, Manifest("", "", "")):
        pass

    assert made.read_bytes() == before


def test_what_breaks_off_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), packing(tmp_path / "new" / "backup.zip", Manifest("", "", "")) as packer:
        packer.add_table("tags", ["id"], ([1 // number] for number in (1, 0)))

    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_torn_file_is_refused(made, share):
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(BackupUnusable):
        read(made)


def test_a_flipped_bit_is_noticed_wherever_it_matters(made):
    """Not each byte of a zip counts (times, comments), but none that holds a row, a file or a checksum passes."""
    whole = made.read_bytes()
    with zipfile.ZipFile(made) as archive:
        large = [info for info in archive.infolist() if info.compress_size > 60]
    places = [info.header_offset + 60 + info.compress_size // 2 for info in large]
    assert len(places) >= 2

    for place in places:
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        with pytest.raises(BackupUnusable):
            read(made)


@pytest.mark.parametrize("change", ["row", "fewer", "no sum", "newer", "nonsense"])
def test_what_somebody_changed_is_refused(made, change):
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members["manifest.json"])
    if change == "row":
        members["tables/tags.jsonl"] = members["tables/tags.jsonl"].replace(b"wifi", b"wlan")
    elif change == "fewer":
        told["rows"]["tags"] = 1
    elif change == "no sum":
        del told["sums"]["tables/tags.jsonl"]
    elif change == "newer":
        told["format"] = FORMAT + 1
    members["manifest.json"] = b"{" if change == "nonsense" else json.dumps(told).encode()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    with pytest.raises(BackupUnusable):
        read(made)


def test_what_is_no_backup_is_refused(tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "hello")
    text = tmp_path / "text.zip"
    text.write_text("hello")

    for path in (other, text, tmp_path / "nowhere.zip"):
        with pytest.raises(BackupUnusable):
            read(path)
