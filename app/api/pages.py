"""Every resource of the API, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.api import articles, cases, offered, quotes, views  # noqa: F401
from app.api.blueprint import bp  # noqa: F401
