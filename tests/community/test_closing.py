"""Closing, reopening, archiving; locking, pinning and moving; and what moderators are asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.community import policy
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.posts import Question
from app.community.queries import closings, lists, log
from app.community.services import affecting, answering, closing, judging, ordering, petitioning, undoing
from app.community.services.holding import hold_even_gone
from app.community.settings import MOST_PINNED
from app.errors import Conflict, Invalid, NotAllowed
from app.outbox.models import DomainEvent
from app.sitesettings.declare import forget_kept
from app.sitesettings.models import StoredSetting
from tests.cast import acting, sign_in, submit
from tests.community import make


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?")


@pytest.fixture
def other(app, database, cast) -> Question:
    return make.question(cast.peer, title="Which number on the meter counts?")


def close(database, actor, question: Question, **more):
    act = closing.close(actor, question, **{"reason": "off_topic", **more})
    database.expire_all()
    return act


def test_a_closed_question_takes_no_answers_and_does_not_wait_for_one(database, cast, question):
    close(database, acting(cast.curator), question, reason="other", words="It was answered by letter.")

    assert question.request.state == "closed"
    with pytest.raises(NotAllowed, match="question_closed"):
        answering.post_answer(acting(cast.moderator), question, text=compose("Read the upper one."))
    assert lists.questions_for(acting(cast.peer), order="unanswered").rows == []
    assert len(lists.questions_for(acting(cast.peer)).rows) == 1


def test_nobody_adds_that_she_has_it_too_once_it_is_closed_but_takes_it_back(client, database, cast, question):
    affecting.say_affected(acting(cast.peer), question)
    close(database, acting(cast.curator), question)
    button = f'action="/q/{question.id}/affected"'
    address = question_url(question.id, question.title)

    with pytest.raises(NotAllowed, match="closed_already"):
        affecting.say_affected(acting(cast.outsider), question)
    assert button not in client.get(address).text
    sign_in(client, cast.peer)
    assert button in client.get(address).text
    affecting.take_affected_back(acting(cast.peer), question)
    database.expire_all()
    assert question.affected_count == 0


def test_who_closes_and_for_which_reasons(cast, question):
    assert policy.can_close(acting(cast.agent, for_organisation=cast.waterworks), question).reason == "curators_only"
    assert policy.closing_reasons(acting(cast.customer), question) == ("duplicate", "other")
    assert policy.closing_reasons(acting(cast.peer), question) == ()
    assert "needs_details" in policy.closing_reasons(acting(cast.curator), question)
    inside = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    assert policy.can_close(acting(cast.agent), inside)
    assert policy.can_close(acting(cast.partner), inside).reason == "curators_only"


def test_a_duplicate_names_a_question_that_the_same_people_may_read(database, cast, question, other):
    inside = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    moderator = acting(cast.moderator)

    for wrong in (None, inside):
        with pytest.raises(Invalid):
            closing.close(moderator, question, reason="duplicate", target=wrong)
    close(database, moderator, question, reason="duplicate", target=other)

    assert question.request.state == "duplicate"
    assert other.duplicates_count == 1
    assert closings.ends_of(moderator, question).closing.target.id == other.id
    assert [each.id for each in closings.ends_of(moderator, other).duplicates] == [question.id]
    assert [(row.id, row.times) for row in closings.most_duplicated(acting(cast.peer))] == [(other.id, 1)]


def test_duplicates_make_no_circle(database, cast, question, other):
    third = make.question(cast.peer)
    moderator = acting(cast.moderator)
    close(database, moderator, question, reason="duplicate", target=other)
    close(database, moderator, other, reason="duplicate", target=third)

    for target, code in ((question, "closing_target_loop"), (third, "closing_target_itself")):
        with pytest.raises(Invalid, match=code):
            closing.close(moderator, third, reason="duplicate", target=target)


def test_a_target_that_is_hidden_from_somebody_is_not_named_to_her(database, cast, question, other):
    close(database, acting(cast.moderator), question, reason="duplicate", target=other)
    make.deleted(other, cast.moderator, reason="private")
    database.flush()

    assert closings.ends_of(acting(cast.peer), question).closing.target is None
    assert closings.most_duplicated(acting(cast.peer)) == []


def test_a_question_says_why_it_is_closed_however_many_repeat_it(database, cast, question, other, monkeypatch):
    monkeypatch.setattr(closings, "MOST_DUPLICATES", 2)
    for _ in range(3):
        repeated = make.question(cast.peer)
        close(database, acting(cast.moderator), repeated, reason="duplicate", target=question)
    close(database, acting(cast.moderator), question, reason="duplicate", target=other)

    assert closings.ends_of(acting(cast.peer), question).closing.target.id == other.id


def test_needs_details_says_which_and_an_edit_by_the_asker_asks_moderators(database, cast, question):
    with pytest.raises(Invalid, match="closing_note"):
        closing.close(acting(cast.curator), question, reason="needs_details")
    close(database, acting(cast.curator), question, reason="needs_details", words="Which meter do you have?")

    petitioning.improved(question.id, cast.peer.id)
    assert closings.open_petition(question.id, "reopen") is None
    for _again in range(2):
        petitioning.improved(question.id, cast.customer.id)

    (petition,) = closings.waiting_petitions(acting(cast.moderator))
    closing.reopen(acting(cast.moderator), question)
    database.expire_all()
    assert petition.is_granted
    assert question.request.state == "open"


def test_reopening_gives_back_the_state_that_holds_by_now(database, cast, question):
    answer = make.answer(question, cast.peer)
    close(database, acting(cast.moderator), question)
    judging.accept(acting(cast.customer), question, answer)
    database.expire_all()
    assert question.request.state == "closed"
    with pytest.raises(NotAllowed, match="curators_only"):
        closing.reopen(acting(cast.customer), question)

    closing.reopen(acting(cast.curator), question)

    database.expire_all()
    assert question.request.state == "solved"


def test_what_is_locked_only_moderators_reopen(database, cast, question):
    close(database, acting(cast.curator), question)
    question.locked_at = clock.now()
    closed = closings.closing_of(question)

    assert policy.can_reopen(acting(cast.curator), question, closed).reason == "question_locked"
    assert policy.can_reopen(acting(cast.moderator), question, closed)


def test_closing_and_reopening_are_undone_once_and_only_as_the_last_word(database, cast, question):
    moderator = acting(cast.moderator)
    act = close(database, moderator, question)
    undoing.undo(moderator, act)
    database.expire_all()
    assert question.request.state == "open"
    second = close(database, moderator, question)
    reopened = closing.reopen(moderator, question)
    database.expire_all()

    with pytest.raises(Conflict, match="changed_since"):
        undoing.undo(moderator, second)
    undoing.undo(moderator, reopened)

    database.expire_all()
    assert question.request.state == "closed"


def test_undo_is_offered_for_what_still_holds_only(database, cast, question, other):
    moderator = acting(cast.moderator)
    first = close(database, moderator, question)
    reopened = closing.reopen(moderator, question)
    database.expire_all()
    second = close(database, moderator, question, reason="duplicate", target=other)
    pinned = ordering.pin(moderator, other, is_pinned=True)
    unpinned = ordering.pin(moderator, other, is_pinned=False)
    moved = ordering.move(moderator, other, category_id=make.category("Elsewhere").id)
    database.expire_all()

    acts = log.own_acts(moderator)

    assert {act.id for act in acts} == {each.id for each in (first, reopened, second, pinned, unpinned, moved)}
    assert log.changed_since(acts) == {first.id, reopened.id, pinned.id}
    undoing.undo(moderator, second)
    database.expire_all()
    assert log.changed_since(log.own_acts(moderator)) == {first.id, pinned.id}


def test_the_asker_asks_once_to_have_it_open_again(database, cast, question):
    close(database, acting(cast.moderator), question)

    petitioning.ask_reopening(acting(cast.customer), question, words="It is about meters.")

    with pytest.raises(Conflict, match="petition_made"):
        petitioning.ask_reopening(acting(cast.customer), question)
    with pytest.raises(NotAllowed, match="not_the_asker"):
        petitioning.ask_reopening(acting(cast.peer), question)


def test_what_somebody_comes_back_to_while_it_is_archived_stays(database, cast, question, monkeypatch):
    question.last_activity_at = clock.now() - timedelta(days=400)
    database.add(StoredSetting(name="community.archive_days", value="365", changed_at=clock.now()))
    database.flush()
    forget_kept()

    def held_late(*question_ids: int) -> None:
        question.last_activity_at = clock.now()
        database.flush()
        hold_even_gone(*question_ids)

    monkeypatch.setattr(closing, "hold_even_gone", held_late)
    closing.archive_silent_questions()

    database.expire_all()
    assert question.request.state == "open"


def test_silent_questions_without_a_solution_are_archived_and_anybody_wakes_them(database, cast, question, other):
    long_ago = clock.now() - timedelta(days=400)
    solved = make.question(cast.customer, last_activity_at=long_ago)
    make.accepted(make.answer(solved, cast.peer, created_at=long_ago))
    question.last_activity_at = long_ago
    closing.archive_silent_questions()
    assert question.request.state == "open", "nothing is archived unless operators say so"
    database.add(StoredSetting(name="community.archive_days", value="365", changed_at=clock.now()))
    database.flush()
    forget_kept()

    closing.archive_silent_questions()

    database.expire_all()
    assert [each.request.state for each in (question, other, solved)] == ["archived", "open", "solved"]
    with pytest.raises(NotAllowed, match="question_archived"):
        answering.post_answer(acting(cast.peer), question, text=compose("Read the upper one."))
    assert closing.reopen(acting(cast.outsider), question) is None
    database.expire_all()
    assert question.request.state == "open"
    assert question.last_activity_at == clock.now()


def test_lock_pin_and_move_act_at_once_and_can_be_undone(database, cast, question):
    moderator, shelf = acting(cast.moderator), make.category()
    before = question.category_id

    acts = [
        ordering.lock(moderator, question, is_locked=True),
        ordering.pin(moderator, question, is_pinned=True),
    ]
    database.expire_all()
    assert question.locked_at
    assert question.pinned_at
    for act in acts:
        undoing.undo(moderator, act)
    database.expire_all()
    assert not question.locked_at
    assert not question.pinned_at
    moved = ordering.move(acting(cast.curator), question, category_id=shelf.id)
    database.expire_all()
    undoing.undo(acting(cast.curator), moved)

    database.expire_all()
    assert question.category_id == before
    kinds = database.scalars(select(DomainEvent.kind)).all()
    assert sorted(kinds) == [*["question_locked"] * 2, *["question_moved"] * 2, *["question_pinned"] * 2]
    with pytest.raises(Invalid):
        ordering.move(moderator, question, category_id=before)


def test_a_shelf_holds_only_so_many_pins_and_shows_them_first(client, database, cast):
    shelf = make.category()
    made = [make.question(cast.customer, category=shelf) for _number in range(MOST_PINNED.value + 1)]
    for each in made[:-1]:
        ordering.pin(acting(cast.moderator), each, is_pinned=True)
    with pytest.raises(Conflict, match="pinned_enough"):
        ordering.pin(acting(cast.moderator), made[-1], is_pinned=True)
    database.commit()

    page = client.get(f"/c/{shelf.slug}").text

    assert "pinned-title" in page
    assert page.index(made[0].title) < page.index(made[-1].title)
    assert "pinned-title" not in client.get(f"/c/{shelf.slug}?order=active").text


def test_closing_by_its_pages_tells_both_ends_and_undoes(client, app, database, cast, question, other):
    sign_in(client, cast.moderator)
    wrong = submit(client, f"/q/{question.id}/close", reason="duplicate", target="nothing")
    assert wrong.status_code == 422
    assert "Give the address of the question" in wrong.text

    done = submit(client, f"/q/{question.id}/close", reason="duplicate", target=f"http://localhost/q/{other.id}/x")

    page = client.get(done.headers["Location"]).text
    assert "This is the same question as another one" in page
    assert "/undo" in page
    assert "takes no more answers" in page
    assert submit(client, f"/q/{question.id}/reopen").status_code == 303
    listed = client.get("/activity").text.partition("act-list")[2]
    assert (listed.count("/undo"), listed.count("Changed again later")) == (1, 1)
    submit(client, f"/q/{question.id}/close", reason="duplicate", target=str(other.id))
    there = client.get(question_url(other.id, other.title)).text
    assert "The same question was asked once more" in there
    assert other.title in client.get("/questions/duplicated").text


def test_the_page_to_close_of_a_closed_question_leads_back_and_says_why(client, database, cast, question):
    close(database, acting(cast.moderator), question)
    sign_in(client, cast.curator)

    there = client.get(f"/q/{question.id}/close")

    assert (there.status_code, there.headers["Location"]) == (303, question_url(question.id, question.title))
    assert "This question is closed already." in client.get(there.headers["Location"]).text
    sign_in(client, cast.peer)
    assert client.get(f"/q/{question.id}/close").status_code == 403


def test_an_author_asks_moderators_to_remove_what_others_answered(client, database, cast, question):
    make.answer(question, cast.peer)
    sign_in(client, cast.customer)
    assert "A moderator decides." in client.get(f"/q/{question.id}/delete").text

    submit(client, f"/q/{question.id}/ask-to-delete", words="My address is in it.")

    sign_in(client, cast.moderator)
    assert "My address is in it." in client.get("/moderation").text
    submit(client, f"/q/{question.id}/delete", reason="private")
    assert "My address is in it." not in client.get("/moderation").text
