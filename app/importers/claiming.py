"""An imported author's texts become hers who has proved the mail address that the source holds for that author.

Whose address it is is never guessed: a digest that the source, or the operator, gave must be equal. The author's row
stays, empty, and his handle leads to her; a later import of the source gives her what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from app import clock
from app.accounts.addresses import plain_form
from app.accounts.models import FormerHandle, Login, Person
from app.accounts.personal_data import NAMELESS
from app.accounts.policy import can_present
from app.actor import Actor
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.models.signals import Signal
from app.community.models.votes import Vote
from app.db import db, upsert
from app.errors import NotFound
from app.importers.addresses import digests_of
from app.importers.events import AuthorClaimed
from app.importers.models import AuthorAddress, DeclinedClaim, ForgottenAuthor, ImportRun
from app.importers.work import QUIET, digest_of
from app.outbox.record import record
from app.routing.upkeep import ask_for_rebuild
from app.search.services import mark_stale
from app.verdict import require

MOST_OFFERED = 10
# What belongs to the row itself and not to what she wrote; an author without a log-in has little of it.
STAYS = {
    "people",
    "logins",
    "sessions",
    "api_tokens",
    "mail_proofs",
    "import_addresses",
    "import_declined",
    "import_forgotten",
    "memberships",
    "providers",
}


@dataclass(frozen=True)
class Claimable:
    """An imported author whose address the viewer has proved, with how much there is to claim."""

    id: int
    name: str
    handle: str
    community: str
    questions: int
    answers: int


def claimable_by(actor: Actor) -> Sequence[Claimable]:
    """Return the authors whose texts the actor may make her own, but for those who she said she is not."""
    if not can_present(actor):
        return ()
    address = db.session.scalar(select(Login.email).where(Login.person_id == actor.person_id))
    if address is None:
        return ()
    declined = select(DeclinedClaim.author_id).where(DeclinedClaim.person_id == actor.person_id)
    title = select(ImportRun.title).where(ImportRun.source == Person.source).order_by(ImportRun.id.desc()).limit(1)
    asked = select(func.count()).select_from(Question).where(Question.asker_id == Person.id)
    answered = select(func.count()).select_from(Answer).where(Answer.author_id == Person.id)
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            Person.handle,
            func.coalesce(title.scalar_subquery(), Person.source),
            asked.scalar_subquery(),
            answered.scalar_subquery(),
        )
        .where(_unclaimed(), Person.id.in_(select(AuthorAddress.person_id).where(_held(address))))
        .where(Person.id.not_in(declined))
        .order_by(Person.id)
        .limit(MOST_OFFERED)
    )
    return [Claimable(*row) for row in rows]


def claim(actor: Actor, author_id: int) -> AuthorClaimed:
    """Make everything this author wrote the actor's own. Raises NotFound where her address is not the author's."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    wanted = [one for one in claimable_by(actor) if one.id == author_id]
    if not wanted:
        raise NotFound
    author = db.session.get_one(Person, author_id, with_for_update=True)
    if author.merged_into_id is not None:
        raise NotFound
    _take_back_what_is_about_oneself(author_id, actor.person_id)
    for column in _columns_of_people():
        _hand_on(column, author_id, actor.person_id)
    _merge(author, actor.person_id)
    done = AuthorClaimed(
        person_id=actor.person_id, author_id=author_id, questions=wanted[0].questions, answers=wanted[0].answers
    )
    record(done, by=actor)
    hers = Question.asker_id == actor.person_id
    answered = select(Answer.question_id).where(Answer.author_id == actor.person_id)
    mark_stale("question", db.session.scalars(select(Question.id).where(hers | Question.id.in_(answered))))
    ask_for_rebuild()
    return done


def _held(address: str) -> ColumnElement[bool]:
    digests = {digest for form in (address, plain_form(address)) for digest in digests_of(form)}
    return AuthorAddress.digest.in_(sorted(digests))


def _unclaimed() -> ColumnElement[bool]:
    return and_(
        Person.source.is_not(None),
        ~Person.can_sign_in,
        Person.erased_at.is_(None),
        Person.merged_into_id.is_(None),
    )


def _take_back_what_is_about_oneself(author_id: int, person_id: int) -> None:
    """Nobody votes for, vouches for or follows herself: what she did so to the author goes."""
    questions = select(Question.id).where(Question.asker_id == author_id)
    answers = select(Answer.id).where(Answer.author_id == author_id)
    own = or_(Vote.question_id.in_(questions), Vote.answer_id.in_(answers))
    for vote in db.session.scalars(select(Vote).where(Vote.person_id == person_id, own)).all():
        text, key = (Question, vote.question_id) if vote.answer_id is None else (Answer, vote.answer_id)
        less = update(text).where(text.id == key).values(score=text.score - vote.value)
        db.session.execute(less, execution_options=QUIET)
        db.session.delete(vote)
    db.session.flush()  # the statements below go past the unit of work
    for statement in (
        delete(Signal).where(Signal.person_id == person_id, Signal.answer_id.in_(answers)),
        delete(Follow).where(Follow.person_id == person_id, Follow.followed_person_id == author_id),
    ):
        db.session.execute(statement, execution_options=QUIET)


def _columns_of_people() -> Iterator[Column[object]]:
    """Yield every column that points to a person and goes with what she wrote."""
    for table in db.metadata.sorted_tables:
        if table.name not in STAYS:
            yield from (
                column
                for column in table.columns
                if any(key.column.table.name == "people" for key in column.foreign_keys)
            )


def _hand_on(column: Column[object], author_id: int, person_id: int) -> None:
    """Let the rows that point to the author point to the person; where she has such a row already, his goes."""
    table = column.table
    assert isinstance(table, Table)
    for others in _unique_with(table, column):
        hers = table.alias()
        same = and_(hers.c[column.name] == person_id, *(hers.c[name] == table.c[name] for name in others))
        db.session.execute(delete(table).where(column == author_id, exists().where(same)))
    db.session.execute(update(table).where(column == author_id).values({column.name: person_id}))


def _unique_with(table: Table, column: Column[object]) -> Iterator[list[str]]:
    """Yield, of each unique key that the column is part of, the names of the other columns."""
    constraints = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    unique = [list(key.columns) for key in (*constraints, *(index for index in table.indexes if index.unique))]
    for key in unique:
        if any(part.name == column.name for part in key):
            yield [part.name for part in key if part.name != column.name]


def _merge(author: Person, person_id: int) -> None:
    """Empty the author's row; his handle leads to her from now on, and so does his key when the source comes again."""
    if author.source is not None and author.source_key is not None:
        row = {"source": author.source, "key_digest": digest_of([author.source_key]), "person_id": person_id}
        db.session.execute(upsert(ForgottenAuthor).values(row).on_conflict_do_nothing())
    former = {"handle_key": author.handle_key, "person_id": person_id, "given_up_at": clock.now()}
    db.session.execute(upsert(FormerHandle).values(former).on_conflict_do_nothing())
    author.merged_into_id, author.source_key, author.name, author.bio = person_id, None, NAMELESS, ""
    author.handle = author.handle_key = f"gone-{author.id}"
    db.session.execute(delete(AuthorAddress).where(AuthorAddress.person_id == author.id))
    db.session.flush()  # the fact below is written in the same breath
