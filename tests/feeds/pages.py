"""Opening pages as a machine does: where a page has moved, there."""

from __future__ import annotations

from flask.testing import FlaskClient


def page_of(client: FlaskClient, path: str) -> str:
    """Return the text of a page, one move further if it has moved."""
    answer = client.get(path)
    return client.get(answer.location).text if answer.status_code in {301, 302} else answer.text
