"""The ranking is a library of its own: no web, no database, no search engine, nothing of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

LOOK = """
import importlib, pkgutil, sys
import app.ranking
for module in pkgutil.iter_modules(app.ranking.__path__):
    importlib.import_module(f"app.ranking.{module.name}")
loaded = {name.split(".")[0] for name in sys.modules}
ours = {name for name in sys.modules if name.startswith("app.") and not name.startswith("app.ranking")}
print(sorted(loaded & {"flask", "sqlalchemy", "whoosh", "werkzeug", "jinja2"}), sorted(ours))
"""


def test_a_fresh_interpreter_loads_no_flask_sqlalchemy_or_whoosh():
    found = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.strip()

    assert found == "[] []"
