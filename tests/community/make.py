"""Rows of the community for tests, written directly: no service runs, no fact is recorded.

Counts that services keep (`answers_count`, `score`, `questions_count`) are kept here as well.
"""

from __future__ import annotations

import itertools
from typing import Any

from app import clock
from app.accounts.models import Person
from app.community.models.acts import Act
from app.community.models.affected import Affected
from app.community.models.closings import Closing, Petition
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.models.reports import Report
from app.community.models.revisions import Revision
from app.community.models.saved_filters import SavedFilter
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.models.signals import Signal
from app.community.models.suggestions import EditSuggestion
from app.community.models.votes import Vote
from app.db import db, folded
from app.requests.models import HelpRequest

_numbers = itertools.count(1)


def category(name: str = "", **more: Any) -> Category:
    """Make a category with the same name in both languages."""
    number = next(_numbers)
    name = name or f"Category {number}"
    texts = {code: {"name": name, "description": f"About {name}."} for code in ("en", "nl")}
    return _kept(Category(**{"slug": f"category-{number}", "position": number, "texts": texts, **more}))


def tag(name: str = "", **more: Any) -> Tag:
    """Make a topic."""
    return _kept(Tag(name=name or f"tag-{next(_numbers)}", **more))


def question(
    asker: Person,
    *,
    title: str = "",
    body: str = "It worked yesterday.",
    category: Category | None = None,
    tags: tuple[Tag, ...] = (),
    audience: str = "public",
    language: str = "en",
    request: dict[str, Any] | None = None,
    **more: Any,
) -> Question:
    """Make a question with its request; `request` holds more columns of the latter (state, source, …)."""
    now = more.get("created_at", clock.now())
    defaults = {"channel": "web", "language_how": "declared", "state": "open", "state_since": now, "created_at": now}
    shared = _kept(
        HelpRequest(
            kind="question", asker=asker, language=language, audience=audience, **{**defaults, **(request or {})}
        )
    )
    made = _kept(
        Question(
            id=shared.id,
            title=title or f"How does thing {shared.id} work?",
            category=category or make_category(),
            asker=asker,
            audience=audience,
            tag_names=[each.name for each in tags],
            **_text(body),
            **{"excerpt": body[:200], "created_at": now, "last_activity_at": now, **more},
        )
    )
    for each in tags:
        _kept(QuestionTag(question_id=made.id, tag_id=each.id, asked_at=made.created_at))
        each.questions_count += 1 if audience == "public" else 0
    db.session.flush()  # the counts
    return made


make_category = category  # `question` takes an argument of that name


def answer(question: Question, author: Person, *, body: str = "Turn it off and on.", **more: Any) -> Answer:
    """Make an answer, on behalf of `acting_for_organisation_id` where given."""
    now = more.get("created_at", clock.now())
    defaults = {"channel": "web", "language": "en", "language_how": "declared", "created_at": now}
    made = _kept(Answer(question=question, author=author, **_text(body), **{**defaults, **more}))
    question.answers_count += 1
    question.last_activity_at = now
    if question.request.state == "open":
        question.request.state = "answered"
    db.session.flush()  # the counts
    return made


def accepted(answer: Answer) -> Answer:
    """Let the asker have accepted this answer; the first one stays the main one."""
    answer.accepted_at = clock.now()
    if answer.question.accepted_answer_id is None:
        answer.question.accepted_at, answer.question.accepted_answer_id = answer.accepted_at, answer.id
    answer.question.request.state = "solved"
    db.session.flush()  # as the service leaves it
    return answer


def vote(subject: Question | Answer, person: Person, value: int = 1, **more: Any) -> Vote:
    """Cast a vote on a question or an answer."""
    column = "question_id" if isinstance(subject, Question) else "answer_id"
    made = _kept(Vote(person_id=person.id, value=value, **{column: subject.id, "cast_at": clock.now(), **more}))
    subject.score += value
    db.session.flush()  # the score
    return made


def comment(question: Question, author: Person, *, body: str = "Which one is it?", **more: Any) -> Comment:
    """Make a comment, on an answer with `answer_id`, as a reply with `parent_id`."""
    defaults = {"channel": "web", "language": "en", "language_how": "declared", "created_at": clock.now()}
    return _kept(Comment(question_id=question.id, author=author, **_text(body), **{**defaults, **more}))


def deleted_comment(comment: Comment) -> Comment:
    """Let the author have deleted this comment."""
    comment.deleted_at, comment.deletion_reason = clock.now(), "by_author"
    comment.deleted_by_id = comment.author_id
    db.session.flush()  # as the service leaves it
    return comment


def affected(question: Question, person: Person, **more: Any) -> Affected:
    """Let somebody have this question too."""
    made = _kept(Affected(person_id=person.id, question_id=question.id, **{"said_at": clock.now(), **more}))
    question.affected_count += 1
    db.session.flush()  # the count
    return made


def follow(person_id: int, **subject: int) -> Follow:
    """Let somebody follow a question, a tag, a category or a person, named by its column."""
    return _kept(Follow(person_id=person_id, **{"how": "chosen", "since": clock.now(), **subject}))


def signal(answer: Answer, person: Person, kind: str = "worked", **more: Any) -> Signal:
    """Let somebody have said of an answer that it worked, is outdated, or is dangerous."""
    reason = {"reason": "It burns the house down.", "language": "en"} if kind == "dangerous" else {}
    defaults = {"product": "", "version": "", "reason": "", "given_at": clock.now(), **reason}
    return _kept(Signal(answer=answer, person=person, kind=kind, **{**defaults, **more}))


def revision(subject: Question | Answer, by: Person, *, body: str = "What it said before.", **more: Any) -> Revision:
    """Make an older version of a text that `by` wrote over: the last one before what it says now."""
    now = clock.now()
    defaults = {"number": subject.text_version, "source_format": "markdown", "replaced_at": now}
    made = Revision(body=body, replaced_by=by, written_at=subject.edited_at or subject.created_at)
    for name, value in {_column(subject): subject.id, **defaults, **more}.items():
        setattr(made, name, value)
    subject.text_version, subject.edited_at = made.number + 1, now
    return _kept(made)


def suggestion(
    subject: Question | Answer, by: Person, *, body: str = "What it should say.", **more: Any
) -> EditSuggestion:
    """Make an edit that `by` suggests, open and based on what the post says now."""
    defaults = {
        "based_on": subject.text_version,
        "title": subject.title if isinstance(subject, Question) else None,
        "tag_names": list(subject.tag_names) if isinstance(subject, Question) else None,
        "source_format": "markdown",
        "reason": "Clearer like this",
        "suggested_at": clock.now(),
        "state": "open",
    }
    return _kept(EditSuggestion(body=body, suggested_by=by, **{_column(subject): subject.id, **defaults, **more}))


def _column(subject: Question | Answer) -> str:
    return "question_id" if isinstance(subject, Question) else "answer_id"


def deleted(subject: Question | Answer, by: Person, *, reason: str = "by_author") -> Act:
    """Let `by` have deleted a question or an answer; return the act."""
    subject.deleted_at, subject.deleted_by_id, subject.deletion_reason = clock.now(), by.id, reason
    if isinstance(subject, Question):
        return act(by, "deleted_question", subject, details={"reason": reason})
    subject.question.answers_count -= 1
    return act(by, "deleted_answer", subject.question, answer_id=subject.id, details={"reason": reason})


def act(person: Person, kind: str, question: Question | None = None, **more: Any) -> Act:
    """Write what somebody did into the log; to a tag or a category where `tag` or `category` is given."""
    return _kept(
        Act(person_id=person.id, kind=kind, question=question, **{"done_at": clock.now(), "details": {}, **more})
    )


def closed(question: Question, by: Person | None, *, reason: str = "off_topic", **more: Any) -> Closing:
    """Let a question have been closed; by nobody when it was archived."""
    question.request.state = reason if reason in {"duplicate", "archived"} else "closed"
    return _kept(Closing(question=question, reason=reason, closed_by=by, **{"closed_at": clock.now(), **more}))


def merged(question: Question, into: Question) -> None:
    """Let a question without answers have been merged into another."""
    question.merged_into_id, question.merged_at, question.request.state = into.id, clock.now(), "duplicate"
    into.merged_count += 1
    db.session.flush()  # the counts


def petition(question: Question, person: Person, kind: str, **more: Any) -> Petition:
    """Let somebody have asked moderators for something."""
    return _kept(Petition(question=question, person=person, kind=kind, **{"made_at": clock.now(), **more}))


def saved_filter(person: Person, name: str, place: str = "questions", **more: Any) -> SavedFilter:
    """Let somebody have saved a filter: the questions without an answer, or what `asked` says."""
    defaults = {"asked": {"order": "unanswered"}, "is_home": False, "made_at": clock.now(), **more}
    return _kept(SavedFilter(person_id=person.id, name=name, name_key=folded(name), place=place, **defaults))


def report(subject: Question | Answer | Comment, person: Person, *, reason: str = "spam", **more: Any) -> Report:
    """Let somebody have reported a text."""
    where = {
        "question_id": subject.id if isinstance(subject, Question) else subject.question_id,
        "answer_id": subject.id if isinstance(subject, Answer) else None,
        "comment_id": subject.id if isinstance(subject, Comment) else None,
        "place": f"{type(subject).__name__.lower()}:{subject.id}",
    }
    return _kept(Report(person=person, reason=reason, **{**where, "made_at": clock.now(), **more}))


def _text(body: str) -> dict[str, Any]:
    return {"body": body, "body_html": f"<p>{body}</p>", "renderer_version": 1}


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # what follows points to it
    return row
