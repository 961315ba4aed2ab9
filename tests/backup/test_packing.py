"""The file of a backup is what was written, or it says that it is not."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.backup.packing import FORMAT, LARGEST_FILE, BackupUnusable, Manifest, packing, unpacking
from app.backup.rows import _load as load_rows

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


def changed(made: Path, *, told: dict | None = None, **members: bytes) -> Path:
    """Let a backup say something else of itself, with checksums that fit."""
    with zipfile.ZipFile(made) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    manifest = {**json.loads(kept.pop("manifest.json")), **(told or {})}
    for name, content in members.items():
        member = name.replace("__", "/").replace("_jsonl", ".jsonl")
        kept[member], manifest["sums"][member] = content, hashlib.sha256(content).hexdigest()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**kept, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, content)
    return made


@pytest.mark.parametrize("name", ["../../outside", "/etc/outside", "a" * 31, "f" * 31 + "/", "f" * 32 + "\n", "", ".."])
def test_file_that_would_lie_elsewhere_is_refused(made, name):
    """W12: a backup may have been changed by whoever had it in the meantime."""
    with pytest.raises(BackupUnusable, match="none of ours"):
        read(changed(made, told={"files": [name]}))


def test_what_unpacks_to_more_than_memory_is_refused(made):
    """W12: a few packed bytes may claim to hold gigabytes; no more is read at once than a picture or a row may have."""
    flood = b" " * (LARGEST_FILE + 1_000_000)

    for path in (
        changed(made, **{f"files__{'f' * 32}": flood}),
        changed(made, tables__tags_jsonl=b"[" + flood + b"]"),
        changed(made, told={"missing_files": [" " * 10_000_000]}),
    ):
        with pytest.raises(BackupUnusable):
            read(path)


@pytest.mark.parametrize("told", [{"files": 5}, {"files": [5]}, {"format": "x"}, {"more": 1}])
def test_manifest_of_another_shape_is_refused(made, told):
    with pytest.raises(BackupUnusable):
        read(changed(made, told=told))


def test_brackets_in_brackets_are_refused(made):
    with pytest.raises(BackupUnusable):
        read(changed(made, tables__tags_jsonl=b"[" * 200_000))


def test_what_is_no_backup_is_refused(tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "hello")
    text = tmp_path / "text.zip"
    text.write_text("hello")

    for path in (other, text, tmp_path / "nowhere.zip"):
        with pytest.raises(BackupUnusable):
            read(path)


@pytest.mark.parametrize("row", [[1, 5], [1, "yesterday"], [1], [1, "2026-03-02", 3], 7, [[], "2026-03-02T09:30:00"]])
def test_rows_of_another_kind_than_their_columns_are_refused(tmp_path, row):
    table = sa.Table(
        "moments", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", sa.DateTime)
    )
    path, engine = tmp_path / "odd.zip", sa.create_engine("sqlite://")
    with packing(path, Manifest("2026-03-02T09:30:00+00:00", "0030", "sqlite")) as packer:
        packer.add_table("moments", ["id", "at"], [])
    changed(path, told={"rows": {"moments": 1}}, tables__moments_jsonl=json.dumps(row).encode() + b"\n")

    with engine.begin() as connection, unpacking(path) as packed:
        table.create(connection)
        with pytest.raises((BackupUnusable, sa.exc.DBAPIError)):
            load_rows(connection, table, packed)
