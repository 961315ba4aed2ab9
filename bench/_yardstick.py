"""The yardstick: a bare Flask page with three SQLAlchemy Core queries and a template of 30 rows, on the same database.

Served like the installation beside it, it says how fast this machine is now; what is measured is a ratio to it.
"""

import os

import sqlalchemy as sa
from flask import Flask, render_template_string

TEMPLATE = """<!doctype html><title>yardstick</title><p>{{ one }} {{ two }}
<ul>{% for row in rows %}<li><a href="/q/{{ row.id }}">{{ row.title }}</a> {{ row.answers_count }} {{ row.score }}</li>
{% endfor %}</ul>"""
ROWS = "SELECT id, title, answers_count, score FROM questions ORDER BY created_at DESC, id DESC LIMIT 30"

app = Flask(__name__)
engine = sa.create_engine(os.environ["SAMEN_YARDSTICK_DATABASE"])


@app.get("/")
def page() -> str:
    """Three queries and thirty rows."""
    with engine.connect() as connection:
        one = connection.execute(sa.text("SELECT count(*) FROM categories")).scalar_one()
        two = connection.execute(sa.text("SELECT name FROM tags WHERE id = 1")).scalar()
        rows = connection.execute(sa.text(ROWS)).all()
    return render_template_string(TEMPLATE, one=one, two=two, rows=rows)
