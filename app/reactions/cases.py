"""What cases do about facts.

Their clocks follow from them, in the same transaction, so that none is ever behind. When the customer said yes or no to
who asks for details, it is the holder's turn. A whole follows its parts. Who loses her seat leaves what she had to her
colleagues.
"""

from __future__ import annotations

from app.actor import SYSTEM
from app.cases.events.talk import CaseMoved
from app.cases.queries.case_view import is_case
from app.cases.services import bundling, claiming
from app.cases.services.clocks import run_clocks
from app.cases.services.detailing import go_on_after_answer
from app.organisations.events import MemberLeft, MemberSuspended
from app.outbox.record import Happening, Reaction
from app.privacy.events import AskAnswered

KINDS = (
    "case_opened",
    "case_moved",
    "case_message_posted",
    "case_solution_asked",
    "case_assigned",
    "handover_accepted",
)


def run(happening: Happening) -> None:
    """Compute the clocks of the case anew."""
    if happening.help_request_id is not None:
        run_clocks(happening.help_request_id)


clocks_run = Reaction("clocks.run", KINDS, run, at_once=True)


def go_on(happening: Happening) -> None:
    """Let the holder go on when nothing is asked of the customer any more."""
    request_id = happening.help_request_id
    if request_id is not None and is_case(request_id):
        assert isinstance(happening.fact, AskAnswered)
        go_on_after_answer(request_id, is_withdrawn=happening.fact.answer == "withdrawn")


cases_go_on = Reaction("cases.go_on", ("ask_answered",), go_on)


def settle_parts(happening: Happening) -> None:
    """Open what may begin now, and let the whole be solved when all its parts are."""
    assert isinstance(happening.fact, CaseMoved)
    bundling.settle_case(SYSTEM, happening.fact.case_id)


def let_go(happening: Happening) -> None:
    """Let colleagues have what somebody had who lost her seat, unless she has it again."""
    assert isinstance(happening.fact, MemberLeft | MemberSuspended)
    claiming.let_go(happening.fact.person_id, organisation_id=happening.fact.organisation_id)


cases_let_go = Reaction("cases.let_go", ("member_left", "member_suspended"), let_go)
cases_settle_parts = Reaction("cases.settle_parts", ("case_moved",), settle_parts)
