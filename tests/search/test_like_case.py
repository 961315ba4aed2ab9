"""What stands beside an open case: what its organisation solved before, and articles."""

from __future__ import annotations

from tests.cases import make as cases
from tests.cast import sign_in
from tests.knowledge import make as articles
from tests.search.make import fill


def test_what_another_organisation_solved_stays_there(client, cast, index):
    case = cases.case(cast.customer, cast.waterworks, person=cast.agent, title="The meter bill of May is wrong")
    cases.case(cast.outsider, cast.waterworks, state="solved", title="The meter bill of April was wrong")
    cases.case(cast.outsider, cast.energy, state="solved", title="The meter bill of March was wrong")
    cases.case(cast.outsider, cast.waterworks, title="The meter bill of June is still open")
    articles.article(cast.peer, title="When the meter bill is wrong", body="Look at the black figures.")
    fill()
    sign_in(client, cast.agent)

    beside = client.get(f"/cases/{case.public_id}/like").text

    assert "bill of April" in beside
    assert "When the meter bill is wrong" in beside
    assert not [month for month in ("March", "June") if f"bill of {month}" in beside]
