"""Who may know a row: an audience read the other way round, from the token to the people.

For whoever tells people of something they did not ask for: followers, the mentioned, the invited. A page asks
`audiences.known_to` instead, for the one who looks at it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from app.accounts.models import Person
from app.organisations.queries import people_at
from app.privacy.audiences import MODERATORS, OPERATORS, PUBLIC


def may_read(audience: str) -> ColumnElement[bool]:
    """Return the condition on people that holds for those whose eyes a row with this token is for, now.

    It is the other side of `audiences_of`. Nobody who is erased, or has become another, reads anything.
    """
    is_somebody = Person.erased_at.is_(None) & Person.merged_into_id.is_(None)
    return is_somebody & _has(audience)


def _has(audience: str) -> ColumnElement[bool]:
    kind, _, number = audience.partition(":")
    if audience == PUBLIC:
        return true()
    if audience in {MODERATORS, OPERATORS}:
        right = Person.is_moderator if audience == MODERATORS else Person.is_operator
        return right & Person.suspended_at.is_(None)
    if kind == "person":
        return Person.id == int(number)
    if kind == "org":
        return Person.id.in_(people_at(int(number), "questions")) & Person.suspended_at.is_(None)
    return false()
