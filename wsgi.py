"""The door for a web server: `gunicorn wsgi:app`. Makes the application and nothing else."""

import gc

gc.disable()  # loading makes much and throws little away: looking for garbage meanwhile takes a seventh of the time

from app.factory import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what is loaded stays, and is shared by the processes forked from this one
gc.enable()
