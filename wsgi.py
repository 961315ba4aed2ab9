"""The door for a web server: `gunicorn wsgi:app`. Makes the application, in production with what processes share."""

import gc

gc.disable()  # loading makes much and throws little away: looking for garbage meanwhile takes a seventh of the time

from app.factory import create_app  # noqa: E402
from app.prose.language import load_model  # noqa: E402

app = create_app()
if app.extensions["samen.config"].environment == "production":
    load_model()  # elsewhere a quick start counts for more than many processes
gc.freeze()  # what is loaded stays, and is shared by the processes forked from this one
gc.enable()
