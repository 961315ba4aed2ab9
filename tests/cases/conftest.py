"""Who else takes part in cases."""

from __future__ import annotations

import pytest

from app.actor import Actor
from tests.accounts import make as accounts
from tests.cast import Cast, acting
from tests.organisations import make as organisations


@pytest.fixture
def front_desk_agent(cast: Cast) -> Actor:
    """Return somebody at the front desk, acting for it."""
    person = accounts.person("Fred Frontdesk")
    organisations.membership(person, cast.front_desk)
    return acting(person, for_organisation=cast.front_desk)
