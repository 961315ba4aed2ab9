"""Which tests run where, what may be skipped, and the counts that ./dev test prints."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from devtools.places import shared_data

USES_DATABASE = {"run_database", "live_server", "start_server"}

hypothesis_settings.register_profile("samen", deadline=None, derandomize=True)
hypothesis_settings.load_profile("samen")


def pytest_report_header() -> str:
    """Say on which database this run is."""
    on = "PostgreSQL" if on_postgresql() else "SQLite"
    return f"samen: {on}{', strict' if is_strict() else ''}{', all' if wants_all() else ''}"


def on_postgresql() -> bool:
    """Say whether this is the round on PostgreSQL."""
    return bool(os.environ.get("TEST_DATABASE_URL"))


def is_strict() -> bool:
    """Say whether a skip is an error."""
    return bool(os.environ.get("SAMEN_TEST_STRICT"))


def wants_all() -> bool:
    """Say whether tests that take minutes run too."""
    return bool(os.environ.get("SAMEN_TEST_ALL"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out (not skip) what is too long for now, and on each database what cannot differ or be there.

    In a strict run a story in the browser that fails is told once more, for it shares two cores with two other
    rounds. The first failure is counted, named and shown whole at the end, for it may be a race that people meet too.
    """
    kept = [item for item in items if _belongs(item)]
    left_out = [item for item in items if not _belongs(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
    if is_strict():
        for item in kept:
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.flaky(reruns=1))


def _belongs(item: pytest.Item) -> bool:
    if item.get_closest_marker("long") and not wants_all():
        return False
    if not on_postgresql():
        return item.get_closest_marker("only_postgresql") is None
    fixtures = set(getattr(item, "fixturenames", ()))
    if "browser" in fixtures:
        return item.get_closest_marker("both_databases") is not None
    return bool(fixtures & USES_DATABASE)


def pytest_collection_finish() -> None:
    """Collect garbage less often: what is loaded by now stays, and looking through it again and again takes a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Outcomes:
    """Counts what happened; remembers the skips that a strict run does not forgive, and what failed only once."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.unforgiven: list[str] = []
        self.failed_once: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "rerun":
            self.counts["failed at first"] += 1
            self.failed_once.append(report)
        elif report.failed:
            self.counts["failed"] += 1
        elif report.skipped:
            self.counts["skipped"] += 1
            if not hasattr(report, "wasxfail") and not (
                "needs_shared" in report.keywords and not shared_data().is_dir()
            ):
                self.unforgiven.append(f"{report.nodeid}: {_reason(report)}")
        elif report.when == "call":
            self.counts["passed"] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.counts["failed"] += 1
        elif report.skipped:
            self.counts["skipped"] += 1
            self.unforgiven.append(f"{report.nodeid}: {_reason(report)}")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if is_strict() and self.unforgiven and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if path := os.environ.get("SAMEN_TEST_COUNTS"):
            Path(path).write_text(json.dumps(self.counts))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if is_strict() and self.unforgiven:
            terminalreporter.section("skipped, and that is an error in a strict run", red=True, bold=True)
            for line in self.unforgiven:
                terminalreporter.write_line(line)
        if self.failed_once:
            terminalreporter.section("failed at first, and was tried once more: look into it", yellow=True, bold=True)
            for report in self.failed_once:
                terminalreporter.write_line(f"{report.nodeid}\n{report.longreprtext}\n")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.pluginmanager.register(Outcomes(), "samen-outcomes")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
