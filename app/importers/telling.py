"""What an operator tells of a source, once: its name, licence and addresses stay until she says something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from sqlalchemy import select

from app.db import db
from app.importers.models import ImportRun
from app.importers.sources import Source

BETWEEN_LICENCES = " / "
LONGEST_LICENCE = 200


def last_run(slug: str) -> ImportRun | None:
    """Return the newest run of this source, finished or not."""
    return db.session.scalar(select(ImportRun).where(ImportRun.source == slug).order_by(ImportRun.id.desc()).limit(1))


def as_told(found: Source, given: Mapping[str, str]) -> Source:
    """Return the source with what is `given` now, else with what its last run was told, else as it was `found`.

    `given` goes by the names of a source's fields; what is empty there is not given.
    """
    run = last_run(found.slug)
    kept = {} if run is None else asdict(_source_of(run))
    return replace(found, **{**_said(kept), **_said(given)})


def with_licences(source: Source, named: Sequence[str]) -> Source:
    """Return the source with the licences that its texts name, unless it has another than those."""
    if set(source.licence.split(BETWEEN_LICENCES)) <= {"", *named}:
        return replace(source, licence=BETWEEN_LICENCES.join(named)[:LONGEST_LICENCE])
    return source


def altered(source: Source) -> list[tuple[str, str, str]]:
    """Return (what, how it was, how it is) of everything that the last run of this source was told otherwise."""
    run = last_run(source.slug)
    before, now = {} if run is None else _said(asdict(_source_of(run))), asdict(source)
    return [(name, was, now[name]) for name, was in before.items() if was != now[name]]


def _source_of(run: ImportRun) -> Source:
    return Source(run.source, run.title, run.licence, run.licence_link, run.link)


def _said(about: Mapping[str, str]) -> dict[str, str]:
    return {name: words for name, words in about.items() if words}
