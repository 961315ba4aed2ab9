"""Rows of accounts for tests: people, log-ins, sessions, tokens. Everything has a default; say only what matters."""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher

from app import clock
from app.accounts.models import ApiToken, FormerHandle, Login, Person, Session
from app.accounts.tokens import digest
from app.db import db, folded

PASSWORD = "a long walk along the river"
# The cheapest hash there is: what a test checks is never how slow the real one is.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

_numbers = itertools.count(1)


def person(name: str = "", *, email: str | None = None, **more: Any) -> Person:
    """Make a person who can sign in with PASSWORD; `email=""` makes one without a log-in, as importers do."""
    number = next(_numbers)
    name = name or f"Person {number}"
    handle = more.pop("handle", f"{name.split()[0].lower()}{number}")
    made = Person(
        name=name,
        handle=handle,
        handle_key=folded(handle),
        **{"languages": ["en", "nl"], "can_sign_in": email != "", "created_at": clock.now(), **more},
    )
    db.session.add(made)
    db.session.flush()  # the log-in points to it, and tests use the id
    if email != "":
        login(made, email or f"{handle}@example.org")
    return made


def former_handle(whose: Person, handle: str) -> FormerHandle:
    """Let a person have given up this handle."""
    return _kept(FormerHandle(handle_key=folded(handle), person_id=whose.id, given_up_at=clock.now()))


def login(whose: Person, email: str, **more: Any) -> Login:
    """Give a person a confirmed address with PASSWORD."""
    now = clock.now()
    made = Login(
        person=whose,
        email=email,
        email_key=folded(email),
        **{"password_hash": PASSWORD_HASH, "password_changed_at": now, "confirmed_at": now, **more},
    )
    return _kept(made)


def session(whose: Person, **more: Any) -> tuple[Session, str]:
    """Return a session of this person and the token that its cookie holds."""
    token, now = secrets.token_urlsafe(32), clock.now()
    defaults = {"created_at": now, "last_used_at": now, "expires_at": now + timedelta(days=30)}
    return _kept(Session(person_id=whose.id, token_digest=digest(token), **{**defaults, **more})), token


def api_token(whose: Person, *scopes: str, **more: Any) -> tuple[ApiToken, str]:
    """Return a token row with these scopes (default: read and write) and the secret that a program sends."""
    secret = f"samen_{secrets.token_urlsafe(32)}"
    defaults = {"name": "a program", "hint": secret[-4:], "created_at": clock.now()}
    scoped = list(scopes or ("read", "write"))
    made = ApiToken(person_id=whose.id, token_digest=digest(secret), scopes=scoped, **{**defaults, **more})
    return _kept(made), secret


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # tests use the id
    return row
