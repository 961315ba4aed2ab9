"""The present moment, and stories told as if it were another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock


def test_a_story_of_the_past_ends_with_its_block_also_when_it_fails():
    present = clock.now()

    with clock.as_of(present - timedelta(days=2)):
        with clock.as_of(present - timedelta(days=3)):
            earlier = clock.now()
        told = clock.now()
    with pytest.raises(RuntimeError), clock.as_of(present - timedelta(days=2)):
        raise RuntimeError

    assert (present - earlier, present - told) == (timedelta(days=3), timedelta(days=2))
    assert clock.now() - present < timedelta(minutes=1)
