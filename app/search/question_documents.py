"""From rows to documents: a question with its answers and comments, and what was merged into it, is one document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category
from app.community.queries.visibility import answer_there, comment_there, there
from app.prose.extract import plain_text
from app.requests.models import CLOSED_STATES, HelpRequest
from app.search.backend import Document, State

QUESTION = "question"


def question_documents(session: Session, ids: Sequence[int]) -> list[Document]:
    """Return the documents of those of these questions that exist, in no particular order."""
    rows = session.execute(_questions().where(Question.id.in_(ids))).all()
    return _documents(session, rows)


@dataclass
class _Answers:
    texts: list[str] = field(default_factory=list)
    authors: dict[int, None] = field(default_factory=dict)


def _questions() -> Select[*tuple[object, ...]]:
    return (
        select(
            Question.id,
            Question.row_version,
            Question.audience,
            HelpRequest.language,
            HelpRequest.state,
            Question.title,
            Question.body,
            Question.body_html,
            Question.source_format,
            Question.tag_names,
            Category.slug.label("category"),
            Question.asker_id,
            Question.created_at,
            Question.last_activity_at,
            Question.score,
            Question.answers_count,
            Question.accepted_answer_id,
        )
        .join(HelpRequest, HelpRequest.id == Question.id)
        .join(Category, Category.id == Question.category_id)
        .where(there())
    )


def _merged_into(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the words of the questions that are part of these: whoever looks for them finds the one they are in."""
    return select(
        Question.merged_into_id, Question.title, Question.body, Question.body_html, Question.source_format
    ).where(Question.merged_into_id.in_(ids))


def _documents(session: Session, rows: Sequence[Row[*tuple[object, ...]]]) -> list[Document]:
    answers: dict[int, _Answers] = defaultdict(_Answers)
    if rows:
        texts = select(Answer.question_id, Answer.author_id, Answer.body, Answer.body_html, Answer.source_format)
        of_these = texts.where(Answer.question_id.in_([row.id for row in rows]), answer_there()).order_by(Answer.id)
        for question_id, author_id, body, html, source_format in session.execute(of_these):
            answers[question_id].texts.append(_plain(body, html, source_format))
            answers[question_id].authors[author_id] = None
        remarks = select(Comment.question_id, Comment.body, Comment.body_html, Comment.source_format)
        kept = remarks.outerjoin(Answer, Answer.id == Comment.answer_id).where(answer_there(), comment_there())
        of_questions = kept.where(Comment.question_id.in_([row.id for row in rows])).order_by(Comment.id)
        for question_id, body, html, source_format in session.execute(of_questions):
            answers[question_id].texts.append(_plain(body, html, source_format))
        for merged in session.execute(_merged_into([row.id for row in rows])):
            words = _plain(merged.body, merged.body_html, merged.source_format)
            answers[merged.merged_into_id].texts.append(f"{merged.title}\n\n{words}")
    return [_document(row, answers[row.id]) for row in rows]


def _document(row: Row[*tuple[object, ...]], answers: _Answers) -> Document:
    if row.accepted_answer_id is not None:
        state = State.ACCEPTED
    elif row.answers_count:
        state = State.ANSWERED
    else:
        state = State.CLOSED if row.state in CLOSED_STATES else State.OPEN
    return Document(
        kind=QUESTION,
        id=row.id,
        version=row.row_version,
        audience=row.audience,
        language=row.language,
        title=row.title,
        body=_plain(row.body, row.body_html, row.source_format),
        answers="\n\n".join(answers.texts),
        tags=tuple(row.tag_names),
        category=row.category,
        state=state,
        is_closed=row.state in CLOSED_STATES,
        people=tuple(dict.fromkeys((row.asker_id, *answers.authors))),
        created_at=row.created_at,
        updated_at=row.last_activity_at,
        votes=row.score,
        answer_count=row.answers_count,
    )


def _plain(body: str, html: str, source_format: str) -> str:
    # The signs of Markdown are no words, so its source is as good as its text; tags of HTML would be.
    return plain_text(html) if source_format == "html" else body
