"""The ranking's state is kept by the process, and the database is rolled back after a test: each begins without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.routing import livestate


@pytest.fixture(autouse=True)
def fresh_state(app: Flask) -> Iterator[None]:
    app.extensions.pop(livestate.EXTENSION, None)
    yield
    app.extensions.pop(livestate.EXTENSION, None)
