"""Every page of operators, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.admin.views import categories, organisations, ranking, running  # noqa: F401
from app.admin.views.running import bp  # noqa: F401
