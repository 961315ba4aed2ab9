"""Whoever is concerned is told once, with the reason; nobody of what she may not see, or did herself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import IMPORT, SYSTEM
from app.community.compose import compose
from app.community.events.closing import QuestionClosed
from app.community.events.posts import AnswerPosted
from app.community.models.posts import Question
from app.community.services import closing, commenting, editing, ordering, suggesting
from app.db import db, transaction
from app.notifications import spreading
from app.notifications.models import Notice, NoticeItem, Spread
from app.notifications.queries.entries import unread_entries
from app.notifications.wording import lines_of
from app.outbox.deliver import deliver_due
from app.outbox.models import Delivery
from app.outbox.record import record
from app.privacy.audiences import organisation_audience
from app.routing import services as routing
from tests.accounts import make as accounts
from tests.cast import Cast, acting
from tests.community import make as community
from tests.notifications.make import accepted, answered, commented, delivered, follow, notice_of, told
from tests.organisations import make as organisations
from tests.support.processes import killed_at_each_step


@pytest.fixture
def question(cast: Cast) -> Question:
    return community.question(cast.customer)


def test_asker_is_told_of_an_answer_and_helper_of_the_acceptance(cast: Cast, question: Question) -> None:
    answer = answered(question, cast.peer)
    accepted(answer)

    assert told(cast.customer) == [("answer", "asked")]
    assert told(cast.peer) == [("accepted", "wrote")]


def test_nobody_is_told_of_her_own_answer(cast: Cast, question: Question) -> None:
    answered(question, cast.customer)

    assert told(cast.customer) == []


def test_all_news_about_a_question_is_one_notice(cast: Cast, question: Question) -> None:
    for helper in (cast.peer, cast.agent, cast.partner):
        answered(question, helper)

    assert told(cast.customer) == [("answer", "asked")] * 3
    assert db.session.scalar(sa.select(sa.func.count()).where(Notice.person_id == cast.customer.id)) == 1


def test_telling_twice_tells_once(cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    db.session.execute(sa.update(Delivery).values(done_at=None))
    delivered()

    assert told(cast.customer) == [("answer", "asked")]


def test_followers_are_told_each_for_the_nearest_reason(cast: Cast, question: Question) -> None:
    follow(cast.outsider, question_id=question.id)
    follow(cast.outsider, followed_person_id=cast.peer.id)
    follow(cast.curator, followed_person_id=cast.peer.id)
    left = follow(cast.operator, question_id=question.id)
    left.ended_at = left.since

    answered(question, cast.peer)

    assert told(cast.outsider) == [("answer", "follows_question")]
    assert told(cast.curator) == [("answer", "follows_person")]
    assert told(cast.operator) == []


def test_asker_who_left_her_question_is_told_nothing(cast: Cast, question: Question) -> None:
    left = follow(cast.customer, question_id=question.id, how="asked")
    left.ended_at = left.since

    answered(question, cast.peer)

    assert told(cast.customer) == []


def test_new_question_reaches_who_follows_its_tag_category_or_asker(cast: Cast, database: Session) -> None:
    tag, shelf = community.tag("taps"), community.category("Water")
    follow(cast.outsider, tag_id=tag.id)
    follow(cast.curator, category_id=shelf.id)
    follow(cast.moderator, followed_person_id=cast.customer.id)
    _ask(cast.customer, shelf.id, ["taps"])

    assert told(cast.outsider) == [("question", "follows_tag")]
    assert told(cast.curator) == [("question", "follows_category")]
    assert told(cast.moderator) == [("question", "follows_person")]
    assert told(cast.customer) == []


def test_nobody_is_told_of_what_she_may_not_see(cast: Cast) -> None:
    hidden = community.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    colleague = accounts.person("Carl Colleague")
    organisations.membership(colleague, cast.waterworks)
    for person in (colleague, cast.rival, cast.moderator):
        follow(person, question_id=hidden.id)

    answered(hidden, cast.agent)

    assert told(colleague) == [("answer", "follows_question")]
    assert told(cast.rival) == told(cast.moderator) == []


@pytest.mark.parametrize("odd", ["suspended_at", "erased_at"])
def test_who_is_suspended_or_gone_is_told_nothing(cast: Cast, question: Question, odd: str) -> None:
    setattr(cast.customer, odd, cast.customer.created_at)

    answered(question, cast.peer)

    assert told(cast.customer) == []


def test_imported_author_without_log_in_is_told_nothing(cast: Cast) -> None:
    question = community.question(accounts.person("Imported", email=""))

    answered(question, cast.peer)

    assert db.session.scalars(sa.select(NoticeItem)).all() == []


def test_facts_of_the_past_tell_nobody(cast: Cast, question: Question) -> None:
    answer = community.answer(question, cast.peer)
    fact = AnswerPosted(answer_id=answer.id, question_id=question.id, author_id=cast.peer.id)
    record(fact, by=IMPORT, request_id=question.id)
    record(fact, by=acting(cast.peer), request_id=question.id, source="https://elsewhere.example")
    delivered()

    assert told(cast.customer) == []


def test_who_muted_a_question_is_told_nothing(cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    notice = notice_of(cast.customer, question)
    assert notice is not None
    notice.muted_at = notice.changed_at

    answered(question, cast.agent)

    assert told(cast.customer) == [("answer", "asked")]


def test_invited_helpers_are_told_and_for_a_desk_all_who_work_there(cast: Cast, database: Session) -> None:
    shelf = community.category("Water")
    _ask(cast.customer, shelf.id, [])

    assert ("invited", "invited") in [each for person in (cast.peer, cast.agent) for each in told(person)]


def test_many_followers_are_told_batch_by_batch(cast: Cast, question: Question, monkeypatch) -> None:
    monkeypatch.setattr(spreading, "BATCH", 2)
    crowd = [accounts.person() for _ in range(5)]
    for person in crowd:
        follow(person, question_id=question.id)

    answered(question, cast.peer)
    at_once = [person for person in crowd if told(person)]
    for _turn in range(4):
        spreading.spread_further()

    assert len(at_once) == 1  # the other one of the first two is the helper, who follows by answering
    assert [told(person) for person in crowd] == [[("answer", "follows_question")]] * 5
    assert db.session.scalars(sa.select(Spread)).all() == []


@pytest.mark.commits
def test_killed_anywhere_everybody_is_told_exactly_once(
    app: Flask, cast: Cast, question: Question, monkeypatch
) -> None:
    monkeypatch.setattr(spreading, "BATCH", 1)
    crowd = [person.id for person in (cast.outsider, cast.curator, cast.rival)]
    everybody = [question.asker_id, *crowd]
    for person_id in crowd:
        follow(db.session.get_one(Person, person_id), question_id=question.id)
    answer = community.answer(question, cast.peer)
    with transaction():
        fact = AnswerPosted(answer_id=answer.id, question_id=question.id, author_id=cast.peer.id)
        record(fact, by=acting(cast.peer), request_id=question.id)

    def work() -> None:
        db.session.execute(sa.update(Delivery).values(lease_until=None))
        db.session.commit()
        deliver_due("a worker")
        for _turn in range(4):
            spreading.spread_further()

    for _step in killed_at_each_step(app, work):
        pass

    db.session.rollback()
    counts = db.session.execute(
        sa.select(NoticeItem.person_id, sa.func.count()).group_by(NoticeItem.person_id).order_by(NoticeItem.person_id)
    ).all()
    assert {row[0]: row[1] for row in counts} == dict.fromkeys(everybody, 1)


def _ask(asker: Person, category_id: int, tags: list[str]) -> None:

    routing.ask(
        acting(asker),
        title="How do I close the main tap?",
        text=compose("It drips and drips all night long.", prior="en"),
        category_id=category_id,
        tag_names=tags,
    )
    delivered()


def test_comment_reaches_whose_words_it_is_about_and_followers(cast: Cast, question: Question) -> None:
    answer = community.answer(question, cast.peer)
    follow(cast.outsider, question_id=question.id)

    first = commented(question, cast.agent, answer=answer)
    commented(question, cast.partner, reply_to=first)

    assert told(cast.peer) == [("comment", "wrote")] * 2
    assert told(cast.agent) == [("comment", "commented")]
    assert told(cast.outsider) == [("comment", "follows_question")] * 2


def test_comment_on_a_question_reaches_its_asker(cast: Cast, question: Question) -> None:
    commented(question, cast.peer)

    assert told(cast.customer) == [("comment", "asked")]


def test_who_is_mentioned_is_told(cast: Cast, question: Question) -> None:
    commented(question, cast.peer, body=f"Perhaps @{cast.outsider.handle} knows.")

    assert told(cast.outsider) == [("mention", "mentioned")]


def test_what_was_deleted_at_once_is_told_to_nobody(cast: Cast, question: Question) -> None:
    made = commenting.post_comment(acting(cast.peer), question, text=compose("Which tap is it?", prior="en"))
    made.deleted_at, made.deleted_by_id, made.deletion_reason = made.created_at, cast.peer.id, "by_author"
    delivered()

    assert told(cast.customer) == []


# Closing and edits


def test_closing_is_told_to_asker_and_followers_with_the_reason_and_so_is_reopening(
    cast: Cast, question: Question
) -> None:
    follow(cast.outsider, question_id=question.id)
    closing.close(acting(cast.moderator), question, reason="needs_details", words="Which tap do you mean?")
    delivered()

    assert told(cast.customer) == [("closed", "asked")]
    assert told(cast.outsider) == [("closed", "follows_question")]
    (entry,) = unread_entries(acting(cast.customer))
    assert lines_of(entry) == ["Mona Moderator closed this: it needs more details"]
    assert entry.closed is not None
    assert entry.closed.note == "Which tap do you mean?"

    closing.reopen(acting(cast.moderator), question)
    delivered()
    assert told(cast.outsider) == [("closed", "follows_question"), ("reopened", "follows_question")]


def test_closing_that_was_undone_at_once_is_told_to_nobody(cast: Cast, question: Question) -> None:
    act = closing.close(acting(cast.moderator), question, reason="off_topic")
    closing.take_back_closing(acting(cast.moderator), question, act.details["closing_id"])
    delivered()

    assert told(cast.customer) == []


def test_authors_hear_what_moderators_did_to_their_words(cast: Cast, question: Question) -> None:
    follow(cast.outsider, question_id=question.id)
    answer = community.answer(question, cast.peer)
    moderator = acting(cast.moderator)
    seen = {"reason": "Clearer words", "seen_version": 1}
    words = compose("Where is the main tap in a flat?", title="Where is the main tap?", prior="en")
    shelf = {"category_id": question.category_id, "tag_names": []}
    editing.edit_question(moderator, question, title="Where is the main tap?", text=words, **shelf, **seen)
    editing.edit_answer(moderator, answer, text=compose("Turn it to the left.", prior="en"), **seen)
    ordering.pin(moderator, question, is_pinned=True)
    ordering.lock(moderator, question, is_locked=True)
    delivered()
    ordering.move(moderator, question, category_id=community.category("Elsewhere").id)
    ordering.lock(moderator, question, is_locked=False)
    delivered()

    kinds = ["edited", "pinned", "locked", "moved", "unlocked"]
    assert told(cast.customer) == [(kind, "asked") for kind in kinds]
    assert told(cast.peer) == [("answer_edited", "wrote")]
    assert told(cast.outsider) == told(cast.moderator) == []
    (entry,) = unread_entries(acting(cast.customer))
    assert lines_of(entry)[:2] == [
        "Mona Moderator took the lock off your question",
        "Mona Moderator moved your question to another category",
    ]
    assert len(lines_of(entry)) == 4, "the lock that was taken away again is not told of"


def test_what_was_put_back_at_once_is_told_to_nobody(cast: Cast, question: Question) -> None:
    moderator, before = acting(cast.moderator), question.category_id
    for is_on in (True, False):
        ordering.pin(moderator, question, is_pinned=is_on)
        ordering.lock(moderator, question, is_locked=is_on)
    ordering.move(moderator, question, category_id=community.category("Elsewhere").id)
    db.session.expire_all()
    ordering.move(moderator, question, category_id=before)
    delivered()

    assert told(cast.customer) == []


def test_of_closing_and_opening_only_the_last_is_said(cast: Cast, question: Question) -> None:
    moderator = acting(cast.moderator)
    for _turn in range(2):
        closing.close(moderator, question, reason="needs_details", words="Which tap do you mean?")
        delivered()
        (entry,) = unread_entries(acting(cast.customer))
        assert lines_of(entry) == ["Mona Moderator closed this: it needs more details"]
        closing.reopen(moderator, question)
        delivered()
        (entry,) = unread_entries(acting(cast.customer))
        assert lines_of(entry) == ["Mona Moderator opened this question again"]


def test_archive_is_told_to_the_asker_only(cast: Cast, question: Question) -> None:
    follow(cast.outsider, question_id=question.id)
    community.closed(question, None, reason="archived")
    fact = QuestionClosed(question_id=question.id, asker_id=question.asker_id, reason="archived", target_id=None)
    record(fact, by=SYSTEM, request_id=question.id)
    delivered()

    assert told(cast.customer) == [("closed", "asked")]
    assert told(cast.outsider) == []
    (entry,) = unread_entries(acting(cast.customer))
    assert "Is it still a problem?" in lines_of(entry)[0]


def test_suggestion_is_told_to_the_author_and_what_became_of_it_to_who_made_it(cast: Cast, question: Question) -> None:
    answer = community.answer(question, cast.peer)
    words = compose("Turn the main tap to the left.", prior="en")
    made = [
        suggesting.suggest(acting(person), answer, text=words, reason="Clearer", seen_version=1)
        for person in (cast.outsider, cast.curator)
    ]
    delivered()
    assert told(cast.peer) == [("suggestion", "wrote")] * 2

    suggesting.reject_suggestion(acting(cast.peer), made[1], reason="It turns to the right")
    suggesting.accept_suggestion(acting(cast.peer), made[0], text=words, seen_version=1)
    delivered()

    assert told(cast.outsider) == [("suggestion_taken", "suggested")]
    assert told(cast.curator) == [("suggestion_refused", "suggested")]
    assert [entry.place for entry in unread_entries(acting(cast.curator))] == [
        ("community.suggestion_list", {"made": 1})
    ]
