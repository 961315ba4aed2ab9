"""Every page of search, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.search.views import cases, curating, finding  # noqa: F401
from app.search.views.blueprint import bp  # noqa: F401
