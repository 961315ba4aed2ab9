"""Every page of cases, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.cases.views import (  # noqa: F401
    articles,
    cases,
    customers,
    desk,
    desk_keeping,
    holding,
    moving,
    promises,
    quotes,
    services,
    times,
    working,
)
from app.cases.views.blueprint import bp  # noqa: F401
