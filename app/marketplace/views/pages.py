"""Every page of the marketplace, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.marketplace.views import catalogue, editing  # noqa: F401
from app.marketplace.views.blueprint import bp  # noqa: F401
