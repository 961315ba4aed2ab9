"""Write a batch of a source's answers, and keep their questions' counts, states and acceptances true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, insert, select, text, update

from app.community.events.posts import AnswerEdited, AnswerPosted
from app.community.events.suggestions import AnswerClosedToOthers, AnswerOpenedToAll
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there
from app.db import changed_rows, db, upsert
from app.importers import rows as given
from app.importers.acceptances import Acceptance, Thread, accept_all, change_acceptances, known_answers, threads_of
from app.importers.models import ImportedText
from app.importers.questions import note_digest
from app.importers.survey import AcceptedInSource
from app.importers.work import QUIET, TOO_LONG, Rendered, Work, digest_of, new_ids, render, table_of
from app.outbox.models import DomainEvent
from app.providers.models import Provider
from app.requests.models import HelpRequest


def write_answers(
    work: Work, accepted: Mapping[str, AcceptedInSource], batch: Sequence[given.Answer]
) -> list[tuple[given.Answer, str]]:
    """Write these answers inside the caller's transaction; return those that could not be stored, with the reason."""
    threads = threads_of(work.source, {answer.question for answer in batch})
    known = known_answers(work.source, [answer.id for answer in batch])
    digests = {answer.id: _digest(answer) for answer in batch}
    fresh = [answer for answer in batch if answer.id not in known and answer.question in threads]
    changed = [a for a in batch if a.id in known and a.question in threads and known[a.id][1] != digests[a.id]]
    rendered = {answer.id: made for answer in (*fresh, *changed) if (made := render(answer.body, answer.format))}
    refused = [(answer, TOO_LONG) for answer in (*fresh, *changed) if answer.id not in rendered]
    refused += [(answer, "its question was left out") for answer in batch if answer.question not in threads]
    fresh = [answer for answer in fresh if answer.id in rendered]
    changed = [answer for answer in changed if answer.id in rendered]
    work.counts["answers_same"] += sum(
        a.id in known and a.question in threads and known[a.id][1] == digests[a.id] for a in batch
    )
    touched: set[int] = {threads[answer.question].id for answer in (*fresh, *changed)}
    accepting: list[Acceptance] = []
    if fresh:
        accepting = _insert(work, accepted, fresh, threads, rendered, digests)
    for answer in changed:
        _update(work, answer, known[answer.id][0], threads[answer.question].id, rendered[answer.id], digests[answer.id])
    settle_threads(touched)
    accept_all(work, accepting)
    change_acceptances(work, accepted, [answer.question for answer in changed])
    return refused


def classify_answers(source: str, batch: Sequence[given.Answer]) -> tuple[int, int, int]:
    """Return how many of these would be new, changed and equal."""
    known = known_answers(source, [answer.id for answer in batch])
    new = sum(answer.id not in known for answer in batch)
    same = sum(answer.id in known and known[answer.id][1] == _digest(answer) for answer in batch)
    return new, len(batch) - new - same, same


def settle_threads(question_ids: Iterable[int]) -> None:
    """Count the answers of these questions anew, and derive what depends on them."""
    ids = sorted(question_ids)
    if not ids:
        return
    answers = and_(Answer.question_id == Question.id, answer_there())
    count = select(func.count()).where(answers).correlate(Question).scalar_subquery()
    latest = select(func.max(Answer.created_at)).where(answers).correlate(Question).scalar_subquery()
    first = select(func.min(Answer.created_at)).where(Answer.question_id == HelpRequest.id).scalar_subquery()
    statements = (
        update(Question).where(Question.id.in_(ids)).values(answers_count=count, row_version=Question.row_version + 1),
        update(Question)
        .where(Question.id.in_(ids), Question.last_activity_at < latest)
        .values(last_activity_at=latest),
        update(HelpRequest)
        .where(HelpRequest.id.in_(ids), HelpRequest.state == "open")
        .values(state="answered", state_since=first),
    )
    for statement in statements:
        db.session.execute(statement, execution_options=QUIET)


def _insert(
    work: Work,
    accepted: Mapping[str, AcceptedInSource],
    fresh: Sequence[given.Answer],
    threads: Mapping[str, Thread],
    rendered: Mapping[str, Rendered],
    digests: Mapping[str, str],
) -> list[Acceptance]:
    ids = new_ids(Answer, len(fresh))
    rows = [
        {
            "id": answer_id,
            **_words(answer, rendered[answer.id]),
            "question_id": threads[answer.question].id,
            "merged_question_id": threads[answer.question].merged_question_id,
            "author_id": work.person(answer.user),
            "channel": "import",
            "source": work.source,
            "source_key": answer.id,
            "language": threads[answer.question].language,
            "language_how": "assumed",
            "row_version": 1,
            "created_at": work.at(answer.at),
            "wiki_at": _wiki_at(work, answer),
            "import_run_id": work.run_id,
        }
        for answer_id, answer in zip(ids, fresh, strict=True)
    ]
    db.session.execute(insert(table_of(Answer)), rows)
    said = [
        {"kind": "answer", "object_id": answer_id, "digest": digests[answer.id]}
        for answer_id, answer in zip(ids, fresh, strict=True)
    ]
    db.session.execute(insert(table_of(ImportedText)), said)
    facts, accepting = [], []
    for answer_id, answer in zip(ids, fresh, strict=True):
        thread, author_id, at = threads[answer.question], work.person(answer.user), work.at(answer.at)
        posted = AnswerPosted(answer_id=answer_id, question_id=thread.id, author_id=author_id)
        facts.append(work.fact(posted, by=author_id, request_id=thread.id, at=at))
        if (wiki_at := _wiki_at(work, answer)) is not None:
            facts.append(_opened_to_all(work, answer_id, thread.id, author_id, at=wiki_at))
        wanted, accepted_on = accepted.get(answer.question, (None, None))
        if answer.id == wanted and thread.accepted_answer_id is None and thread.merged_question_id is None:
            accepting.append(Acceptance(thread, answer_id, author_id, work.accepted_at(accepted_on, at)))
    db.session.execute(insert(table_of(DomainEvent)), facts)
    _make_peers({work.person(answer.user) for answer in fresh}, work.now)
    work.counts["answers_new"] += len(fresh)
    return accepting


def _update(
    work: Work, answer: given.Answer, answer_id: int, question_id: int, rendered: Rendered, digest: str
) -> None:
    """Take over what the source says now. Words that somebody changed here stay as they are."""
    edited_here = db.session.scalar(select(Answer.edited_at).where(Answer.id == answer_id)) is not None
    words = {"score": answer.score} if edited_here else _words(answer, rendered)
    # Who has the older words in an editor must not save over these unseen.
    version = {} if edited_here else {"text_version": Answer.text_version + 1}
    db.session.execute(
        update(Answer)
        .where(Answer.id == answer_id)
        .values(**words, **version, created_at=work.at(answer.at), row_version=Answer.row_version + 1),
        execution_options=QUIET,
    )
    note_digest("answer", answer_id, digest)
    author_id = work.person(answer.user)
    edited = AnswerEdited(answer_id=answer_id, question_id=question_id)
    fact = work.fact(edited, by=author_id, request_id=question_id, at=work.now)
    db.session.execute(insert(table_of(DomainEvent)), [fact])
    _open_to_all(work, answer, answer_id, question_id)
    work.counts["answers_changed"] += 1


def _open_to_all(work: Work, answer: given.Answer, answer_id: int, question_id: int) -> None:
    """Let everybody edit what everybody may edit at the source by now, unless that was ended here."""
    wiki_at = _wiki_at(work, answer)
    if wiki_at is None:
        return
    ended = select(DomainEvent.payload).where(
        DomainEvent.help_request_id == question_id, DomainEvent.kind == AnswerClosedToOthers.kind
    )
    if any(payload["answer_id"] == answer_id for payload in db.session.scalars(ended)):
        return
    opening = update(Answer).where(Answer.id == answer_id, Answer.wiki_at.is_(None)).values(wiki_at=wiki_at)
    if changed_rows(db.session.execute(opening, execution_options=QUIET)):
        fact = _opened_to_all(work, answer_id, question_id, work.person(answer.user), at=wiki_at)
        db.session.execute(insert(table_of(DomainEvent)), [fact])


def _opened_to_all(work: Work, answer_id: int, question_id: int, author_id: int, *, at: datetime) -> dict[str, object]:
    fact = AnswerOpenedToAll(answer_id=answer_id, question_id=question_id, author_id=author_id)
    return work.fact(fact, by=author_id, request_id=question_id, at=at)


def _wiki_at(work: Work, answer: given.Answer) -> datetime | None:
    return work.at(answer.wiki_at) if answer.wiki_at is not None else None


def _make_peers(person_ids: Iterable[int], now: datetime) -> None:
    """Make those who answered providers for themselves, where they are none yet."""
    rows = [
        {"person_id": person_id, "organisation_id": None, "most_open_offers": 5, "created_at": now}
        for person_id in sorted(person_ids)
    ]
    made = upsert(table_of(Provider)).values(rows)
    db.session.execute(
        made.on_conflict_do_nothing(index_elements=["person_id"], index_where=text("organisation_id IS NULL"))
    )


def _words(answer: given.Answer, rendered: Rendered) -> dict[str, object]:
    return {
        "body": answer.body,
        "body_html": rendered.html,
        "source_format": answer.format,
        "renderer_version": rendered.version,
        "score": answer.score,
    }


def _digest(answer: given.Answer) -> str:
    said = [answer.question, answer.body, answer.format, answer.score, answer.accepted, answer.user, answer.at]
    return digest_of([*said, answer.wiki_at] if answer.wiki_at is not None else said)
