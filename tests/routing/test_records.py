"""How often helpers solved what they answered, as the question page says it, and the knot of who was asked."""

from __future__ import annotations

import pytest

from app.community.links import question_url
from app.ranking.events import Accepted, Answered, Asked, Described
from app.ranking.state import State
from app.routing import livestate
from app.routing.helped import helped_in
from app.routing.queries.offers import asked_helpers
from app.routing.records import HelpRecord, records_in
from app.routing.sentences import record
from tests.cast import sign_in
from tests.community import make
from tests.routing import make as routing

IMPORT, OTHER, ANNA, PAVEL = 7, 8, 101, 102


@pytest.fixture
def state() -> State:
    """Anna answered four questions about import, of which three were solved by her, and one about something else."""
    made = State()
    made.apply(Described(0.0, ANNA, "knows import", (IMPORT,)))
    for number in range(1, 6):
        made.apply(Asked(float(number), number, 1, "How?", "", (OTHER,) if number == 5 else (IMPORT, OTHER)))
        made.apply(Answered(number + 0.5, number, number, ANNA, 2))
        made.apply(Answered(number + 0.6, number, number + 50, ANNA, 2))
    for number in (1, 2, 3):
        made.apply(Accepted(9.0, number))
        made.apply(Accepted(9.0, number + 50))
    made.apply(Answered(9.0, 1, 90, PAVEL, 3))
    return made


def test_a_record_is_about_the_topic_of_the_question(state):
    found = records_in(helped_in(state), (IMPORT,), [ANNA, PAVEL, 999])

    assert found[ANNA] == HelpRecord(solved=3, judged=4, answers=5, topic=IMPORT)
    assert found[PAVEL] == HelpRecord(solved=0, judged=1, answers=1, topic=None)
    assert 999 not in found


def test_without_enough_about_the_topic_it_is_about_everything(state):
    assert records_in(helped_in(state), (12345,), [ANNA])[ANNA] == HelpRecord(solved=3, judged=5, answers=5, topic=None)
    assert records_in(helped_in(State()), (IMPORT,), [ANNA]) == {}


def test_few_data_are_said_plainly(app, database):
    names = {IMPORT: "import"}
    with app.test_request_context():
        assert record(HelpRecord(0, 0, 0, None), names) == "new here as a helper"
        assert record(HelpRecord(1, 2, 2, None), names) == "2 answers so far, too few to say more"
        assert record(HelpRecord(0, 4, 4, IMPORT), names) == "4 answers so far"
        assert record(HelpRecord(2, 4, 9, None), names) == "solved 2 of 4 questions"
        assert record(HelpRecord(41, 47, 90, IMPORT), names) == "solved 41 of 47 about import"
        assert record(HelpRecord(3, 4, 4, -5), names) == "solved 3 of 4 in this category"


def test_the_page_says_it_beside_each_answer(client, database, cast):
    tag = make.tag("import")
    for _number in range(3):
        make.accepted(make.answer(make.question(cast.customer, tags=(tag,)), cast.peer))
    question = make.question(cast.customer, tags=(tag,))
    make.answer(question, cast.peer)
    make.answer(question, cast.agent, acting_for_organisation_id=cast.waterworks.id)
    mine = livestate.live()
    mine.state, _number = livestate.build(database)
    mine.caught_up_at = question.created_at

    page = client.get(question_url(question.id, question.title)).text

    assert "solved 3 of 4 about import" in page
    assert "new here as a helper" in page


def test_the_line_says_who_was_asked_to_those_who_may_know(client, database, cast):
    question = routing.ask(cast)
    path = question_url(question.id, question.title)

    page = client.get(path).text
    first = asked_helpers(question)[0].helper.name
    assert ">Offered<" in page
    assert f'knot__who">{first}' not in page

    sign_in(client, cast.customer)
    assert f'knot__who">{first}' in client.get(path).text
