"""Every page of accounts, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.accounts.views import recovering, settings, signing_in, signing_up  # noqa: F401
from app.accounts.views.blueprint import bp  # noqa: F401
