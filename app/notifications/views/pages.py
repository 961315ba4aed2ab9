"""Every page of notices, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.notifications.views import alerts, inbox, news, settings  # noqa: F401
from app.notifications.views.blueprint import bp  # noqa: F401
from app.notifications.views.unsubscribing import bp as unsubscribing  # noqa: F401
