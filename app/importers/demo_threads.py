"""Write the demo's questions with all that followed: answers, votes, older words, acceptances, and the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from app.actor import Actor
from app.community.compose import EXCERPT_LENGTH
from app.community.events.judging import AnswerAccepted, EvidenceGiven, VoteCast
from app.community.events.posts import AnswerEdited, AnswerPosted, QuestionAsked, QuestionEdited
from app.community.events.suggestions import AnswerOpenedToAll, EditSuggested
from app.community.links import person_url
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.shelves import QuestionTag
from app.community.models.signals import Signal
from app.community.models.suggestions import EditSuggestion
from app.community.models.votes import Vote
from app.db import db
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_order import load_order
from app.importers.demo_talk import load_talk
from app.importers.demo_texts import DemoAnswer, DemoEdit, DemoQuestion
from app.outbox.facts import Code, Fact
from app.outbox.models import DomainEvent
from app.outbox.record import event_row
from app.prose.extract import excerpt
from app.prose.rendering import render
from app.requests.models import HelpRequest

Facts = Sequence[tuple[datetime, dict[str, object]]]

VOTES_COME_WITHIN = timedelta(days=5)


def load_threads(questions: Iterable[DemoQuestion], ids: DemoIds, now: datetime, *, beside: Facts = ()) -> None:
    """Write these questions, what is said beside them and how they are kept tidy, as if it had happened here.

    The newest state is that at `now`. What happened beside them, as facts with their moments, is kept in the order of
    time with theirs.
    """
    facts: list[tuple[datetime, dict[str, object]]] = list(beside)
    for question in questions:
        _Thread(question, ids, now, facts).load()
    facts += load_talk(ids, now) + load_order(ids, now)
    facts.sort(key=lambda fact: fact[0])
    db.session.execute(insert(DomainEvent), [row for _, row in facts])


class _Thread:
    """One question on its way into the database."""

    def __init__(
        self, question: DemoQuestion, ids: DemoIds, now: datetime, facts: list[tuple[datetime, dict[str, object]]]
    ) -> None:
        self.question, self.ids, self.now, self.facts = question, ids, now, facts
        self.asked_at = now - timedelta(minutes=question.asked_minutes_ago)
        self.asker_id = ids.people[question.asker]
        self.question_id = 0

    def load(self) -> None:
        """Write the question, then what followed on it."""
        question = self.question
        category_id = self.ids.categories[question.category]
        self.question_id = self._ask(category_id)
        asked = QuestionAsked(question_id=self.question_id, asker_id=self.asker_id, category_id=category_id)
        self._tell(asked, by=question.asker, at=self.asked_at)
        edited = QuestionEdited(question_id=self.question_id)
        older = {"question_id": self.question_id, "title": question.title, "tag_names": list(question.tags)}
        self._keep_edits(question.edits, self.asked_at, edited, older)
        self._keep_votes(question.votes, question.asker, self.asked_at, answer_id=None)
        self._keep_suggestions(question, self.asker_id, older)
        for answer in question.answers:
            self._load_answer(answer)

    def _ask(self, category_id: int) -> int:
        question, accepted_at = self.question, self._at(self.question.accepted_minutes_after)
        answered_at = [self.asked_at + timedelta(minutes=answer.minutes_after) for answer in question.answers]
        edits = [*question.edits, *(edit for answer in question.answers for edit in answer.edits)]
        edited_at = [self.asked_at + timedelta(minutes=edit.minutes_after) for edit in edits]
        accepted = [accepted_at] if accepted_at else []
        state, since = _state(self.asked_at, answered_at, accepted_at)
        request = insert(HelpRequest).values(
            kind="question",
            asker_id=self.asker_id,
            channel="web",
            source=SOURCE,
            source_key=question.key,
            language=question.language,
            language_how="declared",
            state=state,
            state_since=since,
            created_at=self.asked_at,
        )
        question_id: int = db.session.scalars(request.returning(HelpRequest.id)).one()
        text = self._text(question)
        row = {
            "id": question_id,
            "title": question.title,
            "excerpt": excerpt(text["body_html"], EXCERPT_LENGTH),
            "category_id": category_id,
            "asker_id": self.asker_id,
            "tag_names": list(question.tags),
            "created_at": self.asked_at,
            "last_activity_at": max([self.asked_at, *answered_at, *edited_at, *accepted]),
            "answers_count": len(question.answers),
            "accepted_at": accepted_at,
        }
        db.session.execute(insert(Question).values(**row, **text))
        tagged = {"question_id": question_id, "asked_at": self.asked_at}
        db.session.execute(insert(QuestionTag), [{**tagged, "tag_id": self.ids.tags[tag]} for tag in question.tags])
        return question_id

    def _load_answer(self, answer: DemoAnswer) -> None:
        posted_at = self.asked_at + timedelta(minutes=answer.minutes_after)
        author_id = self.ids.people[answer.author]
        wiki_at = self._at(answer.wiki_minutes_after)
        is_main = answer.key == self.question.accepted
        accepted_at = self._at(
            self.question.accepted_minutes_after if is_main else self.question.also_accepted.get(answer.key)
        )
        row = {
            "question_id": self.question_id,
            "author_id": author_id,
            "acting_for_organisation_id": self._organisation(answer.acting_for),
            "channel": "web",
            "source": SOURCE,
            "source_key": answer.key,
            "language": self.question.language,
            "language_how": "declared",
            "created_at": posted_at,
            "accepted_at": accepted_at,
            "wiki_at": wiki_at,
        }
        made = insert(Answer).values(**row, **self._text(answer)).returning(Answer.id)
        answer_id: int = db.session.scalars(made).one()
        posted = AnswerPosted(answer_id=answer_id, question_id=self.question_id, author_id=author_id)
        self._tell(posted, by=answer.author, at=posted_at, acting_for=answer.acting_for)
        edited = AnswerEdited(answer_id=answer_id, question_id=self.question_id)
        self._keep_edits(answer.edits, posted_at, edited, {"answer_id": answer_id})
        self._keep_votes(answer.votes, answer.author, posted_at, answer_id=answer_id)
        self._keep_evidence(answer, answer_id)
        self._keep_suggestions(answer, author_id, {"answer_id": answer_id})
        if wiki_at is not None:
            opened = AnswerOpenedToAll(answer_id=answer_id, question_id=self.question_id, author_id=author_id)
            self._tell(opened, by=answer.author, at=wiki_at, acting_for=answer.acting_for)
        if accepted_at is not None:
            accepted = AnswerAccepted(
                answer_id=answer_id, question_id=self.question_id, author_id=author_id, asker_id=self.asker_id
            )
            self._tell(accepted, by=self.question.asker, at=accepted_at)
        if is_main:
            settle = update(Question).where(Question.id == self.question_id).values(accepted_answer_id=answer_id)
            db.session.execute(settle)

    def _keep_votes(
        self, votes: Sequence[tuple[str, int]], author: str, posted_at: datetime, *, answer_id: int | None
    ) -> None:
        window = min(self.now - posted_at, VOTES_COME_WITHIN)
        rows = []
        for number, (voter, value) in enumerate(votes, 1):
            cast_at = posted_at + window * (number / (len(votes) + 1)) ** 2  # most of them soon
            person_id = self.ids.people[voter]
            question_id = self.question_id if answer_id is None else None
            rows.append(
                {
                    "person_id": person_id,
                    "question_id": question_id,
                    "answer_id": answer_id,
                    "value": value,
                    "cast_at": cast_at,
                }
            )
            cast = VoteCast(
                question_id=self.question_id,
                answer_id=answer_id,
                person_id=person_id,
                author_id=self.ids.people[author],
                value=value,
                previous=0,
            )
            self._tell(cast, by=voter, at=cast_at)
        if rows:
            db.session.execute(insert(Vote), rows)

    def _keep_evidence(self, answer: DemoAnswer, answer_id: int) -> None:
        for tried in answer.evidence:
            given_at = self.asked_at + timedelta(minutes=tried.minutes_after)
            row = {
                "person_id": self.ids.people[tried.by],
                "acting_for_organisation_id": self._organisation(tried.acting_for),
                "answer_id": answer_id,
                "kind": tried.says,
                "product": tried.product,
                "version": tried.version,
                "reason": tried.reason,
                "language": self.question.language if tried.reason else None,
                "given_at": given_at,
            }
            db.session.execute(insert(Signal).values(row))
            said = EvidenceGiven(
                answer_id=answer_id,
                question_id=self.question_id,
                author_id=self.ids.people[answer.author],
                person_id=self.ids.people[tried.by],
                says=Code(tried.says),
            )
            self._tell(said, by=tried.by, at=given_at, acting_for=tried.acting_for)

    def _keep_edits(self, edits: Sequence[DemoEdit], posted_at: datetime, fact: Fact, subject: dict[str, Any]) -> None:
        written_at = posted_at
        for number, edit in enumerate(edits, 1):
            replaced_at = self.asked_at + timedelta(minutes=edit.minutes_after)
            row = {
                "number": number,
                "body": edit.body_before,
                "source_format": "markdown",
                "written_at": written_at,
                "replaced_at": replaced_at,
                "replaced_by_id": self.ids.people[edit.by],
                "reason": edit.reason,
            }
            db.session.execute(insert(Revision).values(**subject, **row))
            self._tell(fact, by=edit.by, at=replaced_at)
            written_at = replaced_at

    def _keep_suggestions(self, text: DemoQuestion | DemoAnswer, author_id: int, subject: dict[str, Any]) -> None:
        for each in text.suggestions:
            row = {
                **subject,
                "based_on": 1 + len(text.edits),
                "title": each.title,
                "body": each.body,
                "source_format": "markdown",
                "reason": each.reason,
                "suggested_by_id": self.ids.people[each.by],
                "suggested_at": self.asked_at + timedelta(minutes=each.minutes_after),
                "state": "open",
            }
            made = insert(EditSuggestion).values(row).returning(EditSuggestion.id)
            fact = EditSuggested(
                suggestion_id=db.session.scalars(made).one(),
                question_id=self.question_id,
                answer_id=subject.get("answer_id"),
                suggested_by_id=row["suggested_by_id"],
                author_id=author_id,
            )
            self._tell(fact, by=each.by, at=row["suggested_at"])

    def _tell(self, fact: Fact, *, by: str, at: datetime, acting_for: str | None = None) -> None:
        actor = Actor(
            kind="person",
            person_id=self.ids.people[by],
            acting_for_organisation_id=self._organisation(acting_for),
        )
        row = event_row(
            fact,
            by=actor,
            request_id=self.question_id,
            happened_at=at,
            recorded_at=self.now,
            channel="web",
            source=SOURCE,
        )
        self.facts.append((at, row))

    def _text(self, text: DemoQuestion | DemoAnswer) -> dict[str, Any]:
        rendered = render(text.body, source_format="markdown", mention_url=self._mention_url)
        return {
            "body": text.body,
            "body_html": rendered.html,
            "renderer_version": rendered.renderer_version,
            "source_format": "markdown",
            "row_version": 1 + len(text.edits),
            "text_version": 1 + len(text.edits),
            "score": sum(value for _, value in text.votes),
            "edited_at": self._at(max((edit.minutes_after for edit in text.edits), default=None)),
        }

    def _mention_url(self, handle: str) -> str | None:
        return person_url(handle) if handle in self.ids.people else None

    def _organisation(self, slug: str | None) -> int | None:
        return self.ids.organisations[slug] if slug else None

    def _at(self, minutes_after: int | None) -> datetime | None:
        return None if minutes_after is None else self.asked_at + timedelta(minutes=minutes_after)


def _state(asked_at: datetime, answered_at: Sequence[datetime], accepted_at: datetime | None) -> tuple[str, datetime]:
    if accepted_at is not None:
        return "solved", accepted_at
    return ("answered", min(answered_at)) if answered_at else ("open", asked_at)
