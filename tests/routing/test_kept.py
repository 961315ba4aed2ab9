"""What a decision kept, as a table and as bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.kept import RECORD, kept_of, read

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def candidates(draw):
    columns = draw(st.lists(st.text(max_size=9), unique=True, max_size=4))
    minutes = draw(st.lists(st.text(max_size=9), unique=True, max_size=3))
    return {
        "columns": columns,
        "minutes": minutes,
        "rows": [
            {
                "provider": draw(st.integers(1, 2**53)),
                "score": draw(FINITE),
                "propensity": draw(FINITE),
                "uncertain": draw(st.booleans()),
                "record": {name: draw(FINITE) for name in RECORD},
                "features": [draw(FINITE) for _name in columns],
                "minutes": [draw(FINITE) for _name in minutes],
            }
            for _row in range(draw(st.integers(0, 3)))
        ],
    }


@given(candidates())
def test_bytes_give_the_same_numbers_back(made):
    kept, rows = read(kept_of(made).to_bytes()), made["rows"]

    assert (list(kept.columns), list(kept.minutes)) == (made["columns"], made["minutes"])
    assert kept.ids.tolist() == [row["provider"] for row in rows]
    for name in RECORD:
        assert kept.of(name).tolist() == [row["record"][name] for row in rows]
    for name in ("score", "propensity", "uncertain"):
        assert kept.of(name).tolist() == [row[name] for row in rows]
    assert kept.features(made["columns"]).tolist() == [row["features"] for row in rows]
    assert kept.terms(made["minutes"][::-1]).tolist() == [row["minutes"][::-1] for row in rows]
    assert not kept.terms(["no such part"]).any()


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="reshape"):
        read(b'{"columns": ["one"], "minutes": []}\n' + np.zeros(3).tobytes())
