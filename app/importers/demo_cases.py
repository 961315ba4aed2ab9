"""Open the demo's cases through the services, as if it were then, so that desk, timelines, promises and handovers have
something to show. The words are in demo_content/cases.json: each case begins hours ago, and "later" lets hours pass.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint, Promise
from app.cases.queries.case_view import case_view
from app.cases.services import causes, claiming, disputing, handing_over, moving, promising, talking
from app.cases.services.opening import open_case
from app.cases.services.retelling import beginning_of_case, make_article
from app.community.compose import compose
from app.db import db, folded
from app.knowledge.wording import ArticleText, compose_article
from app.organisations.identify import actor_of
from app.organisations.models import Organisation
from app.privacy.services.giving import give_detail
from app.privacy.services.granting import give_grant

WORDS = Path(__file__).with_name("demo_content") / "cases.json"
A_MOMENT = timedelta(minutes=2)
CAUSES = ("Meterstand", "Verhuizing", "Rekening onduidelijk", "Storing")


def open_demo_cases() -> None:
    """Open every case and go on with it as its steps say. Needs a transaction."""
    present = clock.now()
    houses = {each.slug: each.id for each in db.session.scalars(select(Organisation))}
    for row in json.loads(WORDS.read_text()):
        asker = _actor(row["asker"])
        text = compose(row["text"], title=row["title"], prior=row["language"])
        holder_id = houses[row["holder"]] if row["holder"] else None
        moment = present - timedelta(hours=row["hours_ago"])
        with clock.as_of(moment):
            case = open_case(asker, title=row["title"], text=text, organisation_id=holder_id)
        for who, what, *words in row["steps"]:
            moment += timedelta(hours=float(words[0])) if what == "later" else A_MOMENT
            if what != "later":
                actor = asker if who == row["asker"] else _actor(who, case.holder_organisation_id)
                with clock.as_of(moment):
                    _break_promises(case)
                    _step(actor, case, what, words, houses, language=row["language"])
    joost = _actor("joost", houses["linderland-energie"])
    for name in CAUSES:
        causes.add_cause(joost, name)


def _step(actor: Actor, case: Case, what: str, words: Sequence[str], houses: dict[str, int], *, language: str) -> None:
    match what:
        case "claim":
            claiming.claim(actor, case)
        case "message" | "note":
            text = compose(words[0], prior=language)
            talking.post_message(actor, case, text=text, is_note=what == "note")
        case "understand":
            disputing.state_understanding(actor, case, words=words[0])
        case "confirm":
            disputing.confirm_understanding(actor, case, _understood(case))
        case "promise":
            kind, said, hours = words
            due_at = clock.now() + timedelta(hours=float(hours))
            promising.make_promise(actor, case, kind=kind, words=said, due_at=due_at)
        case "keep":
            promising.keep_promise(actor, case, _promises(case)[-1].id)
        case "dispute":
            disputing.dispute(actor, case, about=words[0], words=words[1])
        case "detail":
            give_detail(actor, person_id=case.asker_id, kind=words[0], value=words[1], help_request_id=case.id)
            give_grant(
                actor,
                person_id=case.asker_id,
                organisation_id=case.holder_organisation_id,
                purpose="handle_request",
                kinds=words[:1],
                help_request_id=case.id,
            )
        case "wait":
            moving.move(actor, case, "waiting", reason=words[0])
        case "solved":
            moving.move(actor, case, "solved")
        case "article":
            _retell(actor, case, *words)
        case "ask":
            moving.ask_if_solved(actor, case)
        case "hand_over":
            handing_over.offer_handover(actor, case, to_organisation_id=houses[words[0]], reason=words[1])


def _retell(actor: Actor, case: Case, title: str, summary: str) -> None:
    """Make a draft of what was told in a case, as whoever presses the button twice does."""
    shown = case_view(actor, case.id)
    begun = beginning_of_case(shown)
    body = compose_article(begun.body, title=title, prior=begun.language)
    text = ArticleText(title=title, summary=summary, body=body)
    make_article(actor, shown, text, audience=begun.audience, language=begun.language)


def _break_promises(case: Case) -> None:
    """Write down which promises of a case are broken by now, as the worker would have done."""
    for promise in _promises(case):
        promising.break_if_due(case.id, promise.id)


def _promises(case: Case) -> Sequence[Promise]:
    return db.session.scalars(select(Promise).where(Promise.help_request_id == case.id).order_by(Promise.id)).all()


def _understood(case: Case) -> int:
    """Return the point that waits for the customer's yes."""
    waits = select(CasePoint.id).where(CasePoint.help_request_id == case.id, CasePoint.answer.is_(None))
    return db.session.scalars(waits).one()


def _actor(handle: str, organisation_id: int | None = None) -> Actor:
    person = db.session.scalars(select(Person).where(Person.handle_key == folded(handle))).one()
    return actor_of(person, acting_for_organisation_id=organisation_id)
