"""A saved search of which somebody wants to hear."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.community.models.saved_filters import SavedFilter
from app.db import db
from tests.cast import Cast, sign_in, submit
from tests.community import make as community


@pytest.fixture
def saved(client: FlaskClient, cast: Cast, index: Any, clock: Any) -> SavedFilter:
    """The customer saved a search and wants to hear of what it finds; a question that it finds is there already."""
    community.question(cast.peer, title="An old boiler")
    made = community.saved_filter(cast.customer, "Boilers", place="search", asked={"q": "boiler"})
    db.session.commit()
    sign_in(client, cast.customer)
    submit(client, f"/filters/{made.id}/alert", on=1)
    clock.shift(60)
    return made
