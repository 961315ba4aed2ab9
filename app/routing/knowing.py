"""Who is known without anybody's confirming it: where trust begins, from the rows as they are now.

Operators, moderators and curators are; whoever has a seat at an organisation, which is one source however many seats it
gives; imported people, for whom the operator answers who imported them. Suspended and erased people are not.
"""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.organisations.models import Membership, Organisation, is_seated
from app.providers.models import Provider
from app.ranking.credence import Known

_IN_GOOD_STANDING = (Person.suspended_at.is_(None), Person.erased_at.is_(None), Person.merged_into_id.is_(None))


def known_people(session: Session) -> Known:
    """Return the verified with their sources, the imported, and which source each provider belongs to."""
    has_rights = or_(Person.is_operator, Person.is_moderator, Person.is_curator)
    of_their_own = session.scalars(select(Person.id).where(has_rights, *_IN_GOOD_STANDING).order_by(Person.id)).all()
    seats = session.execute(
        select(Membership.person_id, Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(is_seated(), Organisation.closed_at.is_(None), *_IN_GOOD_STANDING)
        .order_by(Membership.id)
    ).all()
    imported = session.scalars(select(Person.id).where(Person.source.is_not(None), *_IN_GOOD_STANDING))
    providers = session.execute(select(Provider.id, Provider.person_id, Provider.organisation_id))
    return Known(
        # The first source of a person is whom her verdicts count for: her organisation, if she has a seat at one.
        seats=(
            *((row.person_id, source_of(row.organisation_id)) for row in seats),
            *((one, one) for one in of_their_own),
        ),
        imported=tuple(imported),
        owners=tuple(
            (row.id, row.person_id if row.organisation_id is None else source_of(row.organisation_id))
            for row in providers
        ),
    )


def source_of(organisation_id: int) -> int:
    """Return the number by which an organisation is a source of trust; no person has it."""
    # -1 is nobody.
    return -1 - organisation_id


def organisation_of(source: int) -> int:
    """Return which organisation a source is, given that it is one."""
    return -1 - source
