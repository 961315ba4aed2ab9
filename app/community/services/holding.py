"""Holding a question while something is written under it.

What a view has read may be history by the time it is written: somebody merged, split, closed or deleted the question in
between. So every service that writes first takes the question's row, reads it anew, and asks whether it is still there;
on SQLite the one write lock does the first of these. What the row says then stays true until the transaction ends.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.community.models.comments import Comment
from app.community.models.posts import Answer, Post, Question
from app.community.queries.gone import gone
from app.community.queries.merges import moved
from app.db import db


def hold(question: Question) -> None:
    """Let nobody else change the question meanwhile, and look at it as it is now.

    Raises Gone when it was deleted, Moved when it is part of another one by now.
    """
    hold_even_gone(question.id)
    _require_there(question)


def hold_with(post: Answer | Comment, *, even_gone: bool = False) -> Question:
    """Do the same with the question that an answer or a comment stands under now, and return it.

    With `even_gone` it may be gone: whoever puts something back asks that in words of her own.
    """
    question_id = None
    while question_id != post.question_id:  # it may go elsewhere before the row is held, hardly ever twice
        question_id = post.question_id
        hold_even_gone(question_id)
        db.session.refresh(post)
    if not even_gone:
        _require_there(post.question)
    return post.question


def hold_post(post: Post) -> Question:
    """Do the same with a question, or with the one of an answer that is itself still there, and return it."""
    if isinstance(post, Question):
        hold(post)
        return post
    question = hold_with(post)
    if post.deleted_at is not None:
        raise gone(post)
    return question


def hold_even_gone(*question_ids: int) -> None:
    """Hold the rows of these questions, always in the same order, and read them anew, whether they are there or not."""
    rows = (
        select(Question)
        .join(Question.request)
        .where(Question.id.in_(question_ids))
        .order_by(Question.id)
        .options(contains_eager(Question.request))
        # Both rows: only what is locked is read as others left it. Who merely points to them does not wait.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    db.session.scalars(rows).all()


def _require_there(question: Question) -> None:
    if question.deleted_at is not None:
        raise gone(question)
    if question.merged_into_id is not None:
        raise moved(question)
