"""Commenting on a question or an answer, and changing, deleting and putting back a comment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.actor import Actor, authorship
from app.attachments.services import bring_back, show_in, withdraw
from app.community import policy
from app.community.compose import Composed
from app.community.events.posts import Deletion
from app.community.events.talk import CommentDeleted, CommentEdited, CommentPosted, CommentRestored
from app.community.models.acts import Act
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.services import reporting
from app.community.services.checks import checked_comment
from app.community.services.deleting import require_there
from app.community.services.following import follow_by_itself
from app.community.services.holding import hold_post, hold_with
from app.community.services.mentioning import change_mentions, keep_mentions
from app.community.services.noting import note
from app.community.settings import COMMENT_EDIT_HOURS
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require

DELETED = "deleted_comment"


def post_comment(
    actor: Actor,
    question: Question,
    *,
    text: Composed,
    answer: Answer | None = None,
    reply_to: Comment | None = None,
    channel: str = "web",
) -> Comment:
    """Comment on the question, on its `answer`, or in reply to a comment there.

    A reply to a reply goes to the same parent: threads are one level deep.
    """
    question = hold_with(reply_to) if reply_to else hold_post(answer or question)
    require(policy.can_reply(actor, reply_to, question) if reply_to else policy.can_comment(actor, question))
    assert actor.person_id is not None
    checked_comment(text)
    comment = Comment(
        question_id=question.id,
        answer_id=reply_to.answer_id if reply_to else answer.id if answer else None,
        parent_id=(reply_to.parent_id or reply_to.id) if reply_to else None,
        merged_question_id=reply_to.merged_question_id if reply_to else None,
        author_id=actor.person_id,
        **authorship(actor),
        channel=channel,
        language=text.language,
        language_how=text.language_how,
        created_at=clock.now(),
        **_text(text),
    )
    db.session.add(comment)
    db.session.flush()  # the fact carries comment.id
    show_in(actor, text.html, help_request_id=question.id, place=f"comment:{comment.id}")
    _touch(question.id)
    follow_by_itself(actor.person_id, question.id, "commented")
    posted = CommentPosted(
        comment_id=comment.id,
        question_id=question.id,
        answer_id=comment.answer_id,
        parent_id=comment.parent_id,
        author_id=actor.person_id,
    )
    record(posted, by=actor, request_id=question.id, channel=channel)
    keep_mentions(actor, comment, question, text)
    return comment


def edit_comment(actor: Actor, comment: Comment, *, text: Composed, seen_version: int) -> None:
    """Write over a comment. Raises Conflict when it was changed since `seen_version`."""
    now = clock.now()
    hold_with(comment)
    hours = COMMENT_EDIT_HOURS.value
    require(policy.can_edit_comment(actor, comment, comment.question, now=now, author_hours=hours))
    checked_comment(text)
    _change(comment, seen_version, edited_at=now, **_text(text))
    record(
        CommentEdited(comment_id=comment.id, question_id=comment.question_id), by=actor, request_id=comment.question_id
    )
    show_in(actor, text.html, help_request_id=comment.question_id, place=f"comment:{comment.id}")
    change_mentions(actor, comment, comment.question, text)


def delete_comment(actor: Actor, comment: Comment, *, reason: Deletion) -> Act:
    """Take a comment away. The reason "by_author" is the author's, the others are a moderator's."""
    hold_with(comment)
    require(policy.can_delete_comment(actor, comment))
    if (reason == "by_author") != (comment.author_id == actor.person_id):
        raise Invalid("deletion_reason", _l("Choose a reason from the list."), field="reason")
    _change(
        comment,
        comment.row_version,
        deleted_at=clock.now(),
        deleted_by_id=actor.person_id,
        deletion_reason=reason,
    )
    withdraw(f"comment:{comment.id}")
    reporting.removed(actor, comment)
    fact = CommentDeleted(comment_id=comment.id, question_id=comment.question_id, reason=reason)
    record(fact, by=actor, request_id=comment.question_id)
    return note(actor, DELETED, comment.question_id, answer_id=comment.answer_id, comment_id=comment.id, reason=reason)


def restore_comment(actor: Actor, comment: Comment) -> None:
    """Put a deleted comment back. One that is there stays as it is."""
    hold_with(comment, even_gone=True)
    require(policy.can_restore_comment(actor, comment))
    if comment.deleted_at is None:
        return
    require_there(comment.question_id, comment.answer_id)
    _change(comment, comment.row_version, deleted_at=None, deleted_by_id=None, deletion_reason=None)
    bring_back(f"comment:{comment.id}")
    # It may have been put back from its place in the talk: then the log need not offer that any more.
    mine = (Act.question_id == comment.question_id, Act.details["comment_id"].as_integer() == comment.id)
    undone = {"undone_at": clock.now(), "undone_by_id": actor.person_id}
    db.session.execute(update(Act).where(Act.kind == DELETED, *mine, Act.undone_at.is_(None)).values(undone))
    fact = CommentRestored(comment_id=comment.id, question_id=comment.question_id)
    record(fact, by=actor, request_id=comment.question_id)


def _text(text: Composed) -> dict[str, Any]:
    return {
        "body": text.body,
        "body_html": text.html,
        "source_format": text.source_format,
        "renderer_version": text.renderer_version,
    }


def _change(comment: Comment, seen_version: int, **values: object) -> None:
    # The version is compared in the UPDATE itself: two people may both have passed every check before it.
    changed = db.session.execute(
        update(Comment)
        .where(Comment.id == comment.id, Comment.row_version == seen_version)
        .values(row_version=Comment.row_version + 1, **values)
    )
    if changed_rows(changed) != 1:
        raise Conflict("edited_meanwhile", _l("Somebody else changed this comment meanwhile. Load the page again."))
    _touch(comment.question_id)


def _touch(question_id: int) -> None:
    """Let the search index see that there is something new; a comment does not bring a question to the top of lists."""
    db.session.execute(update(Question).where(Question.id == question_id).values(row_version=Question.row_version + 1))
