"""What follows when answers change their question: merging.py and splitting.py move the answers themselves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.community.models.affected import Affected
from app.community.models.closings import Closing, Petition
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there
from app.community.services.state import choose_main
from app.db import db
from app.drafts import services as drafts

QUIET = {"synchronize_session": False}


def bring_along(question_id: int) -> None:
    """Let comments on its answers, and what moderators are asked about these, stand under this question as well."""
    answers = select(Answer.id).where(Answer.question_id == question_id)
    for model in (Comment, Petition):
        strays = (model.answer_id.in_(answers), model.question_id != question_id)
        db.session.execute(update(model).where(*strays).values(question_id=question_id), execution_options=QUIET)


def hand_over(answer_ids: Sequence[int], from_asker_id: int, to_asker_id: int) -> None:
    """Keep who confirmed these answers true: nobody is named where it was the asker of the question they are under."""
    if from_asker_id == to_asker_id:
        return
    confirmed = (Answer.id.in_(answer_ids), Answer.accepted_at.is_not(None))
    silent, named = Answer.accepted_by_id.is_(None), Answer.accepted_by_id == to_asker_id
    ids = list(db.session.scalars(select(Answer.id).where(*confirmed, named)))
    values = update(Answer).where(*confirmed, silent).values(accepted_by_id=from_asker_id)
    db.session.execute(values, execution_options=QUIET)
    if ids:
        db.session.execute(
            update(Answer).where(Answer.id.in_(ids)).values(accepted_by_id=None), execution_options=QUIET
        )


def choose_again(question_id: int) -> None:
    """Choose the main answer anew, where the one that is it stands elsewhere or is confirmed no longer."""
    still = select(Answer.id).where(
        Answer.id == Question.accepted_answer_id, Answer.question_id == question_id, Answer.accepted_at.is_not(None)
    )
    if db.session.scalar(select(Question.id).where(Question.id == question_id, still.exists())) is None:
        choose_main(question_id)


def recount(question_id: int) -> None:
    """Count anew what a question has: answers, people who have it too, questions merged into it or made of it."""
    other = aliased(Question)
    answers = select(func.count()).where(Answer.question_id == question_id, answer_there())
    affected = select(func.count()).where(Affected.question_id == question_id)
    merged = select(func.count()).select_from(other).where(other.merged_into_id == question_id)
    splits = (
        select(func.count()).select_from(other).where(other.split_from_id == question_id, other.deleted_at.is_(None))
    )
    counts = {
        "answers_count": answers.scalar_subquery(),
        "affected_count": affected.scalar_subquery(),
        "merged_count": merged.scalar_subquery(),
        "splits_count": splits.scalar_subquery(),
        "row_version": Question.row_version + 1,
    }
    db.session.execute(update(Question).where(Question.id == question_id).values(counts), execution_options=QUIET)


def retarget(question_id: int, into_id: int) -> list[int]:
    """Let what was closed as the same as this question name the other one; return which closings that are."""
    open_ones = select(Closing.id).where(
        Closing.target_id == question_id, Closing.reopened_at.is_(None), Closing.question_id != into_id
    )
    ids = list(db.session.scalars(open_ones))
    name_target(ids, into_id, from_id=question_id)
    return ids


def name_target(closing_ids: Sequence[int], target_id: int, *, from_id: int) -> None:
    """Let these closings name one question instead of another, and count both."""
    if not closing_ids:
        return
    db.session.execute(
        update(Closing).where(Closing.id.in_(closing_ids)).values(target_id=target_id), execution_options=QUIET
    )
    for each, change in ((from_id, -len(closing_ids)), (target_id, len(closing_ids))):
        counted = {"duplicates_count": Question.duplicates_count + change}
        db.session.execute(update(Question).where(Question.id == each).values(counted), execution_options=QUIET)


def move_drafts(question_id: int, into_id: int) -> None:
    """Let what people were writing under one question lie under the other."""
    for kind in ("answer", "comment-question"):
        drafts.move(f"{kind}.{question_id}", f"{kind}.{into_id}")
