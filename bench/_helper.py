"""Somebody who answered in the imported community, signed in."""

import sqlalchemy as sa

from app.accounts.models import Person, Session
from app.db import transaction
from app.organisations.identify import digest


def session_of_a_helper() -> str:
    """Make a session for somebody who answered; return its token."""
    token = "a-bench-session-token"
    with transaction() as session:
        person = session.scalars(sa.select(Person).where(Person.source_key.is_not(None)).order_by(Person.id)).first()
        assert person is not None
        person.can_sign_in = True
        if session.scalar(sa.select(Session.id).where(Session.token_digest == digest(token))) is None:
            now = person.created_at.replace(year=2026)
            session.add(
                Session(
                    token_digest=digest(token),
                    person_id=person.id,
                    created_at=now,
                    last_used_at=now.replace(year=2099),
                    expires_at=now.replace(year=2099),
                )
            )
    return token
