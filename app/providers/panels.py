"""What pages of packages to the left show about helpers."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.organisations.models import Organisation
from app.providers import queries


def helpers_panel(_viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Return the people who help on behalf of an organisation, for its page."""
    return "providers/_helpers.html", {
        "helpers": queries.helpers_of(organisation.id),
        "kind": organisation.kind,
        "name": organisation.name,
        "language": organisation.languages[0] if organisation.languages else None,
    }
