"""What the page of a busy question costs: 200 answers and 800 comments by 60 people, with votes and evidence.

    ./dev bench busy [--rounds N] [--profile]

Made once in an installation of its own, beside 600 solved questions from which the helpers have their record. Measured
as pages.py does: inside one process, as a visitor, as a reader and as the one who asked. The promise: at most 12
statements and 60 ms. `--profile` says where the processor's time goes.
"""

import argparse
import cProfile
import gzip
import os
import pstats
import statistics
import sys
from datetime import UTC, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import Person, Session
from app.community.links import question_url
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.models.signals import Signal
from app.community.models.votes import Vote
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.organisations.identify import digest
from app.organisations.models import Organisation
from app.prose.rendering import Rendered, render
from app.providers.models import Provider
from app.requests.models import HelpRequest
from bench._figures import conclude, state
from bench._installation import Installation, installations
from bench._measuring import cost, counted

ANSWERS, PEOPLE, SOLVED, COMMENTS_EACH = 200, 60, 600, 4
MOST_STATEMENTS = 12
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
BODY = """Two things to look at, in this order:

1. Close the program and **wait** until its process is gone.
2. Rename `global-messages-db.sqlite`, start again and let it index for an hour.

If that does not help, start in troubleshoot mode; see [the manual](https://example.org/manual) for how. We had the same
with about forty accounts, and for most of them it was an add-on that had not been updated.

```sh
ls -la ~/.thunderbird/*.default-release
```
"""


REMARK = "That did it for me, after I had *also* emptied the cache. Thank you."


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench busy")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    for installation in installations("busy"):
        installation.flask("db", "upgrade")
        _measure(installation, options.rounds, is_profiled=options.profile)
    conclude()


def _measure(installation: Installation, rounds: int, *, is_profiled: bool) -> None:
    os.environ.update(installation.variables)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (until the process ends: the log would be most of what is measured)
    app = create_app(Config.from_environment())
    with app.app_context():
        if not (installation.folder / "made").exists():
            with transaction():
                _make()
            installation.flask("prepare")
            (installation.folder / "made").write_text("yes\n")
        question = db.session.scalars(sa.select(Question).order_by(Question.answers_count.desc()).limit(1)).one()
        path, asker_id = question_url(question.id, question.title), question.asker_id
        reader_id = db.session.scalars(sa.select(sa.func.max(Person.id))).one()
        db.session.remove()
    for who, person_id in (("visitor", None), ("reader", reader_id), ("asker", asker_id)):
        client = app.test_client()
        if person_id is not None:
            with app.app_context():
                token = _token(person_id)
            with client.session_transaction() as session:
                session.update({"_user_id": token, "_fresh": True, "_permanent": True})
        client.get(path)
        with counted() as statements:
            answer = client.get(path)
        costs = [cost(client, path) for _ in range(rounds)]
        times = sorted(wall for wall, _ in costs)
        processor = statistics.median(used for _, used in costs)
        measured = (
            f"p50 {statistics.median(times):.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, {processor:.1f} ms of "
            f"the processor; {len(statements)} statements; {len(answer.data) / 1024:.0f} kB, "
            f"{len(gzip.compress(answer.data)) / 1024:.1f} packed"
        )
        held = len(statements) <= MOST_STATEMENTS
        what = f"{installation.name}: page of a question with {ANSWERS} answers, {who}"
        state("busy", what, measured, f"<= {MOST_STATEMENTS} statements", held)
        if is_profiled:
            print("\n".join(" ".join(statement.split())[:150] for statement in statements))
            profile = cProfile.Profile()
            profile.runcall(_ask_often, client, path)
            pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(35)


def _ask_often(client: FlaskClient, path: str) -> None:
    for _ in range(10):
        client.get(path)


def _make() -> None:
    """Add people, organisations, solved questions and the busy one."""
    session = db.session
    people = [
        Person(
            handle=f"p{n}", handle_key=f"p{n}", name=f"Person {n}", languages=["en"], can_sign_in=True, created_at=START
        )
        for n in range(PEOPLE)
    ]
    works = [
        Organisation(kind=kind, slug=f"o{n}", name=f"Organisation {n}", texts={}, languages=["en"], created_at=START)
        for n, kind in enumerate(("service", "partner", "service", "partner"))
    ]
    shelf, tags = Category(slug="mail", texts={"en": {"name": "Mail"}}), [Tag(name="import"), Tag(name="index")]
    session.add_all([*people, *works, shelf, *tags])
    session.flush()  # ids
    for n, person in enumerate(people):
        session.add(Provider(person_id=person.id, organisation_id=_work(works, n), created_at=START))
    for number in range(SOLVED + 1):
        is_busy = number == SOLVED
        at = START + timedelta(hours=number)
        question = _question(people[number % 7], shelf, tags, f"Where did my messages of {number} go?", at)
        for n in range(ANSWERS if is_busy else 2):
            author = 10 + (n * 7 + number) % (PEOPLE - 10)
            answer = _answer(question, people[author], _work(works, author), at + timedelta(minutes=20 + n))
            session.add(answer)
            session.flush()  # its id
            if n == 0:
                answer.accepted_at = question.accepted_at = at + timedelta(hours=8)
                question.accepted_answer_id, question.request.state = answer.id, "solved"
            if is_busy:
                _judge(answer, people, n)
                _comment(answer, people, n)


def _work(works: list[Organisation], n: int) -> int | None:
    return works[n % 4].id if n % 3 == 0 else None


def _question(asker: Person, shelf: Category, tags: list[Tag], title: str, at: datetime) -> Question:
    request = HelpRequest(
        kind="question",
        asker=asker,
        channel="web",
        language="en",
        language_how="declared",
        audience="public",
        state="answered",
        state_since=at,
        created_at=at,
    )
    db.session.add(request)
    db.session.flush()  # its id is the question's
    question = Question(
        id=request.id,
        request=request,
        title=title,
        category_id=shelf.id,
        asker=asker,
        tag_names=[tag.name for tag in tags],
        excerpt="",
        created_at=at,
        last_activity_at=at,
        **_text(),
    )
    db.session.add(question)
    db.session.flush()  # tags point to it
    db.session.add_all(QuestionTag(question_id=question.id, tag_id=tag.id, asked_at=at) for tag in tags)
    return question


def _answer(question: Question, author: Person, organisation_id: int | None, at: datetime) -> Answer:
    question.answers_count += 1
    return Answer(
        question=question,
        author=author,
        acting_for_organisation_id=organisation_id,
        channel="web",
        language="en",
        language_how="declared",
        created_at=at,
        **_text(),
    )


def _judge(answer: Answer, people: list[Person], n: int) -> None:
    """Give an answer eight votes; every third one evidence, every fortieth a warning."""
    others = [person for person in people if person.id != answer.author_id]
    for turn in range(8):
        value = -1 if (n + turn) % 5 == 0 else 1
        voter = others[(n + turn * 5) % len(others)]
        db.session.add(Vote(person_id=voter.id, answer_id=answer.id, value=value, cast_at=answer.created_at))
        answer.score += value
    if n % 3 == 0:
        for turn in range(4):
            kind = "outdated" if turn == 3 else "worked"
            giver = others[(n + turn * 11) % len(others)]
            db.session.add(Signal(person_id=giver.id, answer_id=answer.id, kind=kind, given_at=answer.created_at))
    if n % 40 == 0:
        reason = "It deletes every message that is not on the server."
        warned = {"kind": "dangerous", "reason": reason, "language": "en", "given_at": answer.created_at}
        db.session.add(Signal(person_id=others[n % len(others)].id, answer_id=answer.id, **warned))


def _comment(answer: Answer, people: list[Person], n: int) -> None:
    """Put four comments under an answer, the last one a reply."""
    parent = None
    for turn in range(COMMENTS_EACH):
        comment = Comment(
            question_id=answer.question_id,
            answer_id=answer.id,
            parent_id=parent.id if parent is not None and turn == COMMENTS_EACH - 1 else None,
            author_id=people[(n + turn * 13) % len(people)].id,
            channel="web",
            language="en",
            language_how="declared",
            created_at=answer.created_at + timedelta(minutes=turn),
            **_text(REMARK),
        )
        db.session.add(comment)
        if parent is None:
            db.session.flush()  # the reply points to it
            parent = comment


@cache
def _rendered(body: str) -> Rendered:
    return render(body, source_format="markdown", mention_url=lambda _handle: None)


def _text(body: str = BODY) -> dict[str, object]:
    made = _rendered(body)
    return {"body": body, "body_html": made.html, "renderer_version": made.renderer_version}


def _token(person_id: int) -> str:
    """Make a session for a person; return its token."""
    token = f"a-bench-session-token-{person_id}"
    with transaction() as session:
        if session.scalar(sa.select(Session.id).where(Session.token_digest == digest(token))) is None:
            times = {
                "created_at": START,
                "last_used_at": START.replace(year=2099),
                "expires_at": START.replace(year=2099),
            }
            session.add(Session(token_digest=digest(token), person_id=person_id, **times))
    return token


if __name__ == "__main__":
    main()
