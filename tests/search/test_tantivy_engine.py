"""What is true of the engine for large communities only: a commit is a folder, and the head is what counts."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.config import BadConfig, Config
from app.search.backend import IndexBusy, IndexMissing, IndexUnusable
from app.search.sealed import locked
from app.search.tantivy_engine.engine import TantivyEngine
from app.search.whoosh_engine.engine import WhooshEngine
from tests.search.damages import DAMAGES, files
from tests.search.make import document, made_up, request

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(tmp_path):
    made = TantivyEngine(tmp_path / "index")
    made.rebuild(made_up(60))
    made.apply([document(100, "Two parts are better than one")], [])
    return made


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_file_torn_is_told_by_a_new_reader(engine, tmp_path, damage):
    for path in files(tmp_path / "index"):
        if not path.stat().st_size:
            continue
        torn = tmp_path / f"{damage}-{path.name}"
        shutil.copytree(tmp_path / "index", torn / "index")
        DAMAGES[damage](torn / path.relative_to(tmp_path))

        reader = TantivyEngine(torn / "index")
        for ask in (
            lambda reader=reader: reader.search(request("better")),
            lambda reader=reader: reader.versions("question"),
            lambda reader=reader: reader.apply([document(1, "x")], []),
            reader.check,
            reader.status,
        ):
            with pytest.raises(IndexUnusable):
                ask()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_running_reader_answers_or_tells_and_a_check_tells(engine, tmp_path, damage):
    for path in files(tmp_path / "index"):
        content = path.read_bytes()
        if not content:
            continue
        engine.search(request("better"))

        # Another file in its place: what is mapped stays whole. A thread of Tantivy's reads each index once on opening,
        # and the system would end this program should it meet a file that is being cut.
        path.unlink()
        path.write_bytes(content)
        DAMAGES[damage](path)

        with contextlib.suppress(IndexUnusable):
            assert engine.search(request("better")).total == 1
        with pytest.raises(IndexUnusable):
            engine.check()
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        engine.check()


def test_two_writers_do_not_wait_for_each_other(engine, tmp_path):
    with locked(tmp_path / "index"), pytest.raises(IndexBusy):
        engine.apply([document(1, "x")], [])


def test_the_index_of_another_engine_counts_as_none_and_goes_with_the_rebuild(engine, tmp_path):
    with pytest.raises(IndexMissing):
        WhooshEngine(tmp_path / "index").search(request("better"))

    WhooshEngine(tmp_path / "index").rebuild([document(1, "Better")])

    assert len(list((tmp_path / "index").glob("index_*"))) == 1
    with pytest.raises(IndexMissing):
        engine.search(request("better"))


def test_parts_stay_few_and_the_last_commit_is_the_only_folder(engine, tmp_path):
    for number in range(200, 230):
        engine.apply([document(number, "One more")], [])

    assert engine.status().parts <= 12
    assert engine.search(request("more")).total == 30
    assert len(list((tmp_path / "index").glob("index_*"))) == 1


def test_reading_goes_on_while_another_process_commits_and_is_killed(tmp_path):
    """Every answer is one that was true after some commit: the count never falls, and nothing is raised."""
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild([document(1, "Steady", tags=("steady",))])
    code = """
        import sys
        from pathlib import Path
        from app.search.tantivy_engine.engine import TantivyEngine
        from tests.search.make import document
        engine = TantivyEngine(Path(sys.argv[1]))
        number = len(engine.versions("question"))
        while True:
            number += 1
            engine.apply([document(number, "Steady", tags=("steady",))], [])
            print(number, flush=True)
    """
    most = 1
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "index")],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        for line in writer.stdout:
            total = engine.search(request("steady")).total
            assert total >= max(int(line), most)
            most = total
            if int(line) % 8 == 0:
                writer.send_signal(signal.SIGKILL)
                break
        writer.stdout.close()
        writer.wait()
    engine.check()
    assert most >= 16


def test_it_is_chosen_by_a_setting_that_is_checked(monkeypatch, tmp_path):
    monkeypatch.setenv("SAMEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SAMEN_DATABASE_URL", "")
    monkeypatch.setenv("SAMEN_SEARCH_ENGINE", "tantivy")
    assert Config.from_environment().search_engine == "tantivy"

    for wrong in ("lucene", "postgresql"):
        monkeypatch.setenv("SAMEN_SEARCH_ENGINE", wrong)
        with pytest.raises(BadConfig, match="SAMEN_SEARCH_ENGINE"):
            Config.from_environment()
