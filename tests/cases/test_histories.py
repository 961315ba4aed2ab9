"""Whatever people try with cases, in whatever order: one holder always, allowed moves only, nothing forgotten."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cases.histories import STEPS, World, check
from tests.cast import Cast

FEW = settings(
    max_examples=int(os.environ.get("SAMEN_CASE_HISTORIES", "12")),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
numbers = st.integers(0, 11)
histories = st.lists(st.tuples(st.sampled_from(STEPS), numbers, numbers), min_size=10, max_size=40)


@FEW
@given(history=histories)
def test_whatever_happens_a_case_has_one_holder_and_a_whole_timeline(cast: Cast, clock, history) -> None:
    world = World(cast, clock.shift)

    allowed = [world.step(*one) for one in history]
    check(world)

    assert len(allowed) == len(history)
