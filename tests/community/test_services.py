"""Services: what they change, what they announce, what they refuse."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.actor import VISITOR, Actor
from app.community.compose import compose
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.shelves import Tag
from app.community.models.votes import Vote
from app.community.services import answering, asking, editing, judging
from app.errors import Conflict, Invalid, NotAllowed, SignInFirst
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest
from tests.community import make


@pytest.fixture
def asker(cast) -> Actor:
    return actor_of(cast.customer)


@pytest.fixture
def helper(cast) -> Actor:
    return actor_of(cast.peer)


def facts(database, kind: str) -> list[dict]:
    database.flush()
    return list(database.scalars(select(DomainEvent.payload).where(DomainEvent.kind == kind).order_by(DomainEvent.id)))


def ask(actor: Actor, **more) -> Question:
    values = {
        "title": "How do I read my meter?",
        "text": compose("It shows two numbers and I do not know which counts."),
        "category_id": make.category().id,
        **more,
    }
    return asking.ask_question(actor, **values)


def test_asking_makes_a_request_a_question_its_tags_and_one_fact(app, database, cast, asker):
    question = ask(asker, tag_names=["meter", "energy"])

    assert question.request.state == "open"
    assert sorted(question.tag_names) == ["energy", "meter"]
    assert {tag.name: tag.questions_count for tag in database.scalars(select(Tag))} == {"meter": 1, "energy": 1}
    (payload,) = facts(database, "question_asked")
    assert payload == {"question_id": question.id, "asker_id": cast.customer.id, "category_id": question.category_id}


def test_a_visitor_and_a_suspended_person_cannot_ask(app, database, cast):
    with pytest.raises(SignInFirst):
        ask(VISITOR)
    with pytest.raises(NotAllowed, match="account_suspended"):
        ask(actor_of(cast.suspended))


def test_a_question_needs_words_and_a_category_that_exists(app, database, asker):
    with pytest.raises(Invalid, match="title_too_short"):
        ask(asker, title="  Help   me ")
    with pytest.raises(Invalid, match="body_too_short"):
        ask(asker, text=compose("  .  "))
    with pytest.raises(Invalid, match="unknown_category"):
        ask(asker, category_id=987_654)
    assert database.scalar(select(HelpRequest.id)) is None


def test_nobody_asks_within_an_organisation_she_does_not_belong_to(app, database, cast, asker):
    with pytest.raises(Invalid, match="unknown_audience"):
        ask(asker, audience=f"org:{cast.waterworks.id}")

    own = ask(actor_of(cast.agent), audience=f"org:{cast.waterworks.id}")

    assert own.request.audience == own.audience == f"org:{cast.waterworks.id}"


def test_an_answer_counts_wakes_the_question_and_carries_the_capacity(app, database, cast, asker):
    question = ask(asker)

    answer = answering.post_answer(
        actor_of(cast.agent, acting_for_organisation_id=cast.waterworks.id),
        question,
        text=compose("Read the upper one."),
    )

    database.refresh(question)
    assert question.answers_count == 1
    assert question.request.state == "answered"
    assert answer.acting_for_organisation_id == cast.waterworks.id
    (event,) = database.scalars(select(DomainEvent).where(DomainEvent.kind == "answer_posted"))
    assert event.acting_for_organisation_id == cast.waterworks.id
    assert event.help_request_id == question.id


def test_nobody_answers_a_locked_question_but_moderators(app, database, cast, asker, helper):
    question = ask(asker)
    question.locked_at = clock.now()

    with pytest.raises(NotAllowed, match="question_locked"):
        answering.post_answer(helper, question, text=compose("Read the upper one."))

    answering.post_answer(actor_of(cast.moderator), question, text=compose("This is settled elsewhere."))


def test_a_vote_counts_once_can_be_changed_and_taken_back(app, database, cast, asker, helper):
    question = ask(asker)
    answer = answering.post_answer(helper, question, text=compose("Read the upper one."))

    scores = []
    for value in (1, 1, -1, 0):
        judging.vote(asker, answer, value)
        database.refresh(answer)
        scores.append(answer.score)

    assert scores == [1, 1, -1, 0]
    assert database.scalars(select(Vote)).all() == []
    assert [(fact["previous"], fact["value"]) for fact in facts(database, "vote_cast")] == [(0, 1), (1, -1), (-1, 0)]


def test_nobody_votes_on_her_own_post_in_whatever_capacity(app, database, cast, asker):
    question = ask(asker)
    agent = actor_of(cast.agent, acting_for_organisation_id=cast.waterworks.id)
    answer = answering.post_answer(agent, question, text=compose("Read the upper one."))

    for voter, subject in ((asker, question), (agent, answer), (actor_of(cast.agent), answer)):
        with pytest.raises(NotAllowed, match="own_post"):
            judging.vote(voter, subject, 1)


def test_only_the_asker_accepts_and_the_first_of_several_stays_the_main_one(app, database, cast, asker, helper):
    question = ask(asker)
    first = answering.post_answer(helper, question, text=compose("Read the upper one."))
    second = answering.post_answer(actor_of(cast.agent), question, text=compose("Read the lower one."))

    with pytest.raises(NotAllowed, match="not_the_asker"):
        judging.accept(helper, question, first)
    judging.accept(asker, question, first)
    judging.accept(asker, question, first)
    judging.accept(asker, question, second)

    for row in (question, first, second):
        database.refresh(row)
    assert question.accepted_answer_id == first.id
    assert question.accepted_at == first.accepted_at
    assert question.request.state == "solved"
    assert second.accepted_at is not None
    assert [fact["answer_id"] for fact in facts(database, "answer_accepted")] == [first.id, second.id]
    assert facts(database, "answer_unaccepted") == []


def test_when_the_main_acceptance_is_taken_back_the_next_one_takes_its_place(app, database, cast, asker, helper):
    question = ask(asker)
    first = answering.post_answer(helper, question, text=compose("Read the upper one."))
    second = answering.post_answer(actor_of(cast.agent), question, text=compose("Read the lower one."))
    judging.accept(asker, question, first)
    judging.accept(asker, question, second)

    judging.unaccept(asker, question)
    database.refresh(question)
    assert (question.accepted_answer_id, question.request.state) == (second.id, "solved")

    with pytest.raises(NotAllowed, match="not_accepted"):
        judging.unaccept(asker, question, first.id)
    judging.unaccept(asker, question, second.id)
    database.refresh(question)
    assert (question.accepted_answer_id, question.accepted_at) == (None, None)
    assert question.request.state == "answered"


def test_an_acceptance_can_be_taken_back_once(app, database, cast, asker, helper):
    question = ask(asker)
    answer = answering.post_answer(helper, question, text=compose("Read the upper one."))
    judging.accept(asker, question, answer)

    judging.unaccept(asker, question)

    database.refresh(question)
    assert question.accepted_answer_id is None
    assert question.request.state == "answered"
    with pytest.raises(NotAllowed, match="not_accepted"):
        judging.unaccept(asker, question)


def test_an_edit_keeps_what_it_said_before(app, database, cast, asker):
    question = ask(asker, tag_names=["meter"])
    before = question.body

    editing.edit_question(
        asker,
        question,
        title="How do I read my new meter?",
        text=compose("It shows three numbers now, and I still do not know."),
        tag_names=["energy"],
        category_id=question.category_id,
        reason="Counted again",
        seen_version=question.text_version,
    )

    database.refresh(question)
    (revision,) = database.scalars(select(Revision))
    assert (revision.body, revision.title, revision.tag_names) == (before, "How do I read my meter?", ["meter"])
    assert question.tag_names == ["energy"]
    assert {tag.name: tag.questions_count for tag in database.scalars(select(Tag))} == {"meter": 0, "energy": 1}
    assert facts(database, "question_edited") == [{"question_id": question.id}]


def test_the_second_of_two_edits_at_once_is_refused_and_changes_nothing(app, database, cast, asker, helper):
    answer = answering.post_answer(helper, ask(asker), text=compose("Read the upper one."))
    seen = answer.text_version
    editing.edit_answer(helper, answer, text=compose("Read the lower one."), reason="", seen_version=seen)

    with pytest.raises(Conflict, match="edited_meanwhile"):
        editing.edit_answer(helper, answer, text=compose("Read both of them."), reason="", seen_version=seen)

    database.refresh(answer)
    assert answer.body == "Read the lower one."


def test_only_the_author_or_a_moderator_edits(app, database, cast, asker, helper):
    answer = answering.post_answer(helper, ask(asker), text=compose("Read the upper one."))

    with pytest.raises(NotAllowed, match="not_the_author"):
        editing.edit_answer(asker, answer, text=compose("Read neither one."), reason="", seen_version=1)

    editing.edit_answer(
        actor_of(cast.moderator), answer, text=compose("Read the upper one!"), reason="Louder", seen_version=1
    )
    assert database.scalar(select(Answer.edited_at)) is not None


def test_a_mention_becomes_a_link_only_for_people_who_exist(app, database, cast):
    person: Person = cast.peer

    html = compose(f"Ask @{person.handle} or @nobody-at-all about it.").html

    assert f'href="/people/{person.handle}"' in html
    assert "nobody-at-all</a>" not in html
