"""Promises of stored counts of help: after every fact that changes one, it is what the answers say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import Actor
from app.community.compose import compose
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.community.queries import splits
from app.community.services import deleting, editing, judging, merging, splitting, tag_merging, undoing
from app.outbox.deliver import deliver_due
from app.privacy.audiences import organisation_audience
from app.privacy.rights import erase_person
from app.providers.counting import count_help, count_whoever_differs
from app.providers.models import HelpCount, TopicHelpCount
from tests.cast import Cast, acting
from tests.community import make

Counted = Callable[[], dict[str, int]]


@pytest.fixture
def counted(database: Session) -> Counted:
    """Deliver what waits; return how often who helped, and with which topic."""

    def count() -> dict[str, int]:
        while deliver_due("test"):
            pass
        database.expire_all()
        every = database.execute(select(Person.name, HelpCount.solved).join_from(HelpCount, Person)).all()
        about = select(Person.name, Tag.name, TopicHelpCount.solved).join_from(TopicHelpCount, Person).join(Tag)
        topics = {f"{person}: {tag}": solved for person, tag, solved in database.execute(about)}
        return {**dict(every), **topics}

    return count


@pytest.fixture
def wifi(database: Session) -> Tag:
    return make.tag("wifi")


@pytest.fixture
def question(cast: Cast, wifi: Tag) -> Question:
    return make.question(cast.customer, tags=(wifi,))


@pytest.fixture
def answer(cast: Cast, question: Question) -> Answer:
    return make.answer(question, cast.peer)


@pytest.fixture
def customer(cast: Cast) -> Actor:
    return acting(cast.customer)


def test_a_solved_question_counts_for_who_answered(counted, customer, question, answer):
    assert counted() == {}

    judging.accept(customer, question, answer)
    assert counted() == {"Pete Peer": 1, "Pete Peer: wifi": 1}

    judging.unaccept(customer, question)
    assert counted() == {}


def test_what_is_gone_does_not_count_until_it_is_back(counted, cast, customer, question, answer):
    judging.accept(customer, question, answer)
    before = counted()
    moderator = acting(cast.moderator)

    deleting.delete_answer(moderator, answer, reason="spam")
    assert counted() == {}
    deleting.restore_answer(moderator, answer)
    assert counted() == before

    deleting.delete_question(moderator, question, reason="spam")
    assert counted() == {}
    deleting.restore_question(moderator, question)
    assert counted() == before


def test_two_questions_that_become_one_count_once(counted, cast, customer, question, answer):
    other = make.question(cast.outsider, tags=(make.tag("router"),))
    judging.accept(customer, question, answer)
    judging.accept(acting(cast.outsider), other, make.answer(other, cast.peer))
    before = counted()
    assert before == {"Pete Peer": 2, "Pete Peer: wifi": 1, "Pete Peer: router": 1}

    act = merging.merge(acting(cast.moderator), other, question)
    assert counted() == {"Pete Peer": 1, "Pete Peer: wifi": 1}

    undoing.undo(acting(cast.moderator), act)
    assert counted() == before


def test_a_question_made_of_an_answer_counts_where_it_is(counted, cast, customer, question, answer):
    judging.accept(customer, question, answer)
    before = counted()
    chosen = splits.chosen_from(question, [f"a{answer.id}"])
    act = splitting.split(
        acting(cast.curator),
        question,
        chosen,
        category_id=question.category_id,
        tag_names=["meters"],
        title="Where is the number of the gas?",
        text=compose("I look for the gas."),
    )
    assert counted() == {}, "the question that was made of it is her own"

    undoing.undo(acting(cast.curator), act)
    assert counted() == before


def test_topics_follow_the_tags(counted, cast, customer, question, answer, wifi):
    judging.accept(customer, question, answer)
    router = make.tag("router")
    make.question(cast.outsider, tags=(wifi,))  # else nobody would carry it
    words = {"title": question.title, "text": compose("It does not work."), "category_id": question.category_id}
    editing.edit_question(customer, question, tag_names=["router"], reason="", seen_version=1, **words)
    assert counted() == {"Pete Peer": 1, "Pete Peer: router": 1}

    act = tag_merging.merge(acting(cast.curator), router, wifi)
    assert counted() == {"Pete Peer": 1, "Pete Peer: wifi": 1}

    undoing.undo(acting(cast.curator), act)
    assert counted() == {"Pete Peer": 1, "Pete Peer: router": 1}


def test_what_only_some_may_see_counts_for_nobody(counted, cast):
    inside = make.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    judging.accept(acting(cast.agent), inside, make.answer(inside, cast.rival))

    assert counted() == {}


def test_who_was_told_by_no_fact_is_found(counted, cast, question, answer, database):
    own = make.question(cast.rival)
    for given in (answer, make.answer(own, cast.rival)):
        make.accepted(given)
    assert counted() == {}

    count_whoever_differs()
    assert counted() == {"Pete Peer": 1, "Pete Peer: wifi": 1}

    database.execute(update(HelpCount).values(solved=7))
    database.execute(update(Answer).where(Answer.id == answer.id).values(accepted_at=None))
    count_whoever_differs()
    assert counted() == {}


def test_counting_twice_is_counting_once(counted, cast, answer):
    make.accepted(answer)
    for _turn in range(2):
        count_help([cast.peer.id, cast.agent.id, cast.peer.id])

    assert counted() == {"Pete Peer": 1, "Pete Peer: wifi": 1}


def test_who_is_erased_is_counted_no_more(counted, cast, answer):
    make.accepted(answer)
    count_help([cast.peer.id])
    erase_person(acting(cast.peer), cast.peer.id)
    count_whoever_differs()

    assert counted() == {}
