"""Every page of the knowledge base, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.knowledge.views import care, editing, judging, reading, reviewing  # noqa: F401
from app.knowledge.views.blueprint import bp  # noqa: F401
from app.knowledge.views.judging import open_bp  # noqa: F401
