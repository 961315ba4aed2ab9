"""What is true of the embedded engine only: its files may be torn, its writer killed, its readers overtaken."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from whoosh import query
from whoosh.index import FileIndex

from app.search.backend import IndexBusy, IndexDamaged, IndexMissing, IndexUnusable
from app.search.sealed import locked
from app.search.whoosh_engine import scoring
from app.search.whoosh_engine.codec import SCHEMA, TERMS
from app.search.whoosh_engine.engine import WhooshEngine
from app.search.whoosh_engine.files import MappedStorage
from app.search.whoosh_engine.parts import INDEX_NAME
from app.search.whoosh_engine.writer import PARTS_PER_TIER
from tests.search.damages import DAMAGES, files
from tests.search.make import document, made_up, request

ROOT = Path(__file__).parents[2]


def runs(process_id: int) -> bool:
    """Say whether a process is there and not merely unburied."""
    try:
        return " Z " not in Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False


@pytest.fixture
def engine(tmp_path):
    made = WhooshEngine(tmp_path / "index")
    made.rebuild(made_up(60))
    made.apply([document(100, "Two parts are better than one")], [])
    return made


class TestTornIndex:
    """R7; in a running installation: ./dev bench faults_index.

    Whoosh alone raises eight kinds of exception, and for some damage none.
    """

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_each_file_torn_is_told_by_a_new_reader(self, engine, tmp_path, damage):
        for path in files(tmp_path / "index"):
            relative = path.relative_to(tmp_path)
            torn = tmp_path / f"{damage}-{path.name}"
            shutil.copytree(tmp_path / "index", torn / "index")
            is_empty = path.stat().st_size == 0

            DAMAGES[damage](torn / relative)

            reader = WhooshEngine(torn / "index")
            if is_empty and damage != "delete":
                assert reader.search(request("better")).total == 1
                continue
            for ask in (
                lambda reader=reader: reader.search(request("better")),
                lambda reader=reader: reader.similar("better", audiences=frozenset({"public"}), language="en"),
                lambda reader=reader: reader.versions("question"),
                lambda reader=reader: reader.apply([document(1, "x")], []),
                reader.check,
                reader.status,
            ):
                with pytest.raises(IndexUnusable):
                    ask()

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_a_running_reader_answers_or_tells_and_a_check_tells(self, engine, tmp_path, damage):
        head = (tmp_path / "index" / "head").read_bytes()
        for path in files(tmp_path / "index"):
            content = path.read_bytes()
            if not content:
                continue
            engine.search(request("better"))

            # In place: a reader that has the file mapped sees it. Reading beyond the end would end the process.
            DAMAGES[damage](path)

            with contextlib.suppress(IndexUnusable):
                assert engine.search(request("better")).total == 1
            with pytest.raises(IndexUnusable):
                engine.check()
            path.write_bytes(content)
            engine.check()
        assert (tmp_path / "index" / "head").read_bytes() == head

    def test_a_rebuild_mends_it(self, engine, tmp_path):
        for path in files(tmp_path / "index"):
            path.write_bytes(b"")

        assert engine.rebuild([document(1, "Sound again")]) == 1
        assert engine.search(request("sound")).total == 1

    def test_an_index_of_another_version_counts_as_none(self, engine, monkeypatch):
        monkeypatch.setattr("app.search.whoosh_engine.files.MADE_BY", "0.0")

        with pytest.raises(IndexMissing):
            WhooshEngine(engine._root).search(request("better"))

    def test_a_file_in_the_place_of_the_folder_is_told(self, tmp_path):
        (tmp_path / "index").write_text("not a folder")

        with pytest.raises(IndexDamaged):
            WhooshEngine(tmp_path / "index").search(request("better"))


class TestWriters:
    def test_two_writers_do_not_wait_for_each_other(self, engine, tmp_path):
        with locked(tmp_path / "index"):
            with pytest.raises(IndexBusy):
                engine.apply([document(1, "x")], [])
            with pytest.raises(IndexBusy):
                engine.rebuild([])

    def test_what_a_killed_writer_leaves_is_harmless(self, engine, tmp_path):
        """A lock file, drafts, a part without a table of contents, a table of contents without a head."""
        folder = next((tmp_path / "index").glob("index_*"))
        (tmp_path / "index" / "lock").write_text("")
        (tmp_path / "index" / "head.new").write_bytes(b"half")
        (tmp_path / "index" / "index_0123456789ab").mkdir()
        (folder / "abc.tmp").mkdir()
        (folder / "abc.tmp" / "draft").write_bytes(b"x")
        (folder / "samen_0000000000000000.pst").write_bytes(b"x")
        contents = next(folder.glob("*.toc"))
        newer = engine.status().generation + 1
        shutil.copy(contents, folder / f"_samen_{newer}.toc")

        assert engine.search(request("better")).total == 1
        assert WhooshEngine(tmp_path / "index").search(request("better")).total == 1
        engine.apply([document(101, "After the accident")], [])

        assert engine.search(request("accident")).total == 1
        assert not list(folder.glob("*.tmp"))
        assert not list(folder.glob("samen_0000*"))
        engine.rebuild([document(1, "One")])
        assert len(list((tmp_path / "index").glob("index_*"))) == 1

    def test_parts_stay_few(self, engine):
        for number in range(200, 220):
            engine.apply([document(number, "One more")], [])

        assert engine.status().parts <= 1 + PARTS_PER_TIER
        assert engine.search(request("more")).total == 20

    @pytest.mark.timeout(50)
    def test_a_builder_ends_with_the_process_that_wants_its_part(self):
        script = """
            import os, time
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context
            from app.search.whoosh_engine.writer import end_with_parent
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
                print(pool.submit(os.getpid).result(), flush=True)
                time.sleep(60)
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as builds:
            assert builds.stdout is not None
            builder = int(builds.stdout.readline())
            assert runs(builder)
            builds.kill()

        deadline = time.monotonic() + 20
        while runs(builder) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not runs(builder)

    def test_reading_goes_on_while_another_process_commits_and_is_killed(self, tmp_path):
        """Every answer is one that was true after some commit: the count never falls, and nothing is raised."""
        engine = WhooshEngine(tmp_path / "index")
        engine.rebuild([document(1, "Steady", tags=("steady",))])
        code = """
            import sys
            from pathlib import Path
            from app.search.whoosh_engine.engine import WhooshEngine
            from tests.search.make import document
            engine = WhooshEngine(Path(sys.argv[1]))
            number = len(engine.versions("question"))
            while True:
                number += 1
                engine.apply([document(number, "Steady", tags=("steady",))], [])
                print(number, flush=True)
        """
        most = 1
        for _ in range(3):
            writer = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "index")],
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                text=True,
            )
            for line in writer.stdout:
                acknowledged = int(line)
                total = engine.search(request("steady")).total
                assert total >= max(acknowledged, most)
                most = total
                if acknowledged % 8 == 0:
                    writer.send_signal(signal.SIGKILL)
                    break
            writer.stdout.close()
            writer.wait()
        engine.check()
        assert most >= 24


def test_rebuild_on_two_processors_is_the_same(tmp_path, monkeypatch):
    engine, alone = WhooshEngine(tmp_path / "index"), WhooshEngine(tmp_path / "alone")
    documents = list(made_up(1500, words_each=12))
    assert engine.rebuild(documents) == 1500
    monkeypatch.setattr("app.search.whoosh_engine.writer.FEW_DOCUMENTS", 10_000)
    alone.rebuild(documents)

    for each in documents[::150]:
        asked = request(" ".join(each.title.split()[:2]), limit=500)
        assert [hit.key for hit in engine.search(asked).hits] == [hit.key for hit in alone.search(asked).hits]


def test_what_is_remembered_of_words_is_right_after_a_change_and_when_there_is_too_much_of_it(engine, monkeypatch):
    monkeypatch.setattr(scoring, "MOST_COUNTS", 2)
    engine.apply([document(101, "Zebra"), document(102, "Zebra and heron")], [])
    three, two = [b"en:zebra", b"en:heron", b"en:gnu"], [b"en:gnu", b"en:zebra"]

    assert engine.frequencies(three) == engine.frequencies(three) == {b"en:zebra": 2, b"en:heron": 1}
    assert engine.frequencies(two) == {b"en:zebra": 2}
    engine.apply([document(103, "A gnu")], [])
    assert engine.frequencies(two) == {b"en:zebra": 2, b"en:gnu": 1}


def test_a_search_without_time_left_gives_what_it_has(tmp_path):
    engine = WhooshEngine(tmp_path / "index", time_limit_s=-1)
    engine.rebuild([document(1, "Printer")])

    assert not engine.search(request("printer")).is_complete


def test_whoosh_itself_finds_the_same(tmp_path):
    """A second opinion: the index is one that Whoosh's own searcher reads, and it finds the same documents."""
    engine = WhooshEngine(tmp_path / "index")
    documents = list(made_up(80, words_each=15))
    engine.rebuild(documents[:50])
    engine.apply(documents[50:], [documents[3].key])
    folder = next((tmp_path / "index").glob("index_*"))
    with FileIndex(MappedStorage(str(folder)), SCHEMA, INDEX_NAME).searcher() as searcher:
        for each in documents[::9]:
            word = each.title.split()[0]
            theirs = searcher.search(query.Term(TERMS, f"en:{word}"), limit=None)
            records = [searcher.reader().column_reader("record")[hit.docnum][:8] for hit in theirs]
            ours = engine.search(request(f'"{word}"', limit=100))

            assert sorted(int.from_bytes(record, "little") for record in records) == sorted(
                hit.key.id for hit in ours.hits
            )
