"""Real data that is not in this repository, for tests marked `needs_shared`."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools import places


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder `data` of $SAMEN_SHARED. Only tests marked `needs_shared` may ask for it."""
    return places.shared_data() / "data"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs real data where there is none; refuse to lend the data to a test without the mark."""
    marked = item.get_closest_marker("needs_shared") is not None
    if not marked and "shared_data" in getattr(item, "fixturenames", ()):
        pytest.fail("this test uses shared_data and must be marked needs_shared", pytrace=False)
    if marked and not places.shared_data().is_dir():
        pytest.skip(f"no real data in {places.shared_data()} (SAMEN_SHARED)")
