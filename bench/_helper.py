"""People who answered in the imported community, signed in."""

import sqlalchemy as sa

from app.accounts.models import Person, Session
from app.db import transaction
from app.organisations.identify import digest


def session_of_a_helper() -> str:
    """Make a session for somebody who answered; return its token."""
    (token,) = sessions_of_helpers(1)
    return token


def sessions_of_helpers(many: int) -> list[str]:
    """Make a session for each of so many people who answered; return their tokens."""
    with transaction() as session:
        imported = sa.select(Person).where(Person.source_key.is_not(None)).order_by(Person.id)
        people = session.scalars(imported.limit(many)).all()
        assert len(people) == many
        tokens = [f"a-bench-session-token of {person.id}" for person in people]
        known = set(session.scalars(sa.select(Session.token_digest)))
        for person, token in zip(people, tokens, strict=True):
            person.can_sign_in = True
            now = person.created_at.replace(year=2026)
            if digest(token) not in known:
                session.add(
                    Session(
                        token_digest=digest(token),
                        person_id=person.id,
                        created_at=now,
                        last_used_at=now.replace(year=2099),
                        expires_at=now.replace(year=2099),
                    )
                )
    return tokens
