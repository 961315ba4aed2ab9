"""`./dev bench`: figures are stated, kept, shown in one table, and written into the docs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from devtools import benchmarks
from devtools.places import ROOT

BENCH = '''"""Measures nothing."""
from bench._figures import conclude, control, state
state("R0", "things kept", "5 of 5", "5 of 5", held=True)
state("R0", "time | all", "12 ms")
state("R0", "speed", "slow", "fast", held={fast})
control("R0", "without keeping", "2 of 5", fails=True)
conclude()
'''


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Let there be one measurement, `nothing`; return what runs it."""
    path, page = tmp_path / "nothing.py", tmp_path / "figures.md"
    page.write_text(f"# Figures\n\n{benchmarks.BEGIN}\nold\n{benchmarks.END}\n\nAfterwards.\n")
    monkeypatch.setattr(benchmarks, "_known", lambda: {"nothing": path})
    monkeypatch.setattr(benchmarks, "_folder", lambda: tmp_path / "figures")
    monkeypatch.setattr(benchmarks, "PAGE", page)
    monkeypatch.setattr(benchmarks, "ROOT", tmp_path)
    monkeypatch.setenv("SAMEN_FIGURES", "")

    def inside(_arguments: list[str]) -> int:
        return subprocess.run([sys.executable, str(path)], env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode

    monkeypatch.setattr(benchmarks.environment, "inside", inside)

    def run(*, fast: bool) -> int:
        path.write_text(BENCH.replace("{fast}", str(fast)))
        return benchmarks._run("nothing", [])

    return run


def test_figures_stand_in_one_table(bench, capfd):
    code = bench(fast=True)

    assert (code, benchmarks._show()) == (0, 0)
    said = capfd.readouterr().out
    assert [" ".join(line.split()) for line in said.splitlines() if line.startswith("R0")] == [
        "R0 things kept 5 of 5 5 of 5 ✓",
        "R0 time | all 12 ms",
        "R0 speed slow fast ✓",
        "R0 control: without keeping 2 of 5 must fail ✓",
    ]
    assert "4 figures, 0 of them fall short" in said


def test_demand_that_is_not_met_fails_the_run_and_the_table(bench, capfd):
    assert bench(fast=False) == 1
    assert benchmarks._show() == 1
    assert "1 of them fall short" in capfd.readouterr().out


def test_control_that_does_not_fail_is_a_miss():
    program = "from bench._figures import *; control('R0', 'w', '5 of 5', fails=False); conclude()"
    environment = {key: value for key, value in os.environ.items() if key != "SAMEN_FIGURES"}

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True)

    assert done.returncode == 1


def test_page_gets_the_last_figures_and_keeps_its_words(bench):
    bench(fast=False)
    bench(fast=True)

    benchmarks._write()
    benchmarks._write()

    page = benchmarks.PAGE.read_text()
    assert page.startswith("# Figures\n\n<!--")
    assert page.endswith("\n\nAfterwards.\n")
    assert page.count("### `./dev bench nothing`") == 1
    assert "| R0 | time \\| all | 12 ms |  |  |" in page
    assert "| R0 | speed | slow | fast | ✓ |" in page
    assert "old" not in page


def test_page_keeps_what_was_measured_elsewhere_and_drops_what_is_measured_no_more(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks, "_known", lambda: {"nothing": tmp_path / "nothing.py", "there": tmp_path / "t.py"})
    there = "### `./dev bench there --on sqlite`\n\n2026-01-02, 3 s.\n\n| row | what |"
    gone = "### `./dev bench gone`\n\n2026-01-02, 3 s."
    parts = f"{there}\n\n{gone}\n\n### `./dev bench nothing`\n\nan old one"
    benchmarks.PAGE.write_text(f"# Figures\n{benchmarks.BEGIN}\n\n{parts}\n\n{benchmarks.END}\n")
    bench(fast=True)

    benchmarks._write()

    page = benchmarks.PAGE.read_text()
    assert there in page
    assert "gone" not in page
    assert "an old one" not in page
    assert page.index("bench nothing`") < page.index("bench there")


def test_run_that_broke_off_leaves_the_figures_of_the_last_one(bench, tmp_path):
    bench(fast=True)
    (tmp_path / "nothing.py").write_text("raise SystemExit(3)")

    assert benchmarks._run("nothing", []) == 3
    assert len(benchmarks._kept()[0]["figures"]) == 4
