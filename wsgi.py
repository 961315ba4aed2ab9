"""The door for a web server: `gunicorn wsgi:app`. Makes the application and nothing else."""

from app.factory import create_app

app = create_app()
