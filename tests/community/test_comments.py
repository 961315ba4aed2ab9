"""Comments, mentions and "I have this too": what the services change, tell and refuse, and what the pages show."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock as present
from app.attachments.addresses import markdown_for
from app.attachments.queries import picture_for
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.mentions import Mention
from app.community.models.posts import Question
from app.community.queries import comments, log, ties
from app.community.services import affecting, answering, commenting, editing, undoing
from app.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from app.privacy.rights import erase_person, export_person
from app.search.documents import question_documents
from app.search.models import StaleDocument
from app.sitesettings.declare import forget_kept
from tests.accounts import make as accounts
from tests.attachments import make as attachments
from tests.cast import acting, sign_in, submit
from tests.community import make


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?")


def say(actor, question: Question, words: str = "Which meter is it?", **where) -> Comment:
    return commenting.post_comment(actor, question, text=compose(words), **where)


def facts(database, kind: str) -> list[dict]:
    database.flush()
    return list(database.scalars(select(DomainEvent.payload).where(DomainEvent.kind == kind).order_by(DomainEvent.id)))


def path_of(client, question: Question) -> str:
    with client.application.test_request_context():
        return question_url(question.id, question.title)


# Comments


def test_a_comment_stands_under_its_post_in_the_capacity_of_its_author(database, cast, question):
    answer = make.answer(question, cast.peer)
    agent = acting(cast.agent, for_organisation=cast.waterworks)

    first = say(acting(cast.peer), question)
    second = say(agent, question, answer=answer)
    reply = say(acting(cast.customer), question, reply_to=second)
    deeper = say(agent, question, reply_to=reply)

    talks = comments.comments_on(question)
    assert [branch.comment.id for branch in talks[None, None].shown] == [first.id]
    (branch,) = talks[answer.id, None].shown
    assert (branch.comment.organisation_name, branch.comment.capacity) == ("Waterworks", "agent")
    assert [row.id for row in branch.replies] == [reply.id, deeper.id]
    assert facts(database, "comment_posted")[-1] == {
        "comment_id": deeper.id,
        "question_id": question.id,
        "answer_id": answer.id,
        "parent_id": second.id,
        "author_id": cast.agent.id,
    }
    assert database.scalar(select(Follow.how).where(Follow.person_id == cast.peer.id)) == "commented"


def test_a_comment_needs_words_and_is_short(database, cast, question):
    for words, code in (("\u200b \u200b", "comment_too_short"), ("word " * 401, "comment_too_long")):
        with pytest.raises(Invalid, match=code):
            say(acting(cast.peer), question, words)


def test_a_locked_question_takes_comments_of_moderators_only(database, cast, question):
    question.locked_at = present.now()

    with pytest.raises(NotAllowed, match="question_locked"):
        say(acting(cast.peer), question)
    say(acting(cast.moderator), question)


def test_in_a_locked_question_no_author_changes_what_she_said(database, cast, question):
    comment = say(acting(cast.peer), question)
    question.locked_at = present.now()

    with pytest.raises(NotAllowed, match="question_locked"):
        commenting.edit_comment(acting(cast.peer), comment, text=compose("Which of the two?"), seen_version=1)
    commenting.edit_comment(acting(cast.moderator), comment, text=compose("Which of the two?"), seen_version=1)


def test_deleting_a_comment_is_in_the_log_with_its_pictures_and_undone_once(database, cast, question):
    picture = attachments.attachment(cast.peer)
    words = f"Look: {markdown_for(picture)}"
    comment = commenting.post_comment(acting(cast.peer), question, text=compose(words))
    reader = acting(cast.outsider)
    assert picture_for(reader, picture.public_id).is_public

    act = commenting.delete_comment(acting(cast.peer), comment, reason="by_author")
    database.refresh(comment)

    assert [each.id for each in log.own_acts(acting(cast.peer))] == [act.id]
    with pytest.raises(NotFound):
        picture_for(reader, picture.public_id)
    undoing.undo(acting(cast.peer), act)
    assert picture_for(reader, picture.public_id).is_public
    database.expire_all()
    assert comment.deleted_at is None

    again = commenting.delete_comment(acting(cast.peer), comment, reason="by_author")
    database.expire_all()
    commenting.restore_comment(acting(cast.peer), comment)
    with pytest.raises(NotAllowed, match="undone_already"):
        undoing.undo(acting(cast.peer), again)


def test_an_author_edits_her_comment_for_a_day_and_never_over_another_edit(database, cast, question, clock):
    comment = say(acting(cast.peer), question)
    seen = comment.row_version
    commenting.edit_comment(acting(cast.peer), comment, text=compose("Which of the two?"), seen_version=seen)
    database.refresh(comment)
    assert (comment.body, comment.edited_at is not None) == ("Which of the two?", True)

    with pytest.raises(Conflict, match="edited_meanwhile"):
        commenting.edit_comment(acting(cast.peer), comment, text=compose("Another."), seen_version=seen)
    with pytest.raises(NotAllowed, match="not_the_author"):
        commenting.edit_comment(acting(cast.customer), comment, text=compose("Another."), seen_version=2)
    clock.shift(timedelta(hours=25))
    with pytest.raises(NotAllowed, match="edit_window_over"):
        commenting.edit_comment(acting(cast.peer), comment, text=compose("Another."), seen_version=2)
    commenting.edit_comment(acting(cast.moderator), comment, text=compose("Another."), seen_version=2)


def test_a_deleted_comment_leaves_its_replies_and_can_come_back(database, cast, question):
    author = acting(cast.peer)
    comment = say(author, question, "Something unwise.")
    reply = say(acting(cast.customer), question, reply_to=comment)
    with pytest.raises(NotAllowed, match="not_the_author"):
        commenting.delete_comment(acting(cast.customer), comment, reason="other")
    with pytest.raises(Invalid, match="deletion_reason"):
        commenting.delete_comment(author, comment, reason="spam")

    commenting.delete_comment(author, comment, reason="by_author")

    database.refresh(comment)
    assert (comment.deletion_reason, comment.deleted_by_id) == ("by_author", cast.peer.id)
    (branch,) = comments.comments_on(question)[None, None].shown
    assert (branch.comment.body_html, branch.replies[0].id) == ("", reply.id)
    with pytest.raises(NotAllowed, match="comment_deleted"):
        say(author, question, reply_to=comment)

    commenting.restore_comment(author, comment)
    assert "unwise" in comments.comments_on(question)[None, None].shown[0].comment.body_html


def test_what_a_moderator_deleted_its_author_cannot_put_back(database, cast, question):
    comment = say(acting(cast.peer), question)
    with pytest.raises(Invalid, match="deletion_reason"):
        commenting.delete_comment(acting(cast.moderator), comment, reason="by_author")

    commenting.delete_comment(acting(cast.moderator), comment, reason="abuse")

    database.refresh(comment)
    assert comments.comments_on(question) == {}
    assert facts(database, "comment_deleted")[0]["reason"] == "abuse"
    with pytest.raises(NotAllowed, match="not_the_author"):
        commenting.restore_comment(acting(cast.peer), comment)
    commenting.restore_comment(acting(cast.moderator), comment)


def test_many_comments_fold_away_but_never_one_alone(database, cast, question):
    made = [make.comment(question, cast.peer) for _number in range(5)]
    assert not comments.comments_on(question)[None, None].folded

    made += [make.comment(question, cast.peer, parent_id=made[1].id) for _number in range(4)]
    talk = comments.comments_on(question)[None, None]

    assert [branch.comment.id for branch in talk.shown] == [made[0].id]
    assert talk.folded_count == 8


def test_comments_of_a_question_one_may_not_see_are_absent(database, cast):
    hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    comment = make.comment(hidden, cast.agent)

    assert comments.comment_for(acting(cast.agent), comment.id).id == comment.id
    with pytest.raises(NotFound):
        comments.comment_for(acting(cast.outsider), comment.id)


def test_comments_go_and_come_with_what_they_stand_on(database, cast, question):
    answer = make.answer(question, cast.peer)
    comment = make.comment(question, cast.agent, answer_id=answer.id, body="Look for the word obis.")

    make.deleted(answer, cast.peer)

    with pytest.raises(Gone):
        comments.comment_for(acting(cast.agent), comment.id)
    assert "obis" not in question_documents(database, [question.id])[0].answers


def test_comments_are_found_until_they_are_deleted(database, cast, question):
    comment = say(acting(cast.peer), question, "Look for the word obis.")
    assert database.scalars(select(StaleDocument.document_id)).all() == [question.id]
    assert "obis" in question_documents(database, [question.id])[0].answers

    commenting.delete_comment(acting(cast.peer), comment, reason="by_author")
    assert "obis" not in question_documents(database, [question.id])[0].answers


# Mentions


def test_whoever_is_named_and_may_read_it_is_remembered_once(database, cast, question):
    words = f"Ask @{cast.agent.handle}, really @{cast.agent.handle}, or me, @{cast.peer.handle}."

    answer = answering.post_answer(acting(cast.peer), question, text=compose(words))

    (mention,) = database.scalars(select(Mention))
    assert (mention.person_id, mention.answer_id) == (cast.agent.id, answer.id)
    (told,) = facts(database, "person_mentioned")
    assert (told["person_id"], told["by_id"], told["answer_id"]) == (cast.agent.id, cast.peer.id, answer.id)


def test_nobody_is_told_of_a_text_she_may_not_read(database, cast):
    hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")

    say(acting(cast.agent), hidden, f"What would @{cast.outsider.handle} say? `@{cast.agent.handle}`")

    assert database.scalars(select(Mention)).all() == []


def test_an_edit_tells_only_those_named_anew(database, cast, question):
    comment = say(acting(cast.peer), question, f"@{cast.agent.handle} may know.")

    words = f"@{cast.agent.handle} or @{cast.partner.handle} may know."
    commenting.edit_comment(acting(cast.peer), comment, text=compose(words), seen_version=1)
    commenting.edit_comment(acting(cast.peer), comment, text=compose(f"@{cast.partner.handle}"), seen_version=2)

    assert [fact["person_id"] for fact in facts(database, "person_mentioned")] == [cast.agent.id, cast.partner.id]
    assert list(database.scalars(select(Mention.person_id))) == [cast.partner.id]


def test_an_edit_of_a_post_tells_those_it_names(database, cast, question):
    answer = answering.post_answer(acting(cast.peer), question, text=compose("Somebody may know."))
    words = compose(f"@{cast.agent.handle} may know.")

    editing.edit_answer(acting(cast.peer), answer, text=words, reason="", seen_version=answer.text_version)

    (told,) = facts(database, "person_mentioned")
    assert (told["person_id"], told["answer_id"]) == (cast.agent.id, answer.id)


def test_a_text_names_ten_people_at_most(database, cast, question):
    people = [make_person(number) for number in range(12)]

    say(acting(cast.peer), question, " ".join(f"@{each.handle}" for each in people))

    assert database.scalar(select(func.count()).select_from(Mention)) == 10


def make_person(number: int):
    return accounts.person(f"Person Number{number}")


# I have this too


def test_whoever_has_it_too_counts_once_and_lately(database, cast, question, clock):
    for person in (cast.peer, cast.agent):
        affecting.say_affected(acting(person), question)
        affecting.say_affected(acting(person), question)
    clock.shift(timedelta(days=8))
    affecting.say_affected(acting(cast.outsider), question)

    database.refresh(question)
    now = ties.ties_to(acting(cast.peer), question)
    assert (question.affected_count, now.affected_lately, now.is_affected) == (3, 1, True)

    affecting.take_affected_back(acting(cast.peer), question)
    affecting.take_affected_back(acting(cast.peer), question)
    database.refresh(question)
    assert question.affected_count == 2
    assert len(facts(database, "affected")) == 3
    assert len(facts(database, "unaffected")) == 1


def test_the_asker_does_not_count_herself(database, cast, question):
    with pytest.raises(NotAllowed, match="own_question"):
        affecting.say_affected(acting(cast.customer), question)


# What is held about a person


def test_comments_stay_without_their_author_and_mentions_go(database, cast, question):
    say(acting(cast.peer), question, f"@{cast.agent.handle} may know.")
    affecting.say_affected(acting(cast.agent), question)

    held = export_person(cast.agent.id)
    assert held["mentioned"][0]["comment_id"] is not None
    assert held["affected"][0]["question_id"] == question.id
    assert export_person(cast.peer.id)["commented"][0]["body"].endswith("may know.")

    for person in (cast.peer, cast.agent):
        erase_person(acting(cast.operator), person.id)
    assert database.scalars(select(Mention)).all() == []
    assert database.scalar(select(func.count()).select_from(Comment)) == 1


# Pages


def test_a_comment_is_written_on_a_page_and_found_at_its_anchor(client, cast, question):
    answer = make.answer(question, cast.peer)
    sign_in(client, cast.customer)
    for path, heading in (
        (f"/q/{question.id}/comment", "Comment on the question"),
        (f"/answers/{answer.id}/comment", "Comment on the answer by Pete Peer"),
    ):
        assert heading in client.get(path).text
        sent = submit(client, path, body="Which **meter** is it?")
        assert sent.status_code == 303
        assert sent.location.startswith(f"{path_of(client, question)}#c")
        assert client.get(f"/comments/{sent.location.rpartition('#c')[2]}").location == sent.location

    page = client.get(path_of(client, question)).text
    assert page.count("Which <strong>meter</strong> is it?") == 2
    assert submit(client, f"/q/{question.id}/comment", body="?").status_code == 422


def test_a_reply_an_edit_a_deletion_and_its_undo(client, cast, question):
    comment = make.comment(question, cast.peer, body="First words")
    sign_in(client, cast.peer)
    assert "Reply to the comment by Pete Peer" in client.get(f"/comments/{comment.id}/reply").text
    reply = submit(client, f"/comments/{comment.id}/reply", body="One more thing")
    assert "#c" in reply.location

    assert "First words" in client.get(f"/comments/{comment.id}/edit").text
    assert submit(client, f"/comments/{comment.id}/edit", body="Other words", version="1").status_code == 303
    assert submit(client, f"/comments/{comment.id}/edit", body="Late words", version="1").status_code == 409
    assert submit(client, f"/comments/{comment.id}/edit", body="", version="2").status_code == 422

    assert "Other words" in client.get(f"/comments/{comment.id}/delete").text
    assert submit(client, f"/comments/{comment.id}/delete").status_code == 422
    assert submit(client, f"/comments/{comment.id}/delete", reason="by_author").status_code == 303
    assert client.get(f"/comments/{comment.id}").status_code == 410
    page = client.get(path_of(client, question)).text
    assert "A comment was deleted here." in page
    assert f'action="/comments/{comment.id}/restore"' in page
    assert submit(client, f"/comments/{comment.id}/restore").status_code == 303
    assert "Other words" in client.get(path_of(client, question)).text


def test_the_page_counts_who_has_it_too(client, cast, question):
    make.affected(question, cast.agent, said_at=present.now() - timedelta(days=30))
    sign_in(client, cast.peer)
    assert submit(client, f"/q/{question.id}/affected", on="1").location == path_of(client, question)

    page = client.get(path_of(client, question)).text
    assert "people have this too" in page
    assert "1 in the past week" in page
    sign_in(client, cast.customer)
    assert "2 people have this too" in client.get(path_of(client, question)).text


def test_comments_cost_one_statement_however_many_there_are(client, cast, question, count_queries):
    def statements() -> int:
        forget_kept()  # so that each page reads the settings once
        with count_queries() as ran:
            client.get(path_of(client, question))
        return ran.count

    answers = [make.answer(question, cast.peer) for _number in range(3)]
    before = statements()
    for answer in answers:
        made = [make.comment(question, cast.agent, answer_id=answer.id) for _number in range(6)]
        make.comment(question, cast.customer, answer_id=answer.id, parent_id=made[0].id)

    assert statements() <= before


def test_answers_and_comments_can_be_linked_to_by_a_control_of_their_own(client, cast, question):
    answer = make.answer(question, cast.peer)
    comment = make.comment(question, cast.peer, answer_id=answer.id)

    page = client.get(path_of(client, question)).text

    for address, anchor in ((f"/a/{answer.id}", f"#a{answer.id}"), (f"/comments/{comment.id}", f"#c{comment.id}")):
        assert re.search(rf'<a [^>]*href="{address}" data-copy [^>]*>(?:<svg.*?</svg><span>)?Copy link', page)
        assert client.get(address).location.endswith(anchor)
