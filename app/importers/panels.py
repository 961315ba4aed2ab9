"""What pages show about where a text came from, and what somebody may claim of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Question
from app.db import db
from app.importers.claiming import claimable_by
from app.importers.models import ImportRun


def source_panel(_viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the source, licence and address of an imported question, and by how much its dates were moved."""
    if question.import_run_id is None:
        return None
    run = db.session.scalar(_newest_run(question.import_run_id))
    if run is None:
        return None
    return "importers/_source.html", {
        "run": run,
        "address": run.link.replace("{id}", question.request.source_key or "") or None,
        "days": round(timedelta(seconds=run.shift_s) / timedelta(days=1)) if run.is_shifted else None,
    }


def _newest_run(run_id: int) -> Select[ImportRun]:
    """Select the newest run of the source that this run belongs to: what was told last holds for all its texts."""
    source = select(ImportRun.source).where(ImportRun.id == run_id).scalar_subquery()
    return select(ImportRun).where(ImportRun.source == source).order_by(ImportRun.id.desc()).limit(1)


def claim_panel(viewer: Actor, person: Person) -> tuple[str, dict[str, Any]] | None:
    """Return, on her own page, whose texts she may claim; nothing on anybody else's."""
    if viewer.person_id != person.id:
        return None
    authors = claimable_by(viewer)
    return ("importers/_claimable.html", {"authors": authors}) if authors else None
