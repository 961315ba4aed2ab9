"""Load the demo community into an empty database: with its original times, as facts of the past, telling nobody.

The words are in demo_content/. A demo log-in has a password that everybody can read here, so production refuses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from app import clock
from app.accounts.models import Login, Person
from app.accounts.passwords import hash_password
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.db import db, folded, transaction
from app.errors import Conflict
from app.importers.demo_acting import load_acting
from app.importers.demo_cases import open_demo_cases
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_knowledge import load_articles, load_sources
from app.importers.demo_notices import tell_demo
from app.importers.demo_search import load_search, save_demo_search
from app.importers.demo_services import load_services
from app.importers.demo_texts import DemoCommunity, people_with_log_in, read_demo
from app.importers.demo_threads import load_threads
from app.organisations.models import Membership, Organisation
from app.outbox.models import DomainEvent
from app.prose.rendering import render
from app.providers.counting import count_whoever_differs
from app.providers.models import Provider, Skill
from app.requests.models import HelpRequest
from app.routing import services as routing
from app.routing import upkeep
from app.routing.models import RoutingDecision
from app.search import services as search

PASSWORD = "samen-linderland"  # noqa: S105 (shown to whoever starts the demo)


def is_empty() -> bool:
    """Say whether this installation has neither people nor requests yet."""
    return not db.session.scalar(select(func.count()).select_from(Person)) and not db.session.scalar(
        select(func.count()).select_from(HelpRequest)
    )


def has_demo() -> bool:
    """Say whether the demo community has been loaded here."""
    return db.session.scalar(select(DomainEvent.id).where(DomainEvent.source == SOURCE).limit(1)) is not None


def is_finished() -> bool:
    """Say whether the demo's people have been invited and told. Its questions are decided about in that transaction."""
    decided = select(RoutingDecision.id).join(HelpRequest, HelpRequest.id == RoutingDecision.help_request_id)
    return db.session.scalar(decided.where(HelpRequest.source == SOURCE).limit(1)) is not None


def load_demo() -> None:
    """Add the whole demo community. Raises Conflict unless the database is empty. The caller opens the transaction."""
    if not is_empty():
        raise Conflict("not_empty")
    now, demo, ids = clock.now(), read_demo(), DemoIds()
    _load_shelves(demo, ids)
    _load_organisations(demo, ids, now)
    _load_people(demo, ids, now)
    _load_providers(demo, ids, now)
    load_acting(ids, now)
    load_threads(demo.questions, ids, now, beside=[*load_services(demo, ids, now), *load_articles(ids, now)])
    load_sources(now)
    load_search(now)
    search.mark_everything()


def finish_demo() -> None:
    """Invite helpers to the demo's open questions, open its cases, and tell people what happened to them lately.

    So "For you", "Who can help", the desk and the bells have something to show. All of it or nothing: where it was
    interrupted, the next start does it; where it is done, nothing is.
    """
    with transaction():
        if is_finished():
            return
    count_whoever_differs()
    upkeep.rebuild()
    with transaction():
        waiting = select(Question).join(HelpRequest).where(HelpRequest.state == "open").order_by(Question.id)
        for question in db.session.scalars(waiting).all():
            routing.route(question)
        open_demo_cases()
        save_demo_search()
        tell_demo()


def log_ins() -> list[tuple[str, str, str]]:
    """Return e-mail address, name and roles of everybody who can sign in to the demo."""
    return [(person.email or "", person.display_name, ", ".join(person.roles)) for person in people_with_log_in()]


def _load_shelves(demo: DemoCommunity, ids: DemoIds) -> None:
    categories = [
        {
            "slug": row["slug"],
            "position": position,
            "asks_for_version": row.get("asks_for_version", False),
            "texts": {
                language: {part: row[part][language] for part in ("name", "description", "template") if part in row}
                for language in row["name"]
            },
        }
        for position, row in enumerate(demo.categories, 1)
    ]
    used = Counter(tag for question in demo.questions for tag in question.tags)
    told = {name: _tag_texts(row) for row in demo.tag_rows for name in demo.tags[row["slug"]].values()}
    tags = [{"name": name, "questions_count": count, "texts": told[name]} for name, count in used.items()]
    ids.categories = _insert(Category, categories, by="slug")
    ids.tags = _insert(Tag, tags, by="name")
    also = [
        {"name": other, "synonym_of_id": ids.tags[demo.tags[row["slug"]][language]]}
        for row in demo.tag_rows
        for language, others in row.get("also", {}).items()
        for other in others
        if demo.tags[row["slug"]][language] in ids.tags
    ]
    db.session.execute(insert(Tag), also)


def _tag_texts(row: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what the page of a tag tells, in both languages; a page is rendered as when somebody saves it."""
    pages: dict[str, str] = row.get("page", {})
    return {
        language: {
            "description": words,
            "page": pages.get(language, ""),
            "page_html": render(pages[language], source_format="markdown").html if language in pages else "",
        }
        for language, words in row.get("about", {}).items()
    }


def _load_organisations(demo: DemoCommunity, ids: DemoIds, now: datetime) -> None:
    began = now - timedelta(days=max(person.joined_days_ago for person in demo.people))
    rows = [
        {
            "kind": row["kind"],
            "slug": row["slug"],
            "name": row["name"],
            "texts": row["description"],
            "languages": row["languages"],
            "created_at": began,
        }
        for row in demo.organisations
    ]
    ids.organisations = _insert(Organisation, rows, by="slug")


def _load_people(demo: DemoCommunity, ids: DemoIds, now: datetime) -> None:
    joined = {person.handle: now - timedelta(days=person.joined_days_ago) for person in demo.people}
    rows = [
        {
            "handle": person.handle,
            "handle_key": folded(person.handle),
            "name": person.display_name,
            "bio": person.bio,
            "languages": list(person.languages),
            "interface_language": person.interface_language,
            "time_zone": person.time_zone,
            "is_operator": "operator" in person.rights,
            "is_moderator": "moderator" in person.rights,
            "is_curator": "curator" in person.rights,
            "can_sign_in": person.email is not None,
            "created_at": joined[person.handle],
        }
        for person in demo.people
    ]
    ids.people = _insert(Person, rows, by="handle")
    kept = hash_password(PASSWORD)  # one for all: hashing eight times is most of what loading would take
    log_in_rows = [
        {
            "person_id": ids.people[person.handle],
            "email": person.email,
            "email_key": folded(person.email),
            "password_hash": kept,
            "password_changed_at": joined[person.handle],
            "confirmed_at": joined[person.handle],
        }
        for person in demo.people
        if person.email is not None
    ]
    db.session.execute(insert(Login), log_in_rows)
    memberships = [
        {
            "person_id": ids.people[person.handle],
            "organisation_id": ids.organisations[seat["organisation"]],
            "role": seat["role"],
            "title": seat["title"],
            "since": joined[person.handle],
        }
        for person in demo.people
        for seat in person.memberships
    ]
    db.session.execute(insert(Membership), memberships)


def _load_providers(demo: DemoCommunity, ids: DemoIds, now: datetime) -> None:
    """Make a provider per capacity in which somebody helps, said by skills or shown by an answer; and the desks."""
    skills: dict[tuple[str | None, str | None], Sequence[str]] = {}
    for person in demo.people:
        for seat in person.memberships:
            skills[person.handle, seat["organisation"]] = demo.tags_about(person.skills, person.languages)
        if person.skills and not person.memberships:
            skills[person.handle, None] = demo.tags_about(person.skills, person.languages)
    for answer in (answer for question in demo.questions for answer in question.answers):
        skills.setdefault((answer.author, answer.acting_for), ())
    for organisation in demo.organisations:
        skills[None, organisation["slug"]] = demo.tags_about(organisation["topics"], organisation["languages"])
    rows = [
        {
            "person_id": ids.people[handle] if handle else None,
            "organisation_id": ids.organisations[slug] if slug else None,
            "created_at": now,
        }
        for handle, slug in skills
    ]
    made = db.session.scalars(insert(Provider).returning(Provider.id, sort_by_parameter_order=True), rows).all()
    known = [
        {"provider_id": provider_id, "tag_id": ids.tags[name]}
        for provider_id, names in zip(made, skills.values(), strict=True)
        for name in names
        if name in ids.tags
    ]
    db.session.execute(insert(Skill), known)


def _insert(
    model: type[Category | Tag | Organisation | Person], rows: list[dict[str, Any]], *, by: str
) -> dict[str, int]:
    made = db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows).all()
    return {row[by]: row_id for row, row_id in zip(rows, made, strict=True)}
