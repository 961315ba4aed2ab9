"""gunicorn's settings under ./dev: the installation is prepared in the process that has loaded the application anyway.

Loading it costs more than migrations, demo and index together, and a start would pay for it twice.
"""

from __future__ import annotations

from gunicorn.arbiter import Arbiter

from app.cli import prepare
from app.db import db


def on_starting(server: Arbiter) -> None:
    """Prepare before the first request is taken; what fails here ends the server with its reason."""
    application = server.app.wsgi()
    with application.app_context():
        prepare()
        db.session.remove()
        db.engine.dispose()  # no connection may be shared with the processes that are forked next
