"""Where a case can stand, and the one table of the moves that are allowed, with what has to wait for a yes.

received → with a helper → waiting for you → solved → closed. Who moves it is its customer, its holder, or the program
itself (a job). A merged case is a duplicate and stays one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.requests.models import CASE_STATES

Mover = Literal["customer", "holder", "program"]

OPEN_STATES = ("received", "with_helper", "waiting")
OVER_STATES = ("solved", "closed", "duplicate")

_C: Mover = "customer"
_H: Mover = "holder"
_P: Mover = "program"

MOVES: dict[str, dict[str, frozenset[Mover]]] = {
    "received": {
        "with_helper": frozenset({_H}),
        "waiting": frozenset({_H}),
        "solved": frozenset({_C}),
        "closed": frozenset({_C, _H}),
        "duplicate": frozenset({_H}),
    },
    "with_helper": {
        "received": frozenset({_H, _P}),
        "waiting": frozenset({_H}),
        "solved": frozenset({_C}),
        "closed": frozenset({_C, _H}),
        "duplicate": frozenset({_H}),
    },
    "waiting": {
        "received": frozenset({_C, _H, _P}),
        "with_helper": frozenset({_C, _H, _P}),
        "solved": frozenset({_C, _P}),
        "closed": frozenset({_C, _H}),
        "duplicate": frozenset({_H}),
    },
    "solved": {
        "received": frozenset({_C}),
        "with_helper": frozenset({_C}),
        "closed": frozenset({_H, _P}),
    },
    "closed": {
        "received": frozenset({_C}),
        "with_helper": frozenset({_C}),
    },
    "duplicate": {},
}
assert set(MOVES) == set(CASE_STATES)

# Whoever makes one of these says why: somebody has to wait, or is told that it is over.
NEEDS_REASON = frozenset({"waiting"})

# What who helps does in an open case, beside moving it. What finds out what the customer asks is always allowed; work
# has to wait until she confirmed it (or was silent for some days, or chose a service of the catalogue).
Act = Literal[
    "take_on", "write", "note", "restate", "ask_details", "hand_over", "refuse", "promise", "quote", "ask_if_solved"
]
WAITS_FOR_HER_YES: dict[Act, bool] = {
    "take_on": False,
    "write": False,
    "note": False,
    "restate": False,
    "ask_details": False,
    "hand_over": False,
    "refuse": False,
    "promise": True,
    "quote": True,
    "ask_if_solved": True,
}

# Whose turn it is in each state; nobody's when it is over for good.
TURNS: dict[str, str] = {
    "received": "holder",
    "with_helper": "holder",
    "waiting": "customer",
    "solved": "nobody",
    "closed": "nobody",
    "duplicate": "nobody",
}


def can_move(from_state: str, to_state: str, mover: Mover) -> bool:
    """Say whether this mover may take a case from one state to the other."""
    return mover in MOVES[from_state].get(to_state, frozenset())


def may_begin(act: Act, *, work_from: datetime | None, now: datetime) -> bool:
    """Say whether this may be done in a case of which work may begin at this moment, or nobody knows when."""
    return not WAITS_FOR_HER_YES[act] or (work_from is not None and work_from <= now)


def is_open(state: str) -> bool:
    """Say whether somebody still has to do something."""
    return state in OPEN_STATES
