"""What pages show about where a text came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.actor import Actor
from app.community.models.posts import Question
from app.db import db
from app.importers.models import ImportRun


def source_panel(_viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the source, licence and address of an imported question, and by how much its dates were moved."""
    if question.import_run_id is None:
        return None
    run = db.session.get(ImportRun, question.import_run_id)
    if run is None:
        return None
    return "importers/_source.html", {
        "run": run,
        "address": run.link.replace("{id}", question.request.source_key or "") or None,
        "days": round(timedelta(seconds=run.shift_s) / timedelta(days=1)) if run.is_shifted else None,
    }
