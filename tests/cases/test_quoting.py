"""Quotes: written, compared, accepted or declined; and agreements, which nobody alters."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import clock
from app.cases.models.cases import Case
from app.cases.models.promises import Promise
from app.cases.queries.case_view import case_for
from app.cases.queries.quotes import choices_for
from app.cases.services import agreeing, bundling, quoting
from app.db import db, transaction
from app.errors import Conflict, DomainError, NotAllowed
from app.marketplace import personal_data
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.marketplace.models.services import BundlePart
from app.outbox.models import DomainEvent
from tests.cases import make
from tests.cast import Cast, acting, sign_in, submit
from tests.marketplace import make as market

AT_ONCE = 8


@pytest.fixture
def case(cast: Cast) -> Case:
    return make.case(cast.customer, cast.waterworks, person=cast.agent, title="The tap leaks behind the wall")


def offer(**more: Any) -> quoting.Offer:
    values: dict[str, Any] = {
        "title": "Repair behind the wall",
        "lines": [quoting.Line("The work", 12_000), quoting.Line("Care", 450, "month"), quoting.Line("Off", -2_000)],
        "valid_until": clock.now() + timedelta(days=7),
        "change_terms": "Tell us two days before.",
        "cancellation_terms": "Until the day before, for nothing.",
        **more,
    }
    return quoting.Offer(**values)


def quoted(case: Case, cast: Cast, **more: Any) -> Quote:
    return quoting.make_quote(acting(cast.agent, for_organisation=cast.waterworks), case, offer(**more))


def kinds(case: Case) -> list[str]:
    query = sa.select(DomainEvent.kind).where(DomainEvent.help_request_id == case.id).order_by(DomainEvent.id)
    return list(db.session.scalars(query))


def test_a_yes_makes_an_agreement_of_everything_the_customer_saw(case: Case, cast: Cast) -> None:
    quote = quoted(case, cast, done_within_days=3, term_months=12, notice_days=30)
    assert (case.state, case.state_reason) == ("waiting", "A quote waits for your answer.")

    made = agreeing.accept_quote(acting(cast.customer), case, quote)

    assert made.content["lines"] == [
        {"words": "The work", "amount_cents": 12_000, "per": "once"},
        {"words": "Care", "amount_cents": 450, "per": "month"},
        {"words": "Off", "amount_cents": -2_000, "per": "once"},
    ]
    assert made.content["totals"] == {"once": 10_000, "month": 450}
    assert made.content["cancellation_terms"] == "Until the day before, for nothing."
    assert made.digest == agreeing.digest_of(made.content)
    assert (made.customer_id, made.accepted_by_id, made.supersedes_id) == (cast.customer.id, cast.customer.id, None)
    assert quote.state == "accepted"
    assert case.state == "with_helper"
    promise = db.session.get_one(Promise, made.content["promise_id"])
    assert (promise.by_organisation_id, promise.to_person_id) == (cast.waterworks.id, cast.customer.id)
    assert promise.due_at.isoformat() == "2026-03-05T22:59:00+00:00"  # the third day after, until it ends
    assert kinds(case)[:1] == ["quote_made"]
    assert "agreement_made" in kinds(case)


def test_of_several_quotes_one_is_chosen_and_the_others_hear_it(case: Case, cast: Cast) -> None:
    first, second = quoted(case, cast), quoted(case, cast, title="The cheap way")

    agreeing.accept_quote(acting(cast.customer), case, second)

    assert (first.state, second.state) == ("not_chosen", "accepted")
    with pytest.raises(Conflict):
        agreeing.accept_quote(acting(cast.customer), case, first)


def test_an_agreement_is_only_superseded_with_her_yes(case: Case, cast: Cast, database: Session) -> None:
    first = agreeing.accept_quote(acting(cast.customer), case, quoted(case, cast, done_within_days=2))
    newer = quoted(case, cast, title="A longer care plan")
    assert newer.replaces_id == first.quote_id
    assert quoting.in_force(case.id) is first

    quoting.decline_quote(acting(cast.customer), case, newer, reason="It is fine as it is.")
    assert quoting.in_force(case.id) is first
    second = agreeing.accept_quote(acting(cast.customer), case, quoted(case, cast, done_within_days=9))

    promises = database.scalars(sa.select(Promise.state).order_by(Promise.id)).all()
    assert promises == ["released", "open"]
    assert quoting.in_force(case.id) is second
    assert second.supersedes_id == first.id
    assert database.scalar(sa.select(sa.func.count()).select_from(Agreement)) == 2


def test_nobody_agrees_but_the_customer_and_nobody_quotes_but_the_holder(case: Case, cast: Cast) -> None:
    quote = quoted(case, cast)

    for person, organisation in ((cast.agent, cast.waterworks), (cast.outsider, None), (cast.rival, cast.energy)):
        with pytest.raises(NotAllowed):
            agreeing.accept_quote(acting(person, for_organisation=organisation), case, quote)
    for person, organisation in ((cast.customer, None), (cast.agent, None), (cast.rival, cast.energy)):
        with pytest.raises(NotAllowed):
            quoting.make_quote(acting(person, for_organisation=organisation), case, offer())
    assert quote.state == "open"


@pytest.mark.parametrize("ending", ["expired", "withdrawn", "declined", "accepted"])
def test_what_is_over_cannot_be_accepted(case: Case, cast: Cast, clock: Any, ending: str) -> None:
    quote, customer = quoted(case, cast), acting(cast.customer)
    if ending == "expired":
        clock.shift(7 * 24 * 3600 + 1)
    elif ending == "withdrawn":
        quoting.withdraw_quote(acting(cast.agent, for_organisation=cast.waterworks), case, quote)
    elif ending == "declined":
        quoting.decline_quote(customer, case, quote)
    else:
        agreeing.accept_quote(customer, case, quote)

    with pytest.raises(Conflict):
        agreeing.accept_quote(customer, case, quote)


def test_providers_of_the_same_part_are_compared_and_the_choice_ends_the_others(
    cast: Cast, client: FlaskClient
) -> None:
    topic_of = [market.service(each, f"Care by {each.name}") for each in (cast.waterworks, cast.energy)]
    bundle = market.bundle(cast.plumbers, [topic_of[0], market.service(cast.plumbers, "Something else to do")])
    customer = acting(cast.customer)
    whole = make.case(cast.customer, cast.plumbers, service_id=bundle.id)
    parts = bundling.plan_parts(customer, whole, list(db.session.scalars(sa.select(BundlePart))))
    second = bundling.ask_provider(customer, whole, parts[0].id, topic_of[1])
    first = db.session.scalars(sa.select(Case).where(Case.holder_organisation_id == cast.waterworks.id)).one()
    dear = quoting.make_quote(acting(cast.agent, for_organisation=cast.waterworks), first, offer(title="The dear one"))
    lines = [quoting.Line("All of it", 900)]
    cheap = quoting.make_quote(
        acting(cast.rival, for_organisation=cast.energy), second, offer(title="The cheap one", lines=lines)
    )

    (choice,) = choices_for(customer, case_for(customer, second.public_id))
    assert [each.quote.id for each in choice.quotes] == [dear.id, cheap.id]
    assert choice.cheapest == cheap.id
    (own,) = choices_for(acting(cast.rival), case_for(acting(cast.rival), second.public_id))
    assert [each.quote.id for each in own.quotes] == [cheap.id]  # an organisation sees its own only
    sign_in(client, cast.customer)
    for public_id in (whole.public_id, first.public_id):
        page = client.get(f"/cases/{public_id}/quotes").text
        assert "The dear one" in page
        assert "The cheap one" in page

    agreeing.accept_quote(customer, second, cheap)

    db.session.expire_all()
    assert (dear.state, cheap.state) == ("not_chosen", "accepted")
    assert (first.state, first.state_reason) == ("closed", "The customer chose another offer.")


@pytest.mark.commits
@pytest.mark.parametrize("which", ["one quote", "one each"])
def test_of_many_acceptances_at_once_one_wins(app: Flask, database: Session, cast: Cast, which: str) -> None:
    made = make.case(cast.customer, cast.waterworks, person=cast.agent)
    rows = [market.quote(made.request, cast.waterworks, cast.agent) for _ in range(AT_ONCE)]
    ids = [rows[0].id] * AT_ONCE if which == "one quote" else [each.id for each in rows]
    case_id, customer = made.id, acting(cast.customer)
    db.session.commit()
    said: list[Any] = []
    start = threading.Barrier(AT_ONCE)

    def accept(quote_id: int) -> None:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    case, quote = db.session.get_one(Case, case_id), db.session.get_one(Quote, quote_id)
                    agreeing.accept_quote(customer, case, quote)
                    said.append("agreed")
            except DomainError as error:
                said.append(error.code)

    threads = [threading.Thread(target=accept, args=(each,)) for each in ids]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    database.rollback()
    assert sorted(said) == ["agreed"] + ["quote_decided"] * (AT_ONCE - 1)
    assert database.scalar(sa.select(sa.func.count()).select_from(Agreement)) == 1
    states = database.scalars(sa.select(Quote.state).where(Quote.help_request_id == case_id)).all()
    assert sorted(states) == ["accepted"] + ["not_chosen"] * (AT_ONCE - 1)
    told = sa.select(sa.func.count()).where(DomainEvent.kind == "agreement_made")
    assert database.scalar(told) == 1


def test_a_quote_is_written_compared_and_accepted_in_the_browsers_way(
    client: FlaskClient, case: Case, cast: Cast, database: Session, count_queries: Any
) -> None:
    path = f"/cases/{case.public_id}/quotes"
    form = {
        "title": "Repair behind the wall",
        "currency": "EUR",
        "words_0": "The work",
        "amount_0": "120",
        "per_0": "once",
        "words_1": "Care",
        "amount_1": "4,50",
        "per_1": "month",
        "words_2": "",
        "amount_2": "",
        "per_2": "once",
        "valid_until": "2026-03-20",
        "done_within_days": "3",
        "change_terms": "Tell us two days before.",
        "cancellation_terms": "Until the day before, for nothing.",
    }
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    assert client.get(f"{path}/new").status_code == 200
    for more, words in (
        ({"amount_0": "a lot"}, "Write an amount like 12 or 12,50."),
        ({"words_1": ""}, "Say what this amount is for."),
        ({"amount_0": "-500"}, "The amounts come to less than nothing."),
        ({"valid_until": "2026-03-01"}, "Choose a day that is still to come, within a year."),
        ({"valid_until": "soon"}, "Not a valid date"),
        ({"done_within_days": "0"}, "Write a whole number from 1 to 700."),
        ({"cancellation_terms": " "}, "This cannot be empty."),
    ):
        answer = submit(client, f"{path}/new", **form | more)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert submit(client, f"{path}/new", **form).status_code == 303
    quote = database.query(Quote).one()
    assert [(line.words, line.amount_cents, line.per) for line in database.query(QuoteLine)] == [
        ("The work", 12_000, "once"),
        ("Care", 450, "month"),
    ]
    assert quote.valid_until.isoformat() == "2026-03-20T22:59:00+00:00"  # the day ends in Amsterdam
    for _ in range(6):
        market.quote(case.request, cast.waterworks, cast.agent)
    database.commit()

    sign_in(client, cast.customer)
    with count_queries() as ran:
        page = client.get(path).text
    assert ran.count <= 12, ran
    assert "€174.00" in page  # 120 once and twelve times 4.50 in the first year
    with count_queries() as ran:
        assert "7 quotes wait for your answer." in client.get(f"/cases/{case.public_id}").text
    one = client.get(f"{path}/{quote.id}").text
    assert "Until the day before, for nothing." in one  # before the button
    assert one.index("Until the day before, for nothing.") < one.index("Yes, I agree")
    done = submit(client, f"{path}/{quote.id}/accept")
    agreement = database.query(Agreement).one()
    assert done.location == f"/cases/{case.public_id}/agreements/{agreement.id}"
    assert agreement.digest in client.get(done.location).text
    assert submit(client, f"{path}/{quote.id}/accept").status_code == 409


def test_an_agreement_is_told_and_stays_when_she_is_forgotten(case: Case, cast: Cast, database: Session) -> None:
    agreeing.accept_quote(acting(cast.customer), case, quoted(case, cast))
    quoted(case, cast, title="For Carla alone")

    held = personal_data.export(cast.customer.id)
    personal_data.erase(cast.customer.id)

    assert [each["title"] for each in held["quotes"]] == ["Repair behind the wall", "For Carla alone"]
    assert held["agreements"][0]["content"]["title"] == "Repair behind the wall"
    assert database.scalars(sa.select(Quote.title)).all() == ["Repair behind the wall"]
    assert database.scalar(sa.select(sa.func.count()).select_from(Agreement)) == 1
