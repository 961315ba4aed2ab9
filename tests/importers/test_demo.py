"""Promises of the loader: what the files say stands in the database, at the right times, and nobody is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Login, Person
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.models.promises import CasePoint, Promise
from app.community.models.affected import Affected
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.saved_filters import SavedFilter
from app.community.models.shelves import Category, Tag
from app.community.models.signals import Signal
from app.community.models.votes import Vote
from app.db import db, transaction
from app.errors import Conflict
from app.importers.commands.demo import prepare_demo
from app.importers.demo import load_demo
from app.importers.demo_texts import read_demo, read_order, read_talk
from app.notifications.models import Notice
from app.organisations.models import Membership, Organisation
from app.outbox.facts import from_payload
from app.outbox.models import Delivery, DomainEvent
from app.privacy.models import Grant
from app.providers.models import Provider, Skill
from app.requests.models import HelpRequest
from app.routing.models import Offer, RoutingDecision
from tests.accounts import make as accounts
from tests.support.databases import RunDatabase, filled_database, on_copy_of

DEMO = read_demo()
MERGED = {row["question"] for row in read_order() if row["does"] == "merged"}


@pytest.fixture(scope="module")
def with_demo(app: Flask, run_database: RunDatabase) -> Iterator[str]:
    """Load the demo once for all tests here."""
    with filled_database(app, run_database, load_demo) as url:
        yield url


@pytest.fixture
def loaded(app: Flask, with_demo: str, clock: object) -> Iterator[Session]:
    """Return a session on a database with the demo in it."""
    with on_copy_of(app, with_demo) as session:
        yield session


def _count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _pairs(session: Session, one: Any, other: Any) -> set[tuple[int | None, int | None]]:
    return {(first, second) for first, second in session.execute(sa.select(one, other))}


def test_everything_in_the_files_is_in_the_database(loaded: Session) -> None:
    answers = [answer for question in DEMO.questions for answer in question.answers]
    texts = [*DEMO.questions, *answers]

    assert _count(loaded, Person) == len(DEMO.people)
    assert _count(loaded, Organisation) == len(DEMO.organisations)
    assert _count(loaded, Category) == len(DEMO.categories)
    tags = loaded.scalar(sa.select(sa.func.count(Tag.id)).where(Tag.synonym_of_id.is_(None)))
    assert tags == len({tag for question in DEMO.questions for tag in question.tags})
    assert _count(loaded, Question) == _count(loaded, HelpRequest) == len(DEMO.questions)
    assert _count(loaded, Answer) == len(answers)
    assert _count(loaded, Vote) == sum(len(text.votes) for text in texts)
    assert _count(loaded, Revision) == sum(len(text.edits) for text in texts)
    assert _count(loaded, Membership) == sum(len(person.memberships) for person in DEMO.people)
    assert _count(loaded, Login) == 10
    assert _count(loaded, Comment) == sum(len(row["comments"]) for row in read_talk())
    assert _count(loaded, Affected) == sum(len(row["affected"]) for row in read_talk())


def test_whoever_takes_part_follows_and_counts_agree(loaded: Session) -> None:
    authors = _pairs(loaded, Comment.author_id, Comment.question_id) | _pairs(loaded, Question.asker_id, Question.id)

    assert authors <= _pairs(loaded, Follow.person_id, Follow.question_id)
    assert loaded.scalar(sa.select(sa.func.sum(Question.affected_count))) == _count(loaded, Affected)


def test_questions_are_older_by_what_the_file_says(loaded: Session) -> None:
    asked = dict(loaded.execute(sa.select(HelpRequest.source_key, HelpRequest.created_at)).all())

    assert asked == {
        question.key: clock.now() - timedelta(minutes=question.asked_minutes_ago) for question in DEMO.questions
    }


def test_nothing_happens_in_the_future(loaded: Session) -> None:
    for column in (DomainEvent.happened_at, Question.last_activity_at, Vote.cast_at, Revision.replaced_at):
        assert loaded.scalar(sa.select(sa.func.max(column)).select_from(column.class_)) <= clock.now()


def test_counts_and_scores_agree_with_the_rows(loaded: Session) -> None:
    answers = Counter(loaded.scalars(sa.select(Answer.question_id)))
    scores: Counter[int] = Counter()
    for vote in loaded.scalars(sa.select(Vote).where(Vote.answer_id.is_not(None))):
        scores[vote.answer_id] += vote.value

    for question in loaded.scalars(sa.select(Question)):
        assert question.answers_count == answers[question.id]
    for answer in loaded.scalars(sa.select(Answer)):
        assert answer.score == scores[answer.id]
    assert loaded.scalar(sa.select(sa.func.sum(Tag.questions_count))) == sum(
        len(question.tags) for question in DEMO.questions if question.key not in MERGED
    )


def test_accepted_answers_belong_to_their_question_and_make_it_solved(loaded: Session) -> None:
    rows = loaded.execute(
        sa.select(Question, Answer, HelpRequest)
        .join(Answer, Answer.id == Question.accepted_answer_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
    ).all()

    assert len(rows) == sum(question.accepted is not None for question in DEMO.questions)
    for question, answer, request in rows:
        assert answer.question_id == question.id
        assert question.accepted_at == answer.accepted_at == request.state_since
        assert request.state == "solved"


def test_tags_are_in_the_language_of_their_question(loaded: Session) -> None:
    tags = dict(
        loaded.execute(
            sa.select(HelpRequest.source_key, Question.tag_names).join(Question, Question.id == HelpRequest.id)
        ).all()
    )

    assert tags["verhuizing-doorgeven"] == ["verhuizen", "adreswijziging"]
    assert tags["fibre-after-move"] == ["fibre", "moving-house", "switching"]


def test_people_who_are_mentioned_are_linked(loaded: Session) -> None:
    answer = loaded.scalars(sa.select(Answer).where(Answer.source_key == "which-bin-calendar/esra")).one()

    assert 'href="/people/priya"' in answer.body_html


def test_members_answer_for_their_organisation(loaded: Session) -> None:
    seats = _pairs(loaded, Membership.person_id, Membership.organisation_id)
    answered = _pairs(loaded, Answer.author_id, Answer.acting_for_organisation_id)

    assert {(person, organisation) for person, organisation in answered if organisation is not None} <= seats


def test_every_way_in_which_somebody_answered_is_a_provider(loaded: Session) -> None:
    providers = _pairs(loaded, Provider.person_id, Provider.organisation_id)
    answered = _pairs(loaded, Answer.author_id, Answer.acting_for_organisation_id)
    desks = {(None, organisation_id) for organisation_id in loaded.scalars(sa.select(Organisation.id))}

    assert answered | desks <= providers
    assert _count(loaded, Skill) > 40


def test_facts_tell_the_past_and_nobody_is_notified(loaded: Session) -> None:
    facts = list(loaded.scalars(sa.select(DomainEvent).order_by(DomainEvent.id)))
    kinds = Counter(fact.kind for fact in facts)

    assert kinds["question_asked"] == len(DEMO.questions)
    assert kinds["answer_posted"] == _count(loaded, Answer)
    assert kinds["vote_cast"] == _count(loaded, Vote)
    accepted = [question for question in DEMO.questions if question.accepted is not None]
    assert kinds["answer_accepted"] == len(accepted) + sum(len(question.also_accepted) for question in accepted)
    assert kinds["evidence_given"] == _count(loaded, Signal) > 0
    assert {fact.source for fact in facts} == {"demo"}
    assert [fact.happened_at for fact in facts] == sorted(fact.happened_at for fact in facts)
    assert all(from_payload(fact.kind, fact.version, fact.payload) for fact in facts)
    assert _count(loaded, Delivery) == 0


def test_a_second_load_is_refused(loaded: Session) -> None:
    before = _count(loaded, DomainEvent)

    with pytest.raises(Conflict):
        load_demo()

    assert _count(loaded, DomainEvent) == before


def test_an_installation_in_use_is_left_alone(database: Session) -> None:
    accounts.person("Somebody")

    with pytest.raises(Conflict):
        load_demo()

    assert _count(database, Person) == 1


@pytest.mark.commits
def test_preparing_loads_once_and_prints_the_log_ins_each_time(app: Flask, database: Session) -> None:
    runner = app.test_cli_runner()

    first, second = runner.invoke(args=["demo", "load"]), runner.invoke(args=["demo", "accounts"])

    assert first.exit_code == second.exit_code == 0, first.output
    assert first.output == second.output
    assert first.output.count("@example.org") == 10
    assert runner.invoke(args=["demo", "load"]).exit_code == 1
    _cases_show_what_can_happen(database)


MADE = (Person, RoutingDecision, Offer, Case, Promise, SavedFilter, Notice)
# One table for each step: loading, making the state, inviting, opening cases, telling people.
STEPS = ("questions", "ranking_states", "offers", "cases", "notice_items")


@contextmanager
def _interrupted_at(*statements: str) -> Iterator[None]:
    """Press Ctrl-C when the database is about to be asked something that begins like this."""

    pressed = []

    def press(_connection: Any, _cursor: Any, asked: str, *_: Any) -> None:
        if asked.strip().lower().startswith(statements):
            pressed.append(asked)
            raise KeyboardInterrupt

    sa.event.listen(db.engine, "before_cursor_execute", press)
    with suppress(KeyboardInterrupt):
        yield
    sa.event.remove(db.engine, "before_cursor_execute", press)
    db.session.rollback()
    assert pressed


@pytest.mark.commits
def test_a_start_finishes_what_was_interrupted_at_any_step(app: Flask, database: Session) -> None:
    for table in STEPS:
        with _interrupted_at(f"insert into {table} "):
            prepare_demo()

    prepare_demo()

    made = {model.__name__: _count(database, model) for model in MADE}
    assert all(made.values()), made
    database.rollback()
    prepare_demo()
    assert {model.__name__: _count(database, model) for model in MADE} == made


@pytest.mark.commits
def test_loading_finishes_what_was_interrupted(app: Flask, database: Session) -> None:
    with transaction():
        load_demo()

    done = app.test_cli_runner().invoke(args=["demo", "load"])

    assert done.exit_code == 0, done.output
    assert _count(database, Notice) > 0


@pytest.mark.commits
def test_a_reset_begins_anew_and_when_interrupted_has_thrown_away_all_or_nothing(app: Flask, database: Session) -> None:
    prepare_demo()
    whole = {model.__name__: _count(database, model) for model in MADE}
    accounts.person("Somebody new")
    database.commit()

    with _interrupted_at("drop table people", "do $$"):
        app.test_cli_runner().invoke(args=["demo", "reset"])
    assert _count(database, Person) == whole["Person"] + 1
    assert _count(database, Notice) == whole["Notice"]
    database.rollback()

    done = app.test_cli_runner().invoke(args=["demo", "reset"])
    assert done.exit_code == 0, done.output
    assert {model.__name__: _count(database, model) for model in MADE} == whole


@pytest.mark.commits
def test_what_did_not_begin_as_the_demo_is_not_thrown_away(app: Flask, database: Session) -> None:
    accounts.person("Somebody")
    database.commit()

    done = app.test_cli_runner().invoke(args=["demo", "reset"])

    assert (done.exit_code, _count(database, Person)) == (1, 1)
    assert "flask demo reset --yes" in done.output


def _cases_show_what_can_happen(database: Session) -> None:
    """Promises of each outcome, a dispute, a handover and details with a grant, in both languages, in the past."""

    def found(column: Any, *conditions: Any) -> set[Any]:
        return set(database.scalars(sa.select(column).where(*conditions)))

    is_case = HelpRequest.kind == "case"
    assert found(Promise.state) == {"open", "kept", "late", "broken"}
    assert found(HelpRequest.language, is_case) == {"nl", "en"}
    assert found(HelpRequest.state, is_case) == {"received", "with_helper", "waiting", "solved"}
    assert found(CasePoint.kind, CasePoint.answer.is_(None)) == {"dispute"}
    assert found(Handover.state) == {"pending"}
    assert len(found(Grant.help_request_id)) == 2
    assert max(found(DomainEvent.happened_at)) <= clock.now()
