"""What the database itself keeps of agreements."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.marketplace.models.agreements import Agreement
from tests.cast import Cast
from tests.community import make as community
from tests.marketplace import make


def agreement(quote: Any, customer: Any, **more: Any) -> Agreement:
    return Agreement(
        quote_id=quote.id,
        help_request_id=quote.help_request_id,
        organisation_id=quote.organisation_id,
        customer_id=customer.id,
        accepted_by_id=customer.id,
        content={"title": "As agreed"},
        digest="0" * 64,
        accepted_at=clock.now(),
        **more,
    )


@pytest.mark.parametrize("statement", ["UPDATE agreements SET digest = ''", "DELETE FROM agreements"])
def test_an_agreement_is_never_altered_whatever_a_query_says(database: Session, cast: Cast, statement: str) -> None:
    request = community.question(cast.customer).request
    quote = make.quote(request, cast.waterworks, cast.agent)
    database.add(agreement(quote, cast.customer))
    database.flush()

    with pytest.raises(DBAPIError, match="agreements are never changed"), database.begin_nested():
        database.execute(sa.text(statement))

    assert database.scalars(sa.select(Agreement.digest)).all() == ["0" * 64]


def test_one_request_has_one_first_agreement_and_each_is_superseded_once(database: Session, cast: Cast) -> None:
    request = community.question(cast.customer).request
    quotes = [make.quote(request, cast.waterworks, cast.agent) for _ in range(4)]
    first = agreement(quotes[0], cast.customer)
    database.add(first)
    database.flush()
    database.add(agreement(quotes[1], cast.customer, supersedes_id=first.id))
    database.flush()

    for quote, supersedes in ((quotes[2], None), (quotes[3], first.id), (quotes[0], None)):
        another = agreement(quote, cast.customer, supersedes_id=supersedes)
        with pytest.raises(IntegrityError), database.begin_nested():
            database.add(another)

    assert database.scalar(sa.select(sa.func.count()).select_from(Agreement)) == 2
