"""The promises of devtools/supervisor.py: processes that run together, come back, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from devtools import supervisor
from devtools.places import ROOT
from devtools.supervisor import Service, Supervisor
from tests.support.waiting import is_running, until


def test_ended_process_is_started_again_after_a_pause(capsys):
    with Supervisor([service("import time; time.sleep(60)")]) as running:
        child = running.children["one"]
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        child.process.wait()

        running.tend()
        waits = child.restart_at is not None
        child.restart_at = 0.0
        running.tend()

        assert waits
        assert child.process.pid != first
        assert child.process.poll() is None
    assert "The one process was ended by SIGKILL; starting it again in 1 s." in capsys.readouterr().out


def test_pauses_grow_while_it_keeps_failing(capsys):
    with Supervisor([service("raise SystemExit(3)")]) as running:
        for _ in range(3):
            running.children["one"].process.wait()
            running.tend()
            running.children["one"].restart_at = 0.0
            running.tend()

    said = [line.rpartition(" in ")[2] for line in capsys.readouterr().out.splitlines() if "code 3" in line]
    assert said == ["1 s.", "2 s.", "4 s."]


def test_stopping_ends_the_children_of_children_too(tmp_path):
    told = tmp_path / "pid"
    inner = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with Supervisor([service(outer)]):
        grandchild = int(until(lambda: told.exists() and told.read_text(), seconds=20))

    assert until(lambda: not is_running(grandchild), seconds=20)


def test_process_that_does_not_listen_is_ended_by_force(monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "GRACE_S", 0.2)
    ready = tmp_path / "ready"
    deaf = (
        f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(ready)!r}, 'w'); time.sleep(60)"
    )
    with Supervisor([service(deaf)]) as running:
        until(ready.exists, seconds=20)
        process = running.children["one"].process

    assert process.returncode == -signal.SIGKILL


def test_process_that_waits_for_its_callers_is_asked_once_more(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(supervisor, "INSIST_AFTER_S", 0.2)
    ready = tmp_path / "ready"
    patient = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"signal.signal(signal.SIGQUIT, lambda *_: sys.exit(7)); open({str(ready)!r}, 'w'); time.sleep(60)"
    )
    with Supervisor([replace(service(patient), insist=signal.SIGQUIT)]) as running:
        until(ready.exists, seconds=20)
        process = running.children["one"].process

    assert process.returncode == 7
    assert "did not stop by itself" not in capsys.readouterr().out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_children_end_when_we_are_killed_without_a_word(tmp_path):
    told = tmp_path / "pid"
    program = f"""
import sys, time
from devtools.supervisor import Service, Supervisor
inner = "import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
with Supervisor([Service("one", [sys.executable, "-c", inner], {{}}, "/")]):
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    child = int(until(lambda: told.exists() and told.read_text(), seconds=20))

    parent.kill()
    parent.wait()

    assert until(lambda: not is_running(child), seconds=20)


def service(program: str) -> Service:
    return Service("one", [sys.executable, "-c", program], dict(os.environ), str(ROOT))
