"""The promises of tests/support/harness.py: what runs where, and that a strict run forgives no skip."""

from __future__ import annotations

import json

import pytest

MARKS = "[pytest]\nmarkers =\n    long: takes minutes\n    needs_shared: needs real data\n"

PLUGINS = [part for name in ("harness", "shared", "live") for part in ("-p", f"tests.support.{name}")]

FILE = """
import pytest

@pytest.fixture
def run_database(): pass

def test_plain(): pass

def test_with_database(run_database): pass

@pytest.mark.long
def test_long(): pass
"""


@pytest.fixture
def run(pytester, monkeypatch, tmp_path):
    """Run pytest with our harness on a small test file, and return what it said and its code."""

    def run_file(text: str, **variables: str) -> tuple[str, int]:
        with monkeypatch.context() as patch:
            for name in ("SAMEN_TEST_STRICT", "SAMEN_TEST_ALL", "SAMEN_TEST_COUNTS", "TEST_DATABASE_URL"):
                patch.delenv(name, raising=False)
            patch.setenv("SAMEN_SHARED", str(tmp_path / "absent"))
            for name, value in variables.items():
                patch.setenv(name, value)
            pytester.makeini(MARKS)
            pytester.makepyfile(test_small=text)
            done = pytester.runpytest_inprocess("-v", *PLUGINS)
        return done.stdout.str(), int(done.ret)

    return run_file


def test_long_tests_are_left_out_unless_all_is_asked(run):
    assert "3 passed" in run(FILE, SAMEN_TEST_ALL="1")[0]
    assert "2 passed, 1 deselected" in run(FILE)[0]


def test_second_round_has_only_what_uses_the_database(run):
    said, _code = run(FILE, TEST_DATABASE_URL="postgresql://nowhere")

    assert "test_with_database PASSED" in said
    assert "1 passed, 2 deselected" in said


SKIPPING = """
import pytest

def test_skips(): pytest.skip("no browser")
"""


def test_skip_is_loud_in_a_usual_run_and_an_error_in_a_strict_one(run):
    usual, usual_code = run(SKIPPING)
    strict, strict_code = run(SKIPPING, SAMEN_TEST_STRICT="1")

    assert usual_code == 0
    assert "no browser" in usual
    assert strict_code == 1
    assert "skipped, and that is an error in a strict run" in strict


def test_module_that_skips_itself_is_an_error_in_a_strict_run(run):
    said, code = run("import pytest\npytest.importorskip('there_is_no_such_module')", SAMEN_TEST_STRICT="1")

    assert code != 0
    assert "there_is_no_such_module" in said


NEEDS_DATA = """
import pytest

@pytest.mark.needs_shared
def test_real_data(shared_data): assert shared_data.is_dir()
"""


def test_strict_run_forgives_missing_real_data_only(run, tmp_path):
    absent, absent_code = run(NEEDS_DATA, SAMEN_TEST_STRICT="1")
    (tmp_path / "present/data").mkdir(parents=True)
    present, present_code = run(NEEDS_DATA, SAMEN_TEST_STRICT="1", SAMEN_SHARED=str(tmp_path / "present"))

    assert (absent_code, "1 skipped" in absent) == (0, True)
    assert (present_code, "1 passed" in present) == (0, True)


def test_real_data_is_not_lent_without_the_mark(run):
    said, code = run("def test_real_data(shared_data): pass")

    assert code == 1
    assert "must be marked needs_shared" in said


FAILING_ONCE = """
import pytest
tries = []

@pytest.fixture
def browser(): pass

def test_story(browser):
    tries.append(1)
    assert len(tries) > 1, "the bell came late"
"""


def test_a_story_in_the_browser_is_told_again_in_a_strict_run_only_and_its_failure_is_shown(run, tmp_path):
    counts = tmp_path / "counts.json"
    said, code = run(FAILING_ONCE, SAMEN_TEST_STRICT="1", SAMEN_TEST_COUNTS=str(counts))

    assert (code, json.loads(counts.read_text())) == (0, {"failed at first": 1, "passed": 1})
    assert "AssertionError: the bell came late" in said
    assert run(FAILING_ONCE)[1] == 1


A_SERVER_OF_ITS_OWN = """
import contextlib
import itertools
import pytest
had = []

@pytest.fixture
def browser(): pass

@pytest.fixture(scope="session")
def start_server():
    numbers = itertools.count(1)
    return lambda: contextlib.nullcontext(next(numbers))

def test_before(browser, live_server): had.append(live_server)

def test_story(browser, live_server):
    had.append(live_server)
    assert had == [1, 1, 2], had

def test_after(browser, live_server): assert live_server == 1
"""


def test_a_story_that_is_told_again_gets_an_installation_of_its_own(run):
    said, code = run(A_SERVER_OF_ITS_OWN, SAMEN_TEST_STRICT="1")

    assert (code, "3 passed, 1 rerun" in said) == (0, True)


def test_a_test_without_a_browser_has_one_try(run):
    once = FAILING_ONCE.replace("(browser)", "()")

    assert run(once, SAMEN_TEST_STRICT="1")[1] == 1
