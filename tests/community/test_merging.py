"""Merging a question into another: what goes along, who is led where, and taking it back exactly."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import clock
from app.attachments.queries import uses_of
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.affected import Affected
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.queries import closings, lists, merges
from app.community.queries.answers import answers_of
from app.community.queries.thread import question_for, thread_of
from app.community.services import answering, closing, commenting, judging, merging, undoing
from app.db import db
from app.drafts.models import Draft
from app.errors import Conflict, Gone, Invalid, Moved, NotAllowed
from app.outbox.models import DomainEvent
from app.privacy.audiences import organisation_audience
from app.ranking.state import State
from app.routing import livestate, rows
from app.search.documents import question_documents
from tests.attachments import make as attachments
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.drafts import make as drafts

COUNTED = ("answers_count", "affected_count", "merged_count", "duplicates_count", "accepted_answer_id", "accepted_at")
KEPT = (*COUNTED, "merged_into_id", "merged_at", "last_activity_at")


@pytest.fixture
def tag(database):
    return make.tag("meters")


@pytest.fixture
def question(app, database, cast, tag) -> Question:
    """The one that goes: with everything that can stand on a question."""
    made = make.question(cast.customer, title="How do I read my meter?", body="Two numbers.", tags=(tag,))
    first, second = make.answer(made, cast.peer, body="The upper one."), make.answer(made, cast.agent)
    make.accepted(first)
    make.vote(first, cast.outsider)
    make.deleted(make.answer(made, cast.rival, body="Nonsense."), cast.moderator, reason="spam")
    remark = make.comment(made, cast.peer, body="Which meter?")
    make.comment(made, cast.customer, body="The old one.", parent_id=remark.id)
    make.comment(made, cast.outsider, body="It worked.", answer_id=second.id)
    make.affected(made, cast.outsider)
    for each in (cast.customer, cast.outsider, cast.partner):
        make.follow(each.id, question_id=made.id)
    return made


@pytest.fixture
def into(app, database, cast) -> Question:
    made = make.question(cast.peer, title="Which number on the meter counts?")
    make.answer(made, cast.partner)
    make.follow(cast.partner.id, question_id=made.id)
    return made


def merge(database, cast, question: Question, into: Question, who: str = "moderator"):
    act = merging.merge(acting(getattr(cast, who)), question, into)
    database.expire_all()
    return act


def everything(database) -> list[object]:
    """Return all that a merge may touch, as it is now."""
    database.expire_all()
    tables = (
        select(Question.id, *(getattr(Question, name) for name in KEPT)).order_by(Question.id),
        select(Answer.id, Answer.question_id, Answer.merged_question_id, Answer.accepted_at, Answer.accepted_by_id),
        select(Comment.id, Comment.question_id, Comment.merged_question_id),
        select(Follow.person_id, Follow.question_id, Follow.how),
        select(Affected.person_id, Affected.question_id),
    )
    found: list[object] = [sorted(map(str, database.execute(each))) for each in tables]
    return [*found, [each.request.state for each in database.scalars(select(Question).order_by(Question.id))]]


def test_preview_says_in_numbers_what_will_happen(database, cast, question, into):
    preview = merges.preview_of(question, into)

    assert preview == merges.Preview(answers=2, confirmed=1, comments=3, followers=2, affected=2, merged=0)
    merge(database, cast, question, into)
    assert into.affected_count == preview.affected
    assert database.scalar(select(func.count()).select_from(Follow).where(Follow.question_id == into.id)) == 3


def test_what_stood_on_one_stands_on_the_other_and_keeps_its_meaning(database, cast, question, into, tag):
    confirmed = question.accepted_answer_id
    picture = attachments.attachment(cast.peer, post=database.get(Answer, confirmed))
    drafts.draft(cast.rival, f"answer.{question.id}")
    merge(database, cast, question, into, who="curator")

    found = answers_of(acting(cast.outsider), into)
    assert len(found) == into.answers_count == 3
    assert found[0].answer.id == confirmed == into.accepted_answer_id
    assert found[0].confirmer_name == cast.customer.name
    assert found[0].ups == 1
    assert into.request.state == "solved"
    thread = thread_of(acting(cast.outsider), into)
    (was,) = thread.merged
    assert (was.title, was.asker_name) == ("How do I read my meter?", cast.customer.name)
    assert [each.size for each in thread.talk_on_merged(question.id).shown] == [2]
    assert not thread.talk_on(None).shown
    assert uses_of(picture) == 1
    assert database.scalars(select(Draft.place)).all() == [f"answer.{into.id}"]
    assert tag.questions_count == 0
    fact = database.scalars(select(DomainEvent)).one()
    assert (fact.kind, fact.payload["answers"], fact.payload["comments"]) == ("question_merged", 3, 3)


def test_only_who_confirmed_an_answer_takes_that_back(database, cast, question, into):
    confirmed = question.accepted_answer_id
    merge(database, cast, question, into)

    with pytest.raises(NotAllowed, match="not_the_asker"):
        judging.unaccept(acting(cast.peer), into, confirmed)
    judging.unaccept(acting(cast.customer), into, confirmed)

    database.expire_all()
    assert into.request.state == "answered"


def test_it_is_found_under_the_other_one_only(database, cast, question, into):
    merge(database, cast, question, into)
    visitor = acting(cast.outsider)

    with pytest.raises(Moved) as led:
        question_for(visitor, question.id)
    assert led.value.address == question_url(into.id, into.title) + f"?from={question.id}"
    assert [row.id for row in lists.questions_for(visitor).rows] == [into.id]
    (document,) = question_documents(db.session(), [question.id, into.id])
    assert (document.id, "How do I read my meter?" in document.answers) == (into.id, True)
    assert [(row.id, row.times) for row in closings.most_duplicated(visitor)] == [(into.id, 1)]


def test_a_chain_ends_at_the_last_and_is_taken_back_link_by_link(database, cast, question, into):
    last = make.question(cast.outsider)
    before = everything(database)
    first_act = merge(database, cast, question, into)
    between = everything(database)
    second_act = merge(database, cast, into, last)

    with pytest.raises(Moved) as led:
        question_for(acting(cast.peer), question.id)
    assert led.value.into_id == last.id
    assert last.merged_count == 2
    assert len(thread_of(acting(cast.peer), last).talk_on_merged(question.id).shown) == 1
    with pytest.raises(Invalid, match="merge_gone"):
        merging.merge(acting(cast.moderator), last, into)
    with pytest.raises(Conflict, match="changed_since"), database.begin_nested():
        undoing.undo(acting(cast.moderator), first_act)
    undoing.undo(acting(cast.moderator), second_act)
    assert everything(database) == between
    undoing.undo(acting(cast.moderator), first_act)
    assert everything(database) == before


def test_taking_it_back_brings_along_what_came_since(database, cast, question, into):
    act = merge(database, cast, question, into)
    moved = answers_of(acting(cast.peer), into)[0].answer
    since = commenting.post_comment(acting(cast.rival), into, text=compose("Since then."), answer=moved)
    stays = answering.post_answer(acting(cast.rival), into, text=compose("Look at the display."))
    judging.accept(
        acting(cast.peer), into, next(a for a in into_answers(database, into) if a.author_id == cast.agent.id)
    )

    undoing.undo(acting(cast.moderator), act)

    database.expire_all()
    assert since.question_id == moved.question_id == question.id
    assert stays.question_id == into.id
    assert (question.answers_count, into.answers_count) == (2, 2)
    assert question.accepted_answer_id == moved.id
    assert into.request.state == "answered"
    assert {a.accepted_by_id for a in into_answers(database, question) if a.accepted_at} == {None, cast.peer.id}


def into_answers(database, question: Question) -> list[Answer]:
    return list(database.scalars(select(Answer).where(Answer.question_id == question.id)))


def test_a_closed_duplicate_follows_where_its_target_goes(database, cast, question, into):
    third = make.question(cast.rival)
    closing.close(acting(cast.moderator), third, reason="duplicate", target=question)
    database.expire_all()
    act = merge(database, cast, question, into)

    assert closings.ends_of(acting(cast.peer), third).closing.target.id == into.id
    assert (question.duplicates_count, into.duplicates_count) == (0, 1)
    undoing.undo(acting(cast.moderator), act)
    database.expire_all()
    assert (question.duplicates_count, into.duplicates_count) == (1, 0)


def test_taking_a_reopening_back_makes_no_circle(database, cast, question, into):
    third = make.question(cast.rival)
    for each in (into, third):
        closing.close(acting(cast.moderator), each, reason="duplicate", target=question)
    acts = [closing.reopen(acting(cast.moderator), each) for each in (into, third)]
    database.expire_all()
    merge(database, cast, question, into)

    with pytest.raises(Conflict, match="changed_since"), database.begin_nested():
        undoing.undo(acting(cast.moderator), acts[0])
    with pytest.raises(Invalid, match="closing_target"):
        closing.close(acting(cast.moderator), third, reason="duplicate", target=question)
    undoing.undo(acting(cast.moderator), acts[1])

    database.expire_all()
    assert closings.target_of(third.id) == into.id
    assert (question.duplicates_count, into.duplicates_count) == (0, 1)


def test_a_lock_holds_what_was_merged(database, cast, question, into):
    act = merge(database, cast, question, into, who="curator")
    into.locked_at = clock.now()
    database.flush()

    with pytest.raises(NotAllowed, match="unlock_first"):
        undoing.undo(acting(cast.curator), act)


def test_drafts_follow_unless_another_one_lies_there(database, cast, question, into):
    for each in (cast.rival, cast.peer):
        drafts.draft(each, f"answer.{question.id}", fields={"body": "Mine."})
    drafts.draft(cast.rival, f"answer.{into.id}", fields={"body": "Thrown away."}, thrown_away_at=clock.now())
    drafts.draft(cast.peer, f"answer.{into.id}", fields={"body": "Another."})
    drafts.draft(cast.agent, f"comment-question.{question.id}", fields={"body": "Which one?"})
    merge(database, cast, question, into)

    found = {(each.person_id, each.place, each.fields["body"]) for each in database.scalars(select(Draft))}
    assert found == {
        (cast.rival.id, f"answer.{into.id}", "Mine."),
        (cast.peer.id, f"answer.{question.id}", "Mine."),
        (cast.peer.id, f"answer.{into.id}", "Another."),
        (cast.agent.id, f"comment-question.{into.id}", "Which one?"),
    }


def test_what_may_not_be_merged_says_why(database, cast, question, into):
    inside = make.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    locked = make.question(cast.peer, locked_at=clock.now())
    archived, closed, gone = (make.question(cast.peer) for _turn in range(3))
    make.closed(archived, None, reason="archived")
    make.closed(closed, cast.moderator)
    make.deleted(gone, cast.peer)
    moderator = acting(cast.moderator)

    for target, reason in (
        (question, "merge_itself"),
        (inside, "merge_other_readers"),
        (locked, "merge_into_locked"),
        (archived, "merge_into_closed"),
        (closed, "merge_into_closed"),
        (gone, "merge_gone"),
    ):
        with pytest.raises(Invalid, match=reason):
            merging.merge(moderator, question, target)
    for source, reason in ((locked, "unlock_first"), (archived, "wake_first")):
        with pytest.raises(NotAllowed, match=reason):
            merging.merge(moderator, source, into)
    with pytest.raises(Conflict, match="merged_meanwhile"):
        merging.merge(moderator, gone, into)
    with pytest.raises(NotAllowed, match="curators_only"):
        merging.merge(acting(cast.customer), question, into)
    with pytest.raises(Invalid, match="merge_other_readers"):
        merging.merge(moderator, inside, into)


def test_ranking_knows_the_answers_where_they_are_now(database, cast, question):
    def reconciled(state: State, *ids: int) -> dict[int, tuple[int, int]]:
        livestate.reconcile(database, state, ids)
        request_of = {row: request for request, row in state.request_row.items()}
        return {
            answer: (request_of[int(state.answers["request"][row])], int(state.answers["confirmations"][row]))
            for answer, row in state.answer_row.items()
        }

    confirmed, into = question.accepted_answer_id, make.question(cast.outsider)
    kept = make.accepted(make.answer(into, cast.agent, acting_for_organisation_id=cast.waterworks.id))
    state = State()
    for event in rows.history(database):
        state.apply(event)
    merge(database, cast, question, into)

    now = reconciled(state, question.id), reconciled(state, into.id)
    assert now[0] == {kept.id: (into.id, 1)}
    assert now[1][confirmed] == (into.id, 1)
    assert now[1] == reconciled(State(), question.id, into.id)


def test_addresses_lead_to_where_it_is_now(client, database, cast, question, into):
    answer_id, comment_id = question.accepted_answer_id, database.scalar(select(func.min(Comment.id)))
    merge(database, cast, question, into)
    database.commit()
    there = question_url(into.id, into.title)

    led = client.get(f"/q/{question.id}/how-do-i-read-my-meter?answer={answer_id}")

    assert (led.status_code, led.headers["Location"]) == (301, f"{there}?from={question.id}&answer={answer_id}")
    page = client.get(led.headers["Location"]).text
    assert "You looked for a question that was merged with this one." in page
    assert "Two numbers." in page
    canonical = page.partition('rel="canonical" href="')[2].partition('"')[0]
    assert canonical.partition("?")[0].endswith(there)
    assert "from=" not in canonical
    assert "You looked for" not in client.get(f"{there}?from={into.id}").text
    assert client.get(f"/a/{answer_id}").headers["Location"] == f"{there}#a{answer_id}"
    assert client.get(f"/comments/{comment_id}").headers["Location"] == f"{there}#c{comment_id}"
    assert client.get(f"/q/{question.id}/history").headers["Location"] == f"{there}?from={question.id}"
    assert client.get(f"/feeds/q/{question.id}.atom").headers["Location"] == f"/feeds/q/{into.id}.atom"
    assert f"/q/{question.id}/" not in client.get("/sitemaps/questions-0.xml").text
    assert client.get(f"/q/{question.id}/news?after=0").json["answers"] == 3


def test_whoever_was_writing_there_is_not_lost(client, database, cast, question, into):
    merge(database, cast, question, into)
    sign_in(client, cast.rival)

    sent = submit(client, f"/q/{question.id}/answers", body="Take the lower one, it counts the night.")
    asked = submit(client, f"/q/{question.id}/comment", body="Which of the two?")
    voted = submit(client, f"/q/{question.id}/vote", value="1")

    page = client.get(f"/q/{question.id}/comment")
    assert (page.status_code, page.headers["Location"]) == (301, f"/q/{into.id}/comment")
    assert asked.headers["Location"].startswith(question_url(into.id, into.title))
    assert sent.headers["Location"].startswith(question_url(into.id, into.title))
    assert voted.status_code == 409
    assert f'href="{question_url(into.id, into.title)}?from={question.id}"' in voted.text

    make.deleted(into, cast.moderator, reason="spam")
    for path in (f"/q/{into.id}/answers", f"/q/{into.id}/comment", f"/q/{question.id}/comment"):
        late = submit(client, path, body="Every word of this <b>took</b> long.")
        assert (late.status_code, "Every word of this &lt;b&gt;took&lt;/b&gt; long." in late.text) == (410, True), path


def test_merging_by_its_pages_shows_what_happens_and_undoes(client, count_queries, database, cast, question, into):
    sign_in(client, cast.curator)
    assert f"/q/{question.id}/merge" in client.get(question_url(question.id, question.title)).text
    assert client.get(f"/q/{question.id}/merge").status_code == 200
    wrong = client.get(f"/q/{question.id}/merge?into=nothing")
    assert (wrong.status_code, "Give the address or number" in wrong.text) == (422, True)
    seen = client.get(f"/q/{question.id}/merge?into=http://localhost/q/{into.id}/x").text
    assert "2 answers go along" in seen
    assert f"/q/{into.id}/merge?into={question.id}" in seen

    done = submit(client, f"/q/{question.id}/merge", into=str(into.id))

    with count_queries() as ran:
        page = client.get(done.headers["Location"]).text
    assert ran.count <= 12, ran
    assert "The two questions are one now." in page
    assert "How do I read my meter?" in client.get("/activity").text
    act_id = int(page.partition("/acts/")[2].partition("/")[0])
    assert submit(client, f"/acts/{act_id}/undo").status_code == 303
    assert client.get(question_url(question.id, question.title)).status_code == 200


def test_what_was_merged_into_something_deleted_is_gone_with_it(database, cast, question, into):
    merge(database, cast, question, into)
    make.deleted(into, cast.moderator, reason="spam")
    database.flush()

    for each in (question, into):
        with pytest.raises(Gone, match="deleted_spam"):
            question_for(acting(cast.peer), each.id)


def test_the_title_of_what_was_deleted_is_told_to_nobody(client, database, cast, question, into):
    merge(database, cast, question, into)
    make.deleted(into, cast.moderator, reason="private")
    database.commit()

    for path in ("", "/history", "/related"):
        answer = client.get(f"/q/{question.id}{path}")
        assert (answer.status_code, answer.location) == (410, None)
        assert "which-number" not in answer.text
    assert "/activity" not in client.get(f"/q/{question.id}").text
    sign_in(client, cast.moderator)
    assert f"/q/{into.id}/log" in client.get(f"/q/{question.id}").text
    other = make.question(cast.customer)
    database.commit()
    page = submit(client, f"/q/{other.id}/close", reason="duplicate", target=str(question.id))
    assert page.status_code == 422
    assert "Give the address" in page.text
