"""Pictures in cases: for those who may see the message they stand in."""

from __future__ import annotations

from app.attachments.addresses import address_of, markdown_for
from app.attachments.queries import picture_for
from app.cases.services.talking import post_message
from app.community.compose import compose
from app.errors import NotFound
from tests.attachments import make as attachments
from tests.cases import make
from tests.cast import Cast, acting


def who_sees(cast: Cast, public_id: str) -> set[str]:
    found = set()
    for role, person in cast.people.items():
        try:
            picture_for(acting(person), public_id)
        except NotFound:
            continue
        found.add(role)
    return found


def test_a_picture_in_a_message_is_for_who_may_see_the_case(app, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks)
    picture = attachments.attachment(cast.customer)

    post_message(acting(cast.customer), case, text=compose(f"Look: {markdown_for(picture)}"))

    assert who_sees(cast, picture.public_id) == {"customer", "agent"}
    assert address_of(picture)


def test_a_picture_in_a_note_is_not_for_the_customer(app, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks)
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    picture = attachments.attachment(cast.agent)

    post_message(agent, case, text=compose(f"Look: {markdown_for(picture)}"), is_note=True)
    case.holder_organisation_id = cast.energy.id

    assert who_sees(cast, picture.public_id) == {"agent", "rival"}  # whose picture it is, and who has the case now
