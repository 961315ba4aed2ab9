"""Deleting, the address of what is gone, and undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.attachments.addresses import markdown_for
from app.attachments.queries import uses_of
from app.community import policy
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.acts import Act
from app.community.models.posts import Question
from app.community.models.shelves import Tag
from app.community.queries import lists, log, thread
from app.community.services import commenting, deleting, judging, noting, undoing
from app.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from app.search.documents import question_documents
from app.search.models import StaleDocument
from tests.attachments import make as attachments
from tests.cast import acting, sign_in, submit
from tests.community import make


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?", tags=(make.tag("meter"),))


def test_a_deleted_question_is_in_no_list_no_count_and_no_search(database, cast, question):
    asker = acting(cast.customer)

    deleting.delete_question(asker, question, reason="by_author")

    assert lists.questions_for(asker).rows == []
    assert database.scalar(select(Tag.questions_count)) == 0
    assert question_documents(database, [question.id]) == []
    assert database.scalar(select(StaleDocument.document_id)) == question.id
    with pytest.raises(Gone, match="deleted_by_author"):
        thread.question_for(acting(cast.peer), question.id)


def test_what_was_never_public_for_somebody_stays_absent_for_her(database, cast):
    own = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    deleting.delete_question(acting(cast.agent), own, reason="by_author")

    with pytest.raises(NotFound):
        thread.question_for(acting(cast.peer), own.id)
    with pytest.raises(Gone):
        thread.question_for(acting(cast.agent), own.id)


def test_the_asker_deletes_while_nobody_answered_then_only_moderators(database, cast, question):
    make.answer(question, cast.peer)

    assert policy.can_delete_question(acting(cast.customer), question).reason == "answered_already"
    assert policy.can_delete_question(acting(cast.peer), question).reason == "not_the_author"
    assert policy.can_delete_question(acting(cast.moderator), question)


def test_an_answer_that_comes_at_the_last_moment_is_not_lost(database, cast, question):
    other_copy = Question(id=question.id, asker_id=question.asker_id, answers_count=0, audience="public")
    make.answer(question, cast.peer)

    with pytest.raises(Conflict):
        deleting.delete_question(acting(cast.customer), other_copy, reason="by_author")


def test_a_reason_fits_who_deletes(database, cast, question):
    with pytest.raises(Invalid):
        deleting.delete_question(acting(cast.customer), question, reason="spam")
    with pytest.raises(Invalid):
        deleting.delete_question(acting(cast.moderator), question, reason="by_author")


def test_deleting_the_accepted_answer_opens_the_question_and_undo_solves_it_again(database, cast, question):
    answer = make.answer(question, cast.peer)
    judging.accept(acting(cast.customer), question, answer)
    database.expire_all()
    with pytest.raises(NotAllowed, match="accepted_already"):
        deleting.delete_answer(acting(cast.peer), answer, reason="by_author")

    act = deleting.delete_answer(acting(cast.moderator), answer, reason="spam")

    database.expire_all()
    assert (question.answers_count, question.accepted_answer_id, question.request.state) == (0, None, "open")
    undoing.undo(acting(cast.moderator), act)
    database.expire_all()
    assert (question.answers_count, question.accepted_answer_id, question.request.state) == (1, answer.id, "solved")


def test_another_confirmed_answer_takes_the_place_of_the_deleted_one_and_keeps_it(database, cast, question):
    first, second = make.answer(question, cast.peer), make.answer(question, cast.agent)
    for answer in (first, second):
        judging.accept(acting(cast.customer), question, answer)
        database.expire_all()
    assert question.accepted_answer_id == first.id

    act = deleting.delete_answer(acting(cast.moderator), first, reason="other")

    database.expire_all()
    assert (question.accepted_answer_id, question.request.state) == (second.id, "solved")
    undoing.undo(acting(cast.moderator), act)
    database.expire_all()
    assert question.accepted_answer_id == second.id
    judging.unaccept(acting(cast.customer), question, second.id)
    database.expire_all()
    assert question.accepted_answer_id == first.id


def test_undo_puts_back_once_and_tells_it(database, cast, question):
    act = deleting.delete_question(acting(cast.customer), question, reason="by_author")
    database.expire_all()

    undoing.undo(acting(cast.customer), act)

    database.expire_all()
    assert thread.question_for(acting(cast.peer), question.id).deleted_at is None
    assert database.scalar(select(Tag.questions_count)) == 1
    kinds = database.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)).all()
    assert kinds == ["question_deleted", "question_restored"]
    with pytest.raises(NotAllowed, match="undone_already"):
        undoing.undo(acting(cast.customer), act)


def test_pictures_in_what_was_said_of_an_answer_go_and_come_with_it(database, cast, question):
    answer, moderator = make.answer(question, cast.peer), acting(cast.moderator)
    kept, gone = attachments.attachment(cast.partner), attachments.attachment(cast.partner)
    talk = [
        commenting.post_comment(acting(cast.partner), question, text=compose(markdown_for(each)), answer=answer)
        for each in (kept, gone)
    ]
    commenting.delete_comment(acting(cast.partner), talk[1], reason="by_author")
    act = deleting.delete_answer(moderator, answer, reason="private")

    assert not any(uses_of(each) for each in (kept, gone))
    undoing.undo(moderator, act)
    assert [uses_of(each) for each in (kept, gone)] == [1, 0]


def test_nothing_comes_back_to_what_is_gone_itself(database, cast, question):
    answer, peer = make.answer(question, cast.peer), acting(cast.peer)
    picture = attachments.attachment(cast.peer, post=answer)
    remark, other = make.comment(question, cast.peer), make.comment(question, cast.peer, answer_id=answer.id)
    acts = [commenting.delete_comment(peer, each, reason="by_author") for each in (remark, other)]
    acts.append(deleting.delete_answer(peer, answer, reason="by_author"))
    database.expire_all()
    with pytest.raises(Conflict, match="gone_meanwhile"), database.begin_nested():
        undoing.undo(peer, acts[1])

    removed = deleting.delete_question(acting(cast.moderator), question, reason="private")
    database.expire_all()
    for act in acts:
        with pytest.raises(Conflict, match="gone_meanwhile"), database.begin_nested():
            undoing.undo(peer, act)
    assert uses_of(picture) == 0
    undoing.undo(acting(cast.moderator), removed)
    database.expire_all()
    undoing.undo(peer, acts[2])
    assert uses_of(picture) == 1


def test_nobody_takes_back_what_a_moderator_did(database, cast, question):
    act = deleting.delete_question(acting(cast.moderator), question, reason="spam")
    database.expire_all()

    with pytest.raises(NotAllowed, match="moderators_only"):
        undoing.undo(acting(cast.customer), act)
    undoing.undo(acting(cast.moderator), act)


def test_the_log_holds_ones_own_acts_on_what_one_may_still_know(database, cast, question):
    mine = make.act(cast.agent, "deleted_question", question)
    make.act(cast.agent, "deleted_question", make.question(cast.agent, audience=f"org:{cast.waterworks.id}"))

    assert log.own_acts(acting(cast.outsider)) == []
    assert len(log.own_acts(acting(cast.agent))) == 2
    assert log.own_acts(replace(acting(cast.agent), seats=())) == [mine]


def test_acts_are_forgotten_after_thirty_days(database, cast, question):
    make.act(cast.customer, "deleted_question", question, done_at=clock.now() - timedelta(days=31))
    kept = make.act(cast.customer, "deleted_question", question, done_at=clock.now() - timedelta(days=29))

    noting.forget_old_acts()

    assert database.scalars(select(Act.id)).all() == [kept.id]


def test_gone_pages_say_why_and_undo_is_one_button(client, cast, question):
    make.answer(question, cast.peer)
    answer = make.answer(question, cast.agent, body="Read the lower one.")
    gone_id = answer.id
    sign_in(client, cast.moderator)

    done = submit(client, f"/answers/{gone_id}/delete", reason="private")

    page = client.get(done.headers["Location"])
    assert "Read the lower one." not in page.text
    assert "/undo" in page.text
    permalink = client.get(f"/a/{gone_id}")
    assert permalink.status_code == 410
    assert "personal details" in permalink.text
    submit(client, f"/q/{question.id}/delete", reason="spam")
    page = client.get(f"/q/{question.id}")
    assert page.status_code == 410
    assert f"/q/{question.id}/log" in page.text
    assert client.get(f"/a/{gone_id}").status_code == 410
    undo = client.get(f"/q/{question.id}/log").text.split('action="/acts/')[1].split('"')[0]
    assert submit(client, f"/acts/{undo}").status_code == 303
    assert client.get(f"/q/{question.id}").status_code == 301


def test_own_acts_do_not_name_what_was_taken_away(client, database, cast, question):
    answer = make.answer(question, cast.peer)
    sign_in(client, cast.peer)
    assert f'action="/answers/{answer.id}/delete"' in client.get(question_url(question.id, question.title)).text
    submit(client, f"/answers/{answer.id}/delete", reason="by_author")
    assert question.title in client.get("/activity").text
    make.deleted(question, cast.moderator, reason="private")
    database.flush()

    page = client.get("/activity").text

    assert question.title not in page
    assert "A question that was removed" in page
