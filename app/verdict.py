"""What a policy answers: allowed, or a code that says why not.

Policies return a `Verdict`; services `require` it; templates ask it (`if policy.can_answer(actor, question)`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.errors import NotAllowed, SignInFirst

SENTENCES = {
    "account_suspended": _l("Your account is suspended, so you cannot do this now."),
    "already_answered_offer": _l("You have already answered this invitation."),
    "answered_already": _l("Others have answered, so only a moderator can remove this."),
    "accepted_already": _l("This answer solved it for somebody, so only a moderator can remove it."),
    "comment_deleted": _l("This comment was deleted."),
    "closed_already": _l("This question is closed already."),
    "curators_only": _l("Only moderators and curators can do this."),
    "edit_window_over": _l("The time in which you could edit this is over."),
    "edit_yourself": _l("You may edit this yourself, so there is no need to suggest it."),
    "keepers_only": _l("Only curators, moderators and operators can do this."),
    "last_operator": _l("Somebody must be left who can run this installation: make another person operator first."),
    "merge_gone": _l("That question is no longer there."),
    "merge_into_closed": _l("The other question is closed. Open it again first, or choose the one it repeats."),
    "merge_into_locked": _l("The other question is locked. Take the lock away first."),
    "merge_itself": _l("This is the same question. Choose another one."),
    "merge_other_readers": _l("These two questions are not for the same readers, so they stay apart."),
    "model_changed_meanwhile": _l("Somebody else put another version in force just now. Look again, then choose."),
    "model_for_other_factors": _l(
        "This version was made for other factors than there are now. It can be read, not used."
    ),
    "model_in_force": _l("This version is in force already."),
    "moderators_only": _l("Only moderators can do this."),
    "no_log_in": _l("This person has no log-in, so a right would be of no use."),
    "not_accepted": _l("This answer is not the accepted one."),
    "not_closed": _l("This question is open already."),
    "not_the_asker": _l("Only the person who asked can do this."),
    "not_the_author": _l("Only the author can do this."),
    "not_your_offer": _l("This invitation was sent to someone else."),
    "operators_only": _l("Only operators of this installation can do this."),
    "not_your_suggestion": _l("Only the person who suggested this can do this."),
    "own_answer": _l("You cannot judge your own answer."),
    "own_question": _l("You asked this yourself."),
    "own_post": _l("You cannot vote on what you wrote yourself."),
    "own_words": _l("You wrote this yourself."),
    "own_suggestion": _l("Somebody else decides about what you suggested."),
    "question_archived": _l("This question rests in the archive. Say that it is still a problem to open it."),
    "question_closed": _l("This question is closed, so it takes no more answers."),
    "question_locked": _l("This question is locked, so nothing can be added."),
    "unlock_first": _l("This question is locked. Take the lock away first."),
    "wake_first": _l("This question rests in the archive. Open it again first."),
    "undone_already": _l("This was undone already."),
    "scope_missing": _l("This token does not have the scope that this needs."),
    "yourself": _l("This is you: nobody follows herself."),
}


@dataclass(frozen=True)
class Verdict:
    """True when allowed. Otherwise `reason` is a code from SENTENCES, or "sign_in_first"."""

    reason: str | None = None

    def __bool__(self) -> bool:
        return self.reason is None

    def sentence(self) -> str:
        """Return why not, as a sentence for a person; empty when allowed."""
        return "" if self.reason is None else str(SENTENCES.get(self.reason, self.reason))


ALLOWED = Verdict()


def require(verdict: Verdict) -> None:
    """Raise SignInFirst or NotAllowed with the verdict's reason unless it allows."""
    if verdict.reason is None:
        return
    if verdict.reason == "sign_in_first":
        raise SignInFirst
    raise NotAllowed(verdict.reason, SENTENCES[verdict.reason])
