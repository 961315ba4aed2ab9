"""gunicorn's settings under ./dev: the installation is prepared in the process that has loaded the application anyway.

Loading it costs more than migrations, demo and index together, and a start would pay for it twice.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from gunicorn.arbiter import Arbiter

from app.cli import greet, prepare, with_commands
from app.db import db


def on_starting(server: Arbiter) -> None:
    """Prepare before the first request is taken; what fails here ends the server with its reason."""
    application = with_commands(server.app.wsgi())
    with application.app_context():
        prepare()
        if "SAMEN_GREETING" in os.environ:
            with Path(os.environ["SAMEN_GREETING"]).open("w") as told, contextlib.redirect_stdout(told):
                greet()  # said by whoever started us, under the address, where no log line comes between
        db.session.remove()
        db.engine.dispose()  # no connection may be shared with the processes that are forked next
