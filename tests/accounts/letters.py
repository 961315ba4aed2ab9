"""Reading the letters of a test: what the worker wrote, and the link in it."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.accounts.letters import write_due_letters
from app.db import db
from app.mail import Letter


def letters_to(address: str) -> list[Letter]:
    """Let the worker write, and return the letters to this address, oldest first."""
    write_due_letters()
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).where(Letter.to_address == address).order_by(Letter.id)))


def link_in(letter: Letter) -> str:
    """Return the path of the first link in a letter."""
    found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", letter.body)
    assert found, letter.body
    return found[1]
