"""The door: `gunicorn wsgi:app` serves, `flask --app wsgi` commands. In production with what processes share."""

import gc
import os

gc.disable()  # loading makes much and throws little away: looking for garbage meanwhile takes a seventh of the time

from app.factory import create_app  # noqa: E402
from app.prose.language import load_model  # noqa: E402

app = create_app()
if "FLASK_RUN_FROM_CLI" in os.environ:  # as `flask` says
    from app.cli import with_commands

    app = with_commands(app)
config = app.extensions["samen.config"]
if config.environment == "production":
    load_model(config.instance)  # elsewhere each process loads it when somebody first writes
gc.freeze()  # what is loaded stays, and is shared by the processes forked from this one
gc.enable()
