"""Gather the pages of organisations: importing a module here registers its routes."""

from __future__ import annotations

from app.organisations.views import acting, console, public, team  # noqa: F401
from app.organisations.views.blueprint import bp  # noqa: F401
