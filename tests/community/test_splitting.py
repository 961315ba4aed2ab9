"""Splitting a question: what becomes a question of its own, whose it is, and taking it back exactly."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from app import clock
from app.attachments.addresses import markdown_for
from app.attachments.queries import picture_for
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries import closings, splits
from app.community.queries.thread import question_for, thread_of
from app.community.queries.versions import history_of
from app.community.services import answering, closing, deleting, merging, splitting, undoing
from app.drafts.models import Draft
from app.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from app.privacy.audiences import organisation_audience
from tests.attachments import make as attachments
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.drafts import make as drafts


@pytest.fixture
def question(app, database, cast) -> Question:
    made = make.question(cast.customer, title="How do I read my meter?", tags=(make.tag("meters"),))
    first, second = make.answer(made, cast.peer), make.answer(made, cast.agent)
    make.accepted(second)
    remark = make.comment(made, cast.outsider, body="And what about the gas?", answer_id=first.id)
    make.comment(made, cast.partner, body="I wonder too.", answer_id=first.id, parent_id=remark.id)
    make.comment(made, cast.rival, body="Well done.", answer_id=second.id)
    return made


def split(database, cast, question: Question, *keys: str, **more):
    words = {"title": "Where is the number of the gas?", "text": compose("I look for the gas."), **more}
    chosen = splits.chosen_from(question, keys)
    act = splitting.split(
        acting(cast.curator), question, chosen, category_id=question.category_id, tag_names=["meters"], **words
    )
    database.expire_all()
    return act, database.get(Question, act.details["other_question_id"])


def everything(database) -> list[object]:
    database.expire_all()
    return [
        database.execute(select(model.id, *columns).order_by(model.id)).all()
        for model, columns in (
            (Answer, (Answer.question_id, Answer.accepted_at, Answer.accepted_by_id, Answer.merged_question_id)),
            (Comment, (Comment.question_id, Comment.answer_id, Comment.parent_id)),
            (Question, (Question.answers_count, Question.accepted_answer_id, Question.splits_count)),
        )
    ]


def keys_of(database, model, author) -> str:
    letter = "a" if model is Answer else "c"
    return f"{letter}{database.scalar(select(model.id).where(model.author_id == author.id))}"


def test_a_comment_becomes_a_question_with_what_was_replied(database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))

    assert (made.asker_id, made.tag_names, made.audience) == (cast.outsider.id, ["meters"], "public")
    assert [each.size for each in thread_of(acting(cast.peer), made).talk_on(None).shown] == [2]
    assert [(each.id, each.is_origin) for each in splits.relatives_of(made)] == [(question.id, True)]
    assert [each.id for each in splits.relatives_of(question)] == [made.id]
    fact = database.scalars(select(DomainEvent)).one()
    assert (fact.kind, fact.payload["comments"], act.question_id) == ("question_split", 2, question.id)


def test_answers_go_with_what_was_said_of_them_and_stay_confirmed(database, cast, question):
    key = keys_of(database, Answer, cast.agent)
    answer = database.get(Answer, int(key[1:]))
    picture = attachments.attachment(cast.agent, post=answer)
    before = everything(database)
    act, made = split(database, cast, question, key)

    assert (made.answers_count, made.accepted_answer_id, made.request.state) == (1, answer.id, "solved")
    assert (question.answers_count, question.accepted_answer_id, question.request.state) == (1, None, "answered")
    assert answer.accepted_by_id == cast.customer.id
    assert database.scalar(select(Comment.question_id).where(Comment.author_id == cast.rival.id)) == made.id
    assert picture_for(acting(cast.outsider), picture.public_id).is_public

    undoing.undo(acting(cast.curator), act)

    assert everything(database)[:2] == before[:2]
    assert everything(database)[2][0] == before[2][0]
    with pytest.raises(Gone):
        question_for(acting(cast.peer), made.id)


def test_it_is_not_taken_back_over_what_was_added_since(database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))
    late = answering.post_answer(acting(cast.peer), made, text=compose("Look below the other one."))

    with pytest.raises(Conflict, match="changed_since"), database.begin_nested():
        undoing.undo(acting(cast.curator), act)

    deleting.delete_answer(acting(cast.peer), late, reason="by_author")
    assert made.split_from_id == question.id


def test_the_text_of_a_split_opens_no_picture_that_nobody_sent(database, cast, question):
    key = keys_of(database, Answer, cast.peer)
    shown = attachments.attachment(cast.peer, post=database.get(Answer, int(key[1:])))
    kept, own = attachments.attachment(cast.peer), attachments.attachment(cast.curator)
    words = " ".join(markdown_for(each) for each in (shown, kept, own))
    act, _made = split(database, cast, question, key, text=compose(f"I look for the gas. {words}"))
    reader = acting(cast.outsider)

    assert picture_for(reader, shown.public_id).is_public
    assert picture_for(reader, own.public_id).is_public
    with pytest.raises(NotFound):
        picture_for(reader, kept.public_id)

    undoing.undo(acting(cast.curator), act)
    deleting.delete_answer(acting(cast.peer), database.get(Answer, int(key[1:])), reason="by_author")
    for each in (shown, own):
        with pytest.raises(NotFound):
            picture_for(reader, each.public_id)


def test_history_tells_whose_words_are_whose(database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))

    now, first = (step.version for step in history_of(made).steps)
    assert (first.writer.id, first.words.body) == (cast.outsider.id, "And what about the gas?")
    assert (now.writer.id, now.words.title) == (cast.curator.id, "Where is the number of the gas?")
    undoing.undo(acting(cast.curator), act)


def undone(database, cast, act) -> bool:
    """Try to take an act back; say whether that was done, or changed nothing because something else came since."""
    try:
        with database.begin_nested():
            undoing.undo(acting(cast.curator), act)
    except Conflict as refused:
        if refused.code != "changed_since":
            raise
        return False
    finally:
        database.expire_all()
    return True


def test_no_words_are_lost_when_things_are_taken_back_in_another_order(database, cast, question):
    answer, remark = keys_of(database, Answer, cast.peer), keys_of(database, Comment, cast.outsider)
    said = database.get(Comment, int(remark[1:]))
    first, made = split(database, cast, question, remark)
    second, _other = split(database, cast, question, answer)
    closing.close(acting(cast.curator), question, reason="duplicate", target=made)

    assert not undone(database, cast, first)  # the answer it was on is elsewhere
    assert undone(database, cast, second)
    assert not undone(database, cast, first)  # this question says that it repeats the one that would go
    closing.reopen(acting(cast.curator), question)
    assert undone(database, cast, first)
    assert (said.question_id, said.answer_id) == (question.id, int(answer[1:]))


def test_a_merge_is_not_taken_back_while_a_comment_of_it_is_elsewhere(database, cast, question):
    into = make.question(cast.peer)
    remark = make.comment(question, cast.rival)
    merge = merging.merge(acting(cast.curator), question, into)
    act, made = split(database, cast, into, f"c{remark.id}")

    assert not undone(database, cast, merge)
    assert remark.question_id == made.id
    assert undone(database, cast, act)
    assert undone(database, cast, merge)
    assert (remark.question_id, remark.merged_question_id) == (question.id, None)


def test_a_split_is_not_taken_back_over_a_reply_to_something_deleted_nor_out_of_a_lock(database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))
    since = make.comment(made, cast.peer)
    reply = make.comment(made, cast.rival, parent_id=since.id)
    since.deleted_at, since.deletion_reason = clock.now(), "by_author"
    database.flush()

    assert not undone(database, cast, act)
    reply.deleted_at, reply.deletion_reason = clock.now(), "by_author"
    made.locked_at = clock.now()
    database.flush()
    with pytest.raises(NotAllowed, match="unlock_first"), database.begin_nested():
        undoing.undo(acting(cast.curator), act)


def test_what_led_to_a_split_question_leads_on_when_that_is_taken_back(database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))
    repeating = make.question(cast.rival)
    closing.close(acting(cast.curator), repeating, reason="duplicate", target=made)
    drafts.draft(cast.rival, f"answer.{made.id}")

    assert undone(database, cast, act)

    assert closings.target_of(repeating.id) == question.id
    assert (question.duplicates_count, made.duplicates_count) == (1, 0)
    assert database.scalars(select(Draft.place)).all() == [f"answer.{question.id}"]


def test_who_wrote_first_does_not_delete_what_others_said_there(database, cast, question):
    _act, made = split(database, cast, question, keys_of(database, Comment, cast.outsider))
    outsider = acting(cast.outsider)

    with pytest.raises(NotAllowed, match="answered_already"):
        deleting.delete_question(outsider, made, reason="by_author")
    database.execute(delete(Comment).where(Comment.question_id == made.id, Comment.author_id != cast.outsider.id))
    merged = make.question(cast.peer)
    make.merged(merged, made)
    with pytest.raises(NotAllowed, match="answered_already"):
        deleting.delete_question(outsider, made, reason="by_author")
    merged.merged_into_id, made.merged_count = None, 0
    database.flush()
    assert deleting.delete_question(outsider, made, reason="by_author").question_id == made.id


def test_what_may_not_be_split_says_why(database, cast, question):
    other = make.answer(make.question(cast.customer), cast.rival)
    for keys in ((), ("nonsense",), (f"a{other.id}",)):
        with pytest.raises(Invalid, match="nothing_chosen"):
            split(database, cast, question, *keys)
    with pytest.raises(NotAllowed, match="curators_only"):
        splitting.split(
            acting(cast.customer),
            question,
            splits.chosen_from(question, [keys_of(database, Answer, cast.peer)]),
            title="Where is the number?",
            text=compose("I look for the gas."),
            category_id=question.category_id,
        )


def test_readers_stay_the_same_and_tags_nobody_knows_are_not_counted(database, cast):
    tag = make.tag("inside")
    inner = make.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    key = f"a{make.answer(inner, cast.agent).id}"
    chosen, text = splits.chosen_from(inner, [key]), compose("I look for the gas.")
    act = splitting.split(
        acting(cast.curator),
        inner,
        chosen,
        title="Where is the number?",
        text=text,
        category_id=inner.category_id,
        tag_names=["inside"],
    )
    database.expire_all()

    assert database.get(Question, act.details["other_question_id"]).audience == inner.audience
    assert tag.questions_count == 0
    undoing.undo(acting(cast.curator), act)
    database.expire_all()
    assert tag.questions_count == 0


def test_splitting_by_its_pages(client, count_queries, database, cast, question):
    key, path = keys_of(database, Comment, cast.outsider), f"/q/{question.id}/split"
    sign_in(client, cast.moderator)
    assert "And what about the gas?" in client.get(path).text
    assert client.get(f"{path}?next=1").status_code == 422
    form = client.get(f"{path}?posts={key}&next=1").text
    assert f'value="{key}"' in form
    assert cast.outsider.name in form

    wrong = submit(client, path, posts=key, title="Gas", body="I look for the gas.", category=str(question.category_id))
    done = submit(
        client, path, posts=key, title="Where is the gas?", body="I look for it.", category=str(question.category_id)
    )

    assert wrong.status_code == 422
    with count_queries() as ran:
        page = client.get(done.headers["Location"]).text
    assert ran.count <= 12, ran
    assert "It is a question of its own now." in page
    assert question_url(question.id, question.title) in page
    assert "Where is the gas?" in client.get(question_url(question.id, question.title)).text
    assert client.get(f"/comments/{key[1:]}").headers["Location"] == f"{done.headers['Location']}#{key}"


def test_the_address_of_a_split_that_was_undone_leads_to_where_it_stands_again(client, database, cast, question):
    act, made = split(database, cast, question, keys_of(database, Answer, cast.peer))
    assert undone(database, cast, act)

    page = client.get(f"/q/{made.id}")

    assert page.status_code == 410
    assert "What stood here is back where it came from." in page.text
    assert "A moderator removed this." not in page.text
    assert f'href="{question_url(question.id, question.title)}"' in page.text


def test_what_was_split_off_and_then_deleted_does_not_lead_back(client, database, cast, question):
    _act, made = split(database, cast, question, keys_of(database, Answer, cast.peer))
    deleting.delete_question(acting(cast.moderator), made, reason="other")

    page = client.get(f"/q/{made.id}")

    assert page.status_code == 410
    assert "A moderator removed this." in page.text
    assert "back where it came from" not in page.text
