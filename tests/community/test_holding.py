"""What is written while the question goes elsewhere. SQLite lets one write at a time: there nothing comes between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from app.community.compose import compose
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.signals import DANGEROUS, Signal
from app.community.models.votes import Vote
from app.community.queries import splits, thread
from app.community.services import answering, closing, commenting, deleting, evidence, judging, merging, splitting
from app.community.services.evidence import Tried
from app.db import db, transaction
from app.errors import DomainError, Gone, Moved, NotAllowed
from app.outbox.models import DomainEvent
from tests.cast import acting
from tests.community import make
from tests.support.at_once import in_the_middle, in_thread, meanwhile, transacted
from tests.support.waiting import until


@pytest.fixture
def question(app, database, cast) -> Question:
    made = make.question(cast.customer, title="How do I read my meter?")
    make.answer(made, cast.agent, body="The upper one.")
    return made


def get(model, row_id: int) -> Any:
    return db.session.get_one(model, row_id)


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_nothing_is_written_where_the_question_no_longer_is(app, database, cast, question):
    moderator, peer, customer = acting(cast.moderator), acting(cast.peer), acting(cast.customer)
    words = compose("Look at the display.")

    def late(read: Callable[[], Any], change: Callable[[], Any], write: Callable[[Any], Any]) -> Any:
        """Read, let the change happen, and write what follows from what was read."""
        database.commit()
        with transaction():
            seen = read()
            changed = meanwhile(app, change)
            assert not isinstance(changed, DomainError), changed
            return write(seen)

    def split(question_id: int, answer_id: int) -> int:
        found = get(Question, question_id)
        chosen = splits.chosen_from(found, [f"a{answer_id}"])
        act = splitting.split(
            moderator, found, chosen, title="Where is the gas?", text=words, category_id=found.category_id
        )
        return act.details["other_question_id"]

    into = make.question(cast.outsider)
    one, other = question.id, into.id
    for write in (
        lambda seen: answering.post_answer(peer, seen, text=words),
        lambda seen: commenting.post_comment(peer, seen, text=words),
    ):
        gone = make.question(cast.customer).id
        with pytest.raises(Moved):
            late(
                lambda gone=gone: thread.question_for(peer, gone),
                lambda gone=gone: merging.merge(moderator, get(Question, gone), get(Question, other)).id,
                write,
            )
    for change, refusal in (
        (lambda each: deleting.delete_question(customer, each, reason="by_author").id, Gone),
        (lambda each: closing.close(moderator, each, reason="off_topic").id, NotAllowed),
    ):
        each = make.question(cast.customer).id
        with pytest.raises(refusal):
            late(
                lambda each=each: thread.question_for(peer, each),
                lambda each=each, change=change: change(get(Question, each)),
                lambda seen: answering.post_answer(peer, seen, text=words),
            )
    given = database.scalar(select(Answer.id).where(Answer.question_id == one))
    comment_id = late(
        lambda: thread.answer_for(customer, given),
        lambda: split(one, given),
        lambda seen: commenting.post_comment(customer, seen.question, answer=seen, text=words).id,
    )
    made = get(Answer, given).question_id
    assert get(Comment, comment_id).question_id == made != one
    second = make.answer(get(Question, one), cast.agent).id
    with pytest.raises(NotAllowed, match="not_the_asker"):  # it is under a question of somebody else by now
        late(
            lambda: thread.answer_for(customer, second),
            lambda: split(one, second),
            lambda seen: judging.accept(customer, seen.question, seen),
        )
    third = make.answer(get(Question, one), cast.agent).id
    late(
        lambda: thread.answer_for(acting(cast.agent), third),
        lambda: split(one, third),
        lambda seen: deleting.delete_answer(acting(cast.agent), seen, reason="by_author").id,
    )
    database.expire_all()
    assert (get(Question, one).answers_count, get(Question, one).accepted_answer_id) == (0, None)
    assert get(Answer, third).question.answers_count == 0


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_who_writes_waits_until_a_merge_is_over(app, database, cast, question):
    into = make.question(cast.outsider)
    peer, one, words, said = acting(cast.peer), question.id, compose("Look at the display."), []
    database.commit()

    def write() -> Any:
        return answering.post_answer(peer, thread.question_for(peer, one), text=words)

    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    writer = threading.Thread(target=in_thread, args=(app, write, said))
    with transaction():
        merging.merge(acting(cast.moderator), question, into)
        writer.start()
        assert until(lambda: database.scalar(waiting), seconds=10)
    writer.join(20)

    assert isinstance(said[0], Moved)
    assert database.scalars(select(Answer.question_id)).all() == [into.id]


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_what_she_takes_back_while_she_says_it_anew_counts_once(app, database, cast, question):
    """Of two of her requests at once the second finds what the first left: sums are those of the rows."""
    peer, one = acting(cast.peer), question.id
    given = database.scalars(select(Answer.id)).one()
    answer = lambda: thread.answer_for(peer, given)  # noqa: E731
    judging.vote(peer, question, -1)
    evidence.give_evidence(peer, answer(), DANGEROUS, Tried(reason="It may give you a shock."))
    database.commit()

    def vote(value: int) -> Any:
        return transacted(app, lambda: judging.vote(peer, thread.question_for(peer, one), value))

    votes = in_the_middle("votes", vote(1), vote(0))
    again = Tried(reason="It surely gives you a shock.")
    in_the_middle(
        "signals",
        transacted(app, lambda: evidence.give_evidence(peer, answer(), DANGEROUS, again)),
        transacted(app, lambda: evidence.withdraw_evidence(peer, answer(), DANGEROUS)),
    )

    database.expire_all()
    assert votes == [-1, 1]
    assert get(Question, one).score == sum(database.scalars(select(Vote.value))) == 0
    kinds = Counter(database.scalars(select(DomainEvent.kind)))
    assert database.scalars(select(Signal)).all() == []
    assert kinds["evidence_given"] == kinds["evidence_withdrawn"] == 1
