"""What a policy answers: allowed, or a code that says why not.

Policies return a `Verdict`; services `require` it; templates ask it (`if policy.can_answer(actor, question)`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.errors import NotAllowed, SignInFirst

SENTENCES = {
    "away_ends_first": _l("An absence ends after it begins."),
    "enough_holidays": _l("There are enough dates here. Take old ones away first."),
    "enough_ways": _l("There are enough ways here. Take one away first."),
    "never_open": _l("Say at least one day and time at which you are open."),
    "no_address": _l("Write the whole address: https://example.org."),
    "unknown_way": _l("Choose a way from the list."),
    "answered_before": _l("Somebody answered this before you. Look at the page to see how it stands."),
    "checked_already": _l("The identity was checked already."),
    "domain_listed": _l("This domain is in your list already."),
    "domain_taken": _l("This domain is proved to be another organisation's."),
    "ended_before": _l("This has ended already."),
    "engaged_already": _l("There is an offer or an agreement with this organisation already. End it first."),
    "invited_already": _l("Somebody was invited at this address already. Withdraw that invitation first."),
    "last_owner": _l("An organisation has at least one owner. Make somebody else owner first."),
    "no_scope": _l("Choose at least one kind of work."),
    "no_such_mailbox": _l("Choose an address from the list."),
    "nobody_called_this": _l("Nobody here has this name behind @. Look it up on her page."),
    "not_a_domain": _l("This is not a domain. Write it like example.org."),
    "not_an_agency": _l("Choose another organisation from the list."),
    "not_yours_to_consent": _l("Only the person it is about can do this."),
    "one_front_desk": _l("There is one front desk, and it is there already."),
    "own_seat": _l("This is your own seat. You can leave it in your settings."),
    "owners_only": _l("Only owners of this organisation can do this."),
    "proved_already": _l("This domain is proved already."),
    "represented_already": _l("There is an agreement between you two already. End it first."),
    "seated_already": _l("This person is a member already."),
    "that_is_you": _l("That is you yourself."),
    "until_is_past": _l("Choose a day that is still to come."),
    "until_too_far": _l("Choose a day that is still to come, within two years."),
    "account_suspended": _l("Your account is suspended, so you cannot do this now."),
    "act_for_organisation_first": _l("Act for the organisation first. You choose that in the menu."),
    "already_answered_offer": _l("You have already answered this invitation."),
    "answered_already": _l("Others have answered, so only a moderator can remove this."),
    "accepted_already": _l("This answer solved it for somebody, so only a moderator can remove it."),
    "case_over": _l("This case is closed. Open it again first."),
    "claimed_already": _l("Somebody else has this case already."),
    "comment_deleted": _l("This comment was deleted."),
    "closed_already": _l("This question is closed already."),
    "curators_only": _l("Only moderators and curators can do this."),
    "edit_window_over": _l("The time in which you could edit this is over."),
    "edit_yourself": _l("You may edit this yourself, so there is no need to suggest it."),
    "front_desk_decides": _l("The front desk decides who goes on with this case."),
    "front_desk_only": _l("Only the front desk can do this, and only while it decides about the case."),
    "handover_answered": _l("This handover was answered or withdrawn already."),
    "helpers_only": _l("Only people who act for an organisation that helps can do this."),
    "keepers_only": _l("Only curators, moderators and operators can do this."),
    "last_operator": _l("Somebody must be left who can run this installation: make another person operator first."),
    "managers_only": _l("Only who leads the organisation can do this."),
    "merge_gone": _l("That question is no longer there."),
    "merge_into_closed": _l("The other question is closed. Open it again first, or choose the one it repeats."),
    "merge_into_locked": _l("The other question is locked. Take the lock away first."),
    "merge_itself": _l("This is the same question. Choose another one."),
    "merge_other_customer": _l("These two cases are not of the same person, so they stay apart."),
    "merge_other_readers": _l("These two questions are not for the same readers, so they stay apart."),
    "merge_same_case": _l("This is the same case. Choose another one."),
    "model_changed_meanwhile": _l("Somebody else put another version in force just now. Look again, then choose."),
    "model_for_other_factors": _l(
        "This version was made for other factors than there are now. It can be read, not used."
    ),
    "model_in_force": _l("This version is in force already."),
    "moderators_only": _l("Only moderators can do this."),
    "no_such_move": _l("The case does not stand where this can be done."),
    "nobody_has_it": _l("Nobody has this case now."),
    "no_log_in": _l("This person has no log-in, so a right would be of no use."),
    "not_accepted": _l("This answer is not the accepted one."),
    "not_confirmed": _l(
        "The customer has not confirmed yet what she asks. Say it again in one sentence; you can promise, quote and "
        "solve when she has said yes."
    ),
    "not_closed": _l("This question is open already."),
    "not_offered": _l("This service is not offered now."),
    "not_the_asker": _l("Only the person who asked can do this."),
    "not_the_author": _l("Only the author can do this."),
    "not_let_do_this": _l("This is not among what you may do for them. Act for yourself, or ask them."),
    "not_your_details": _l("Only the person whose details these are can do this."),
    "not_your_case": _l("You have no part in this case, so you cannot do this."),
    "not_your_handover": _l("This case was not handed to you."),
    "not_your_offer": _l("This invitation was sent to someone else."),
    "not_your_quote": _l("This quote was made by another organisation."),
    "operators_only": _l("Only operators of this installation can do this."),
    "not_your_suggestion": _l("Only the person who suggested this can do this."),
    "own_answer": _l("You cannot judge your own answer."),
    "own_question": _l("You asked this yourself."),
    "own_post": _l("You cannot vote on what you wrote yourself."),
    "own_words": _l("You wrote this yourself."),
    "own_suggestion": _l("Somebody else decides about what you suggested."),
    "point_answered": _l("This was answered already."),
    "parts_open": _l("A part of this still has to be done. It is solved when all its parts are."),
    "question_archived": _l("This question rests in the archive. Say that it is still a problem to open it."),
    "question_closed": _l("This question is closed, so it takes no more answers."),
    "question_locked": _l("This question is locked, so nothing can be added."),
    "reopen_too_late": _l("It is too long ago to open this case again. Ask anew, and name the old one."),
    "unlock_first": _l("This question is locked. Take the lock away first."),
    "wake_first": _l("This question rests in the archive. Open it again first."),
    "undone_already": _l("This was undone already."),
    "readers_only_read": _l("For this organisation you only read. Act for yourself, or ask for another role."),
    "scope_missing": _l("This token does not have the scope that this needs."),
    "in_review_already": _l("A version of this article waits for a reviewer already."),
    "licence_missing": _l("For this you need a licence, which you earn by articles of yours that were approved."),
    "nothing_to_review": _l("Nothing was changed since this article was published."),
    "not_in_review": _l("Nothing of this article waits for a reviewer."),
    "not_published": _l("This article is not published."),
    "own_article": _l("You wrote this yourself. Somebody else has to look at it."),
    "owner_only": _l("Only the owner of the article and curators can do this."),
    "put_away": _l("This article was put away. Bring it back first."),
    "publishers_only": _l("Only curators, moderators and publishers of articles can do this."),
    "review_first": _l("Somebody else reviews this before readers see it."),
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
