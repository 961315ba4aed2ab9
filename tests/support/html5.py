"""An HTML5 validator: html-validate by the HTML standard, run by the Node that Playwright brings. No network."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping

import pytest
from playwright._impl._driver import compute_driver_executable

from devtools.places import ROOT

VALIDATOR = ROOT / "tests" / "vendor" / "html-validate-11.18.0" / "html-validate.mjs"


@pytest.fixture
def html5() -> Callable[[Mapping[str, str]], dict[str, list[str]]]:
    """Return a check: pages by name in, complaints by name out, the pages without any left out."""
    node = compute_driver_executable()[0]

    def check(pages: Mapping[str, str]) -> dict[str, list[str]]:
        done = subprocess.run(
            [str(node), str(VALIDATOR)], input=json.dumps(dict(pages)), capture_output=True, text=True, check=True
        )
        said: dict[str, list[str]] = json.loads(done.stdout)
        return {name: complaints for name, complaints in said.items() if complaints}

    return check
