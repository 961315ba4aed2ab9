"""Write what a source says of its authors: new people in bulk, changed ones one by one, equal ones not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import select, update

from app.accounts.models import Person
from app.db import db, upsert
from app.importers.addresses import keep_addresses
from app.importers.models import ImportedText
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.people import NewPerson, make_people, shown_name
from app.importers.rows import Profile, RowError
from app.importers.survey import Survey
from app.importers.work import QUIET, Work, digest_of, table_of

PROFILE_WEIGHT = 0.2


def profile_step(
    work: Work,
    seen: Survey,
    read: Callable[[int], Iterator[tuple[int, Profile | RowError]]],
    place: Callable[[int], tuple[str, int]],
) -> Step:
    """Return the step that writes the people of a source that has profiles."""

    def look(batch: Sequence[Numbered]) -> Counts:
        new, changed, same = _sorted(work, [row for _, row in batch])
        return len(new), len(changed), len(same)

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        new, changed, same = _sorted(work, [row for _, row in batch])
        _make(work, seen, new)
        for profile in changed:
            _update(work, profile)
        for word, rows in (("new", new), ("changed", changed), ("same", same)):
            work.counts[f"people_{word}"] += len(rows)
        _note(work, [*new, *changed])
        return ()

    return Step("people", seen.sizes["people"], PROFILE_WEIGHT, read, look, write, place)


def _sorted(work: Work, batch: Sequence[Profile]) -> tuple[list[Profile], list[Profile], list[Profile]]:
    """Return the new, the changed and the equal. Who signs in here, was erased or merged is not changed any more."""
    ids = {profile.key: work.known_person(profile.key) for profile in batch}
    rows = db.session.execute(
        select(Person.id, ImportedText.digest)
        .outerjoin(ImportedText, (ImportedText.object_id == Person.id) & (ImportedText.kind == "person"))
        .where(Person.id.in_([person_id for person_id in ids.values() if person_id is not None]))
        .where(Person.source == work.source, ~Person.can_sign_in, Person.erased_at.is_(None))
    )
    digests = {person_id: digest for person_id, digest in rows}  # noqa: C416  rows are no pairs to dict()
    new = [profile for profile in batch if ids[profile.key] is None]
    changed = [p for p in batch if ids[p.key] in digests and digests[ids[p.key]] != _digest(p)]  # type: ignore[index]
    done = {profile.key for profile in (*new, *changed)}
    return new, changed, [profile for profile in batch if profile.key not in done]


def _make(work: Work, seen: Survey, profiles: Sequence[Profile]) -> None:
    people = {
        profile.key: NewPerson(
            profile.name,
            min(work.at(profile.joined_at), work.at(seen.authors[profile.key].first_at)),
            seen.authors[profile.key].languages,
            profile.bio,
        )
        for profile in profiles
    }
    make_people(work, people)


def _update(work: Work, profile: Profile) -> None:
    said = {"bio": profile.bio, "name": shown_name(profile.name)}
    statement = update(Person).where(Person.id == work.person(profile.key))
    db.session.execute(
        statement.values(**{name: value for name, value in said.items() if value or name == "bio"}),
        execution_options=QUIET,
    )


def _note(work: Work, profiles: Sequence[Profile]) -> None:
    if not profiles:
        return
    rows = [
        {"kind": "person", "object_id": work.person(profile.key), "digest": _digest(profile)} for profile in profiles
    ]
    said = upsert(table_of(ImportedText))
    statement = said.on_conflict_do_update(
        index_elements=["kind", "object_id"], set_={"digest": said.excluded["digest"]}
    )
    db.session.execute(statement, rows)
    keep_addresses([(work.person(one.key), one.address) for one in profiles if one.address is not None])


def _digest(profile: Profile) -> str:
    return digest_of([profile.name, profile.bio, profile.joined_at, profile.address])
