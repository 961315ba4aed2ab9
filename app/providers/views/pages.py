"""Gather the pages of people: importing a module here registers its routes."""

from __future__ import annotations

from app.providers.views import keeping, people  # noqa: F401
from app.providers.views.blueprint import bp  # noqa: F401
