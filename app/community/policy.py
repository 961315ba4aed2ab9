"""What an actor may do with questions and answers. Loaded objects in, a verdict out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Protocol

from app.actor import Actor
from app.community.models.acts import Act
from app.community.models.closings import Closing
from app.community.models.posts import Answer, Post, Question, question_of
from app.community.models.suggestions import EditSuggestion
from app.requests.models import CLOSED_STATES
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict

# Who may not edit for one of these reasons may suggest.
SUGGEST_INSTEAD = frozenset({"not_the_author", "edit_window_over"})


class Remark(Protocol):
    """What is asked of a comment, as a row of the table or as a page shows it."""

    @property
    def author_id(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def deleted_at(self) -> datetime | None: ...
    @property
    def deletion_reason(self) -> str | None: ...


def can_ask(actor: Actor) -> Verdict:
    """Everybody who may write."""
    return can_write(actor)


def can_answer(actor: Actor, question: Question) -> Verdict:
    """Everybody who may write, unless the question is locked (moderators also then) or closed."""
    if not (verdict := can_write(actor)):
        return verdict
    if question.locked_at is not None and not actor.is_moderator:
        return Verdict("question_locked")
    if question.request.state in CLOSED_STATES:
        return Verdict("question_archived" if question.request.state == "archived" else "question_closed")
    return ALLOWED


def can_vote(actor: Actor, *, author_id: int) -> Verdict:
    """Everybody who may write, but never on what one wrote oneself, in whatever capacity."""
    if not (verdict := can_write(actor)):
        return verdict
    return Verdict("own_post") if author_id == actor.person_id else ALLOWED


def can_accept(actor: Actor, question: Question) -> Verdict:
    """Only the person who asked knows what solved it."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if question.asker_id == actor.asker_id else Verdict("not_the_asker")


def can_confirm(actor: Actor, question: Question, answer: Answer) -> Verdict:
    """Whoever asked; but who acts for the asker does not say in her name that her own answer solved it."""
    if not (verdict := can_accept(actor, question)):
        return verdict
    is_own = actor.representing_person_id is not None and answer.author_id == actor.person_id
    return Verdict("own_answer") if is_own else ALLOWED


def can_unaccept(actor: Actor, question: Question, answer: Answer) -> Verdict:
    """Whoever confirmed it: the asker, or the asker of a question that was merged into this one."""
    if not (verdict := can_write(actor)):
        return verdict
    confirmed_by = question.asker_id if answer.accepted_by_id is None else answer.accepted_by_id
    return ALLOWED if confirmed_by == actor.asker_id else Verdict("not_the_asker")


def can_give_evidence(actor: Actor, *, author_id: int) -> Verdict:
    """Everybody who may write, but never on one's own answer, in whatever capacity."""
    if not (verdict := can_write(actor)):
        return verdict
    return Verdict("own_answer") if author_id == actor.person_id else ALLOWED


def can_remove_warning(actor: Actor) -> Verdict:
    """Moderators, where a warning is not one."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if actor.is_moderator else Verdict("moderators_only")


def can_comment(actor: Actor, question: Question) -> Verdict:
    """Everybody who may write, unless the question is locked; moderators also then."""
    if not (verdict := can_write(actor)):
        return verdict
    if question.locked_at is not None and not actor.is_moderator:
        return Verdict("question_locked")
    return ALLOWED


def can_reply(actor: Actor, comment: Remark, question: Question) -> Verdict:
    """Whoever may comment, as long as the comment is there."""
    if not (verdict := can_comment(actor, question)):
        return verdict
    return Verdict("comment_deleted") if comment.deleted_at is not None else ALLOWED


def can_edit_comment(actor: Actor, comment: Remark, question: Question, *, now: datetime, author_hours: int) -> Verdict:
    """The author, for a short while, because others answer to what it says, and in no lock; moderators always."""
    if not (verdict := can_reply(actor, comment, question)):
        return verdict
    return _can_edit(actor, comment.author_id, comment.created_at, now=now, author_hours=author_hours)


def can_delete_comment(actor: Actor, comment: Remark) -> Verdict:
    """The author and moderators."""
    if not (verdict := can_write(actor)):
        return verdict
    if comment.deleted_at is not None:
        return Verdict("comment_deleted")
    return ALLOWED if actor.is_moderator or comment.author_id == actor.person_id else Verdict("not_the_author")


def can_restore_comment(actor: Actor, comment: Remark) -> Verdict:
    """Whoever took back her own words; moderators always."""
    if not (verdict := can_write(actor)):
        return verdict
    own = comment.author_id == actor.person_id and comment.deletion_reason == "by_author"
    return ALLOWED if actor.is_moderator or own else Verdict("not_the_author")


def can_say_affected(actor: Actor, question: Question) -> Verdict:
    """Everybody who may write, but the asker: her question says so. Nobody once it is closed: that is told by then."""
    closed = question.request.state in CLOSED_STATES
    return Verdict("closed_already") if closed else can_take_affected_back(actor, question)


def can_take_affected_back(actor: Actor, question: Question) -> Verdict:
    """Whoever could have said it, also when the question is closed by now."""
    if not (verdict := can_write(actor)):
        return verdict
    return Verdict("own_question") if question.asker_id == actor.asker_id else ALLOWED


def can_follow(actor: Actor) -> Verdict:
    """Everybody who may write: to follow is a wish of one's own, but it is stored."""
    return can_write(actor)


def can_follow_person(actor: Actor, person_id: int) -> Verdict:
    """Everybody who may write, but nobody follows herself."""
    if not (verdict := can_follow(actor)):
        return verdict
    return Verdict("yourself") if person_id == actor.person_id else ALLOWED


def can_delete_question(actor: Actor, question: Question, *, is_shared: bool = False) -> Verdict:
    """The asker while nobody answered and nothing was merged into it; moderators always.

    `is_shared` says that it was split off with words of others in it.
    """
    if not (verdict := can_write(actor)) or actor.is_moderator:
        return verdict
    if question.asker_id != actor.asker_id:
        return Verdict("not_the_author")
    is_hers = not (question.answers_count or question.merged_count or is_shared)
    return ALLOWED if is_hers else Verdict("answered_already")


def can_delete_answer(actor: Actor, answer: Answer) -> Verdict:
    """The author, unless it solved the question; moderators always."""
    if not (verdict := can_write(actor)) or actor.is_moderator:
        return verdict
    if answer.author_id != actor.person_id:
        return Verdict("not_the_author")
    return Verdict("accepted_already") if answer.accepted_at is not None else ALLOWED


def can_restore(actor: Actor, subject: Question | Answer) -> Verdict:
    """Whoever took it away herself; moderators always."""
    if not (verdict := can_write(actor)) or actor.is_moderator:
        return verdict
    return ALLOWED if subject.deleted_by_id == actor.person_id else Verdict("moderators_only")


def can_tidy(actor: Actor) -> Verdict:
    """Moderators and curators keep the questions in order. Agents do not: they are staff of their organisation only."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if actor.is_moderator or actor.is_curator else Verdict("curators_only")


def can_keep_tags(actor: Actor) -> Verdict:
    """Curators, moderators and operators say what tags are about and what they are called."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if actor.is_curator or actor.is_moderator or actor.is_operator else Verdict("keepers_only")


def can_keep_categories(actor: Actor) -> Verdict:
    """Operators: the categories are the shape of the whole place."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if actor.is_operator else Verdict("operators_only")


def can_moderate(actor: Actor) -> Verdict:
    """Moderators decide what is locked, pinned and asked of them."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if actor.is_moderator else Verdict("moderators_only")


def can_close(actor: Actor, question: Question) -> Verdict:
    """Moderators and curators; the asker her own."""
    if not (verdict := can_write(actor)):
        return verdict
    if question.asker_id != actor.asker_id and not (verdict := can_tidy(actor)):
        return verdict
    return Verdict("closed_already") if question.request.state in CLOSED_STATES else ALLOWED


def can_merge(actor: Actor, question: Question) -> Verdict:
    """Moderators and curators; not what is locked or rests in the archive: somebody decided that it stays as it is."""
    if not (verdict := can_tidy(actor)):
        return verdict
    if question.locked_at is not None:
        return Verdict("unlock_first")
    return Verdict("wake_first") if question.request.state == "archived" else ALLOWED


def can_split(actor: Actor, question: Question) -> Verdict:
    """Whoever may merge it."""
    return can_merge(actor, question)


def can_become_part_of(question: Question, other: Question) -> Verdict:
    """Say whether one question may be merged into another: it is there, takes answers, and has the same readers."""
    if other.id == question.id:
        return Verdict("merge_itself")
    if other.deleted_at is not None or other.merged_into_id is not None:
        return Verdict("merge_gone")
    if other.audience != question.audience:
        return Verdict("merge_other_readers")
    if other.locked_at is not None:
        return Verdict("merge_into_locked")
    return Verdict("merge_into_closed") if other.request.state in CLOSED_STATES else ALLOWED


def can_part(actor: Actor, *questions: Question) -> Verdict:
    """Whoever may merge: what was merged or split stands by itself again, unless one of the two is locked."""
    if not (verdict := can_tidy(actor)):
        return verdict
    return Verdict("unlock_first") if any(each.locked_at is not None for each in questions) else ALLOWED


def closing_reasons(actor: Actor, question: Question) -> tuple[str, ...]:
    """Return the reasons for which she may close it: who asked says that it is a duplicate, or needs no answer."""
    if can_tidy(actor):
        return ("duplicate", "needs_details", "off_topic", "other")
    return ("duplicate", "other") if question.asker_id == actor.asker_id else ()


def can_reopen(actor: Actor, question: Question, closing: Closing) -> Verdict:
    """Moderators and curators; whoever closed it herself; everybody who may write, from the archive."""
    if not (verdict := can_write(actor)):
        return verdict
    if question.locked_at is not None and not actor.is_moderator:
        return Verdict("question_locked")
    if closing.reason == "archived" or closing.closed_by_id == actor.person_id:
        return ALLOWED
    return can_tidy(actor)


def can_ask_reopening(actor: Actor, question: Question) -> Verdict:
    """The asker, of her own closed question."""
    if not (verdict := can_write(actor)):
        return verdict
    if question.asker_id != actor.asker_id:
        return Verdict("not_the_asker")
    return ALLOWED if question.request.state in CLOSED_STATES else Verdict("not_closed")


def can_ask_deletion(actor: Actor, subject: Question | Answer) -> Verdict:
    """The author, of what she may no longer remove herself."""
    if not (verdict := can_write(actor)):
        return verdict
    author_id = subject.asker_id if isinstance(subject, Question) else subject.author_id
    return ALLOWED if author_id == actor.person_id else Verdict("not_the_author")


def can_report(actor: Actor, *, author_id: int) -> Verdict:
    """Everybody who may write, but not what one wrote oneself."""
    if not (verdict := can_write(actor)):
        return verdict
    return Verdict("own_words") if author_id == actor.person_id else ALLOWED


def can_see_log(actor: Actor) -> Verdict:
    """Moderators see what was done to a question, and by whom."""
    return can_moderate(actor)


def can_read_title(actor: Actor, question: Question) -> bool:
    """Say whether a log may name this question: words that were taken away are for moderators and the asker only."""
    return question.deleted_at is None or actor.is_moderator or question.asker_id == actor.asker_id


def can_undo(actor: Actor, act: Act) -> Verdict:
    """Whoever did it; moderators always; of a shelf, who keeps it. Whether it may be reversed, the reversal says."""
    if not (verdict := can_write(actor)):
        return verdict
    if act.undone_at is not None:
        return Verdict("undone_already")
    if act.question_id is None:
        return can_keep_tags(actor) if act.category_id is None else can_keep_categories(actor)
    return ALLOWED if actor.is_moderator or act.person_id == actor.person_id else Verdict("moderators_only")


def can_edit(actor: Actor, post: Post, *, now: datetime, author_hours: int) -> Verdict:
    """The author while the edit window is open; of a wiki answer everybody; moderators always, others in no lock."""
    if not (verdict := can_write(actor)):
        return verdict
    if question_of(post).locked_at is not None and not actor.is_moderator:
        return Verdict("question_locked")
    if isinstance(post, Answer) and post.wiki_at is not None:
        return ALLOWED
    return _can_edit(actor, post.author_id, post.created_at, now=now, author_hours=author_hours)


def can_suggest(actor: Actor, post: Post, *, now: datetime, author_hours: int) -> Verdict:
    """Everybody who may write and may not simply edit it."""
    verdict = can_edit(actor, post, now=now, author_hours=author_hours)
    if verdict:
        return Verdict("edit_yourself")
    return ALLOWED if verdict.reason in SUGGEST_INSTEAD else verdict


def way_to_edit(actor: Actor, post: Post, *, now: datetime, author_hours: int) -> Literal["edit", "suggest"] | None:
    """Return what to offer to this reader: to edit it, to suggest an edit, or nothing."""
    verdict = can_edit(actor, post, now=now, author_hours=author_hours)
    if verdict:
        return "edit"
    return "suggest" if verdict.reason in SUGGEST_INSTEAD else None


def can_review(actor: Actor, suggestion: EditSuggestion) -> Verdict:
    """Moderators; and the author of the post, also when her own time to edit is over: two people then agree.

    Nobody reviews her own suggestion, so that the edit window means something.
    """
    if not (verdict := can_write(actor)):
        return verdict
    if suggestion.suggested_by_id == actor.person_id:
        return Verdict("own_suggestion")
    if actor.is_moderator:
        return ALLOWED
    if question_of(suggestion.post).locked_at is not None:
        return Verdict("question_locked")
    return ALLOWED if suggestion.post.author_id == actor.person_id else Verdict("not_the_author")


def can_withdraw(actor: Actor, suggestion: EditSuggestion) -> Verdict:
    """Only who made the suggestion."""
    if not (verdict := can_write(actor)):
        return verdict
    return ALLOWED if suggestion.suggested_by_id == actor.person_id else Verdict("not_your_suggestion")


def can_open_to_all(actor: Actor, answer: Answer) -> Verdict:
    """Make it a wiki answer, or end that: its author, and moderators."""
    if not (verdict := can_write(actor)):
        return verdict
    if actor.is_moderator:
        return ALLOWED
    if answer.question.locked_at is not None:
        return Verdict("question_locked")
    return ALLOWED if answer.author_id == actor.person_id else Verdict("not_the_author")


def _can_edit(actor: Actor, author_id: int, written_at: datetime, *, now: datetime, author_hours: int) -> Verdict:
    if not (verdict := can_write(actor)):
        return verdict
    if actor.is_moderator:
        return ALLOWED
    if author_id != actor.person_id:
        return Verdict("not_the_author")
    if author_hours and now - written_at > timedelta(hours=author_hours):
        return Verdict("edit_window_over")
    return ALLOWED
