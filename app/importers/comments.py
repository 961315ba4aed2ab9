"""Write a batch of a source's comments: new ones in bulk, changed ones one by one, equal ones not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from app.community.events.talk import CommentEdited, CommentPosted
from app.community.lengths import LONGEST_COMMENT
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.db import db
from app.importers import rows as given
from app.importers.models import ImportedText
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.questions import note_digest
from app.importers.rows import RowError
from app.importers.work import QUIET, TOO_LONG, Rendered, Work, digest_of, new_ids, render, table_of
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest

COMMENT_WEIGHT = 0.7
AGAIN = "another row has this id"
NO_POST = "a comment on a post that is not here"


@dataclass(frozen=True)
class _Place:
    """What a comment is on."""

    question_id: int
    answer_id: int | None
    language: str
    merged_question_id: int | None = None


def comment_step(
    work: Work,
    size: int,
    read: Callable[[int], Iterator[tuple[int, given.Comment | RowError]]],
    place: Callable[[int], tuple[str, int]],
) -> Step:
    """Return the step that writes the comments."""

    def look(batch: Sequence[Numbered]) -> Counts:
        known = _known(work.source, [row.id for _, row in batch])
        new = sum(row.id not in known for _, row in batch)
        same = sum(row.id in known and known[row.id][1] == _digest(row) for _, row in batch)
        return new, len(batch) - new - same, same

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        return _write(work, batch)

    return Step("comments", size, COMMENT_WEIGHT, read, look, write, place)


def _write(work: Work, batch: Sequence[Numbered]) -> list[Refused]:
    known = _known(work.source, [row.id for _, row in batch])
    places = _places(work.source, [row.post for _, row in batch])
    fresh: list[tuple[given.Comment, Rendered]] = []
    refused: list[Refused] = []
    met: set[str] = set()
    for number, row in batch:
        is_new, is_same = row.id not in known, row.id in known and known[row.id][1] == _digest(row)
        fault = AGAIN if row.id in met else NO_POST if row.post not in places else None
        met.add(row.id)
        rendered = render(row.body, row.format) if fault is None and not is_same else None
        if fault is not None:
            refused.append((number, fault))
        elif is_same:
            work.counts["comments_same"] += 1
        elif rendered is None or len(row.body) > LONGEST_COMMENT:
            refused.append((number, TOO_LONG))
        elif is_new:
            fresh.append((row, rendered))
        else:
            _update(work, row, known[row.id][0], places[row.post], rendered)
    _insert(work, fresh, places)
    return refused


def _insert(work: Work, fresh: Sequence[tuple[given.Comment, Rendered]], places: Mapping[str, _Place]) -> None:
    if not fresh:
        return
    ids = new_ids(Comment, len(fresh))
    rows, said, facts = [], [], []
    for comment_id, (row, rendered) in zip(ids, fresh, strict=True):
        on, author_id, at = places[row.post], work.person(row.user), work.at(row.at)
        rows.append(
            {
                "id": comment_id,
                **_words(row, rendered),
                "question_id": on.question_id,
                "answer_id": on.answer_id,
                "merged_question_id": on.merged_question_id,
                "author_id": author_id,
                "channel": "import",
                "source": work.source,
                "source_key": row.id,
                "language": on.language,
                "language_how": "assumed",
                "row_version": 1,
                "created_at": at,
                "import_run_id": work.run_id,
            }
        )
        said.append({"kind": "comment", "object_id": comment_id, "digest": _digest(row)})
        posted = CommentPosted(
            comment_id=comment_id,
            question_id=on.question_id,
            answer_id=on.answer_id,
            parent_id=None,
            author_id=author_id,
        )
        facts.append(work.fact(posted, by=author_id, request_id=on.question_id, at=at))
    for table, values in ((Comment, rows), (ImportedText, said), (DomainEvent, facts)):
        db.session.execute(insert(table_of(table)), values)
    work.counts["comments_new"] += len(rows)


def _update(work: Work, row: given.Comment, comment_id: int, on: _Place, rendered: Rendered) -> None:
    """Take over what the source says now. Words that somebody changed here stay as they are."""
    edited_here = db.session.scalar(select(Comment.edited_at).where(Comment.id == comment_id)) is not None
    words = {"score": row.score} if edited_here else _words(row, rendered)
    db.session.execute(
        update(Comment).where(Comment.id == comment_id).values(**words, row_version=Comment.row_version + 1),
        execution_options=QUIET,
    )
    note_digest("comment", comment_id, _digest(row))
    edited = CommentEdited(comment_id=comment_id, question_id=on.question_id)
    fact = work.fact(edited, by=work.person(row.user), request_id=on.question_id, at=work.now)
    db.session.execute(insert(table_of(DomainEvent)), [fact])
    work.counts["comments_changed"] += 1


def _known(source: str, keys: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    rows = db.session.execute(
        select(Comment.source_key, Comment.id, ImportedText.digest)
        .outerjoin(ImportedText, (ImportedText.object_id == Comment.id) & (ImportedText.kind == "comment"))
        .where(Comment.source == source, Comment.source_key.in_(keys))
    )
    return {str(key): (comment_id, digest) for key, comment_id, digest in rows}


def _places(source: str, keys: Sequence[str]) -> dict[str, _Place]:
    """Return what these posts are here; an answer's key is never a question's."""
    asked = db.session.execute(
        select(HelpRequest.source_key, HelpRequest.id, HelpRequest.language, Question.merged_into_id)
        .join(Question, Question.id == HelpRequest.id)
        .where(HelpRequest.source == source, HelpRequest.source_key.in_(keys))
    )
    places = {
        str(key): _Place(question_id, None, language)
        if home_id is None
        else _Place(home_id, None, language, merged_question_id=question_id)
        for key, question_id, language, home_id in asked
    }
    answered = db.session.execute(
        select(Answer.source_key, Answer.question_id, Answer.id, Answer.language).where(
            Answer.source == source, Answer.source_key.in_(keys)
        )
    )
    places.update((str(key), _Place(of, answer_id, language)) for key, of, answer_id, language in answered)
    return places


def _words(row: given.Comment, rendered: Rendered) -> dict[str, object]:
    return {
        "body": row.body,
        "body_html": rendered.html,
        "source_format": row.format,
        "renderer_version": rendered.version,
        "score": row.score,
    }


def _digest(row: given.Comment) -> str:
    return digest_of([row.post, row.body, row.format, row.score, row.user, row.at])
