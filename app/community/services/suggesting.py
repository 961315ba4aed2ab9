"""Suggesting an edit to what somebody else wrote, and deciding about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.actor import Actor
from app.attachments.services import keep_until
from app.community import policy
from app.community.compose import Composed
from app.community.events.suggestions import EditSuggested, SuggestionAccepted, SuggestionRejected, SuggestionWithdrawn
from app.community.models.posts import Post, Question
from app.community.models.suggestions import EditSuggestion
from app.community.queries.suggestions import open_suggestion_by
from app.community.services.checks import checked_body, checked_title
from app.community.services.holding import hold_post
from app.community.services.writing_over import Edit, edited_meanwhile, subject_of, write_over
from app.community.settings import AUTHOR_EDIT_HOURS
from app.community.wording import Words, is_same
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require

# A suggestion may wait; its pictures wait with it.
PICTURES_KEPT = timedelta(days=180)


def suggest(
    actor: Actor,
    post: Post,
    *,
    text: Composed,
    reason: str,
    seen_version: int,
    title: str = "",
    tag_names: Sequence[str] = (),
) -> EditSuggestion:
    """Keep an edit until somebody decides about it. Raises Conflict when the post changed since `seen_version`."""
    hold_post(post)
    require(policy.can_suggest(actor, post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    assert actor.person_id is not None
    checked_body(text)
    is_question = isinstance(post, Question)
    made = EditSuggestion(
        question_id=post.id if is_question else None,
        answer_id=None if is_question else post.id,
        based_on=seen_version,
        title=checked_title(title) if is_question else None,
        tag_names=list(tag_names) if is_question else None,
        body=text.body,
        source_format=text.source_format,
        reason=_checked_reason(reason, _l("Say why: whoever decides about it needs to know.")),
        suggested_by_id=actor.person_id,
        acting_for_organisation_id=actor.acting_for_organisation_id,
        suggested_at=clock.now(),
        state="open",
    )
    if text.source_format not in {post.source_format, "markdown"}:
        raise Invalid("source_format", _l("This text cannot be kept in that form."), field="body")
    if open_suggestion_by(actor.person_id, post) is not None:
        raise Invalid("already_suggested", _l("You already suggested an edit to this. Withdraw it first."))
    if post.text_version != seen_version:
        raise edited_meanwhile()
    if is_same(post, made):
        raise Invalid("nothing_changed", _l("You have not changed anything yet."))
    keep_until(actor, text.html, clock.now() + PICTURES_KEPT)
    db.session.add(made)
    db.session.flush()  # the fact carries its id
    fact = EditSuggested(
        suggestion_id=made.id, **subject_of(post), suggested_by_id=actor.person_id, author_id=post.author_id
    )
    record(fact, by=actor, request_id=fact.question_id)
    return made


def accept_suggestion(
    actor: Actor,
    suggestion: EditSuggestion,
    *,
    text: Composed,
    seen_version: int,
    title: str = "",
    tag_names: Sequence[str] = (),
) -> None:
    """Write a suggestion over its post, with the credit to who made it. `text` are its words, or changed ones.

    With changes, or over words newer than those it was based on, it is an edit of its own: by those who may edit.
    Raises Conflict when the post changed since `seen_version`: nothing is overwritten that nobody looked at.
    """
    post = suggestion.post
    hold_post(post)
    require(policy.can_review(actor, suggestion))
    new = Words(text.body, text.source_format, title or None, list(tag_names) if title else None)
    with_changes = not is_same(suggestion, new)
    if with_changes or seen_version != suggestion.based_on:
        require(policy.can_edit(actor, post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
    if suggestion.state != "open":
        raise already_decided()
    edit = Edit(
        text,
        suggestion.reason,
        seen_version,
        title=title,
        tag_names=tag_names,
        suggestion_id=suggestion.id,
        suggested_by_id=suggestion.suggested_by_id,
        suggested_body=suggestion.body,
    )
    write_over(actor, post, edit)
    _decide(actor, suggestion, "accepted")
    fact = SuggestionAccepted(
        suggestion_id=suggestion.id,
        **subject_of(post),
        suggested_by_id=suggestion.suggested_by_id,
        with_changes=with_changes,
    )
    record(fact, by=actor, request_id=fact.question_id)


def reject_suggestion(actor: Actor, suggestion: EditSuggestion, *, reason: str) -> None:
    """Turn a suggestion down; the reason is shown to who made it."""
    require(policy.can_review(actor, suggestion))
    reason = _checked_reason(reason, _l("Say why not, so that the next suggestion can be better."))
    _decide(actor, suggestion, "rejected", reason=reason)
    fact = SuggestionRejected(
        suggestion_id=suggestion.id, **subject_of(suggestion.post), suggested_by_id=suggestion.suggested_by_id
    )
    record(fact, by=actor, request_id=fact.question_id)


def withdraw_suggestion(actor: Actor, suggestion: EditSuggestion) -> None:
    """Take one's own suggestion back."""
    require(policy.can_withdraw(actor, suggestion))
    _decide(actor, suggestion, "withdrawn")
    fact = SuggestionWithdrawn(
        suggestion_id=suggestion.id, **subject_of(suggestion.post), suggested_by_id=suggestion.suggested_by_id
    )
    record(fact, by=actor, request_id=fact.question_id)


def already_decided() -> Conflict:
    """Return the conflict for whoever comes second."""
    return Conflict("already_decided", _l("This suggestion was decided about meanwhile."))


def _decide(actor: Actor, suggestion: EditSuggestion, state: str, *, reason: str = "") -> None:
    # The state is compared in the UPDATE itself: of two people who decide at once, one does.
    decided = {"state": state, "decided_at": clock.now(), "decided_by_id": actor.person_id, "decision_reason": reason}
    changed = db.session.execute(
        update(EditSuggestion).where(EditSuggestion.id == suggestion.id, EditSuggestion.state == "open").values(decided)
    )
    if changed_rows(changed) != 1:
        raise already_decided()


def _checked_reason(reason: str, complaint: object) -> str:
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise Invalid("reason_missing", complaint, field="reason")
    return reason
