"""The door for a web server: `gunicorn wsgi:app`. Makes the application, in production with what processes share."""

import gc

gc.disable()  # loading makes much and throws little away: looking for garbage meanwhile takes a seventh of the time

from app.factory import create_app  # noqa: E402
from app.prose.language import load_model  # noqa: E402

app = create_app()
config = app.extensions["samen.config"]
if config.environment == "production":
    load_model(config.instance)  # elsewhere each process loads it when somebody first writes
gc.freeze()  # what is loaded stays, and is shared by the processes forked from this one
gc.enable()
