"""Operators' pages about the ranking: every part of a decision, other weights tried on it, versions compared and put
back; for everybody else they do not exist.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app import clock as time
from app.community.models.posts import Question
from app.db import db
from app.outbox.models import DomainEvent
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.routing import deciding, modelqueries, modelstore, recomputing, services, upkeep
from app.routing.models import Offer, RankingModel, RoutingDecision
from app.routing.services import latest_decision
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.providers import make as providers
from tests.routing import make
from tests.routing.make import FIRST, SECOND, SILENT, making

MOST_QUERIES = 12


@pytest.fixture
def decision(cast: Cast) -> RoutingDecision:
    make.past(cast, cast.peer, answers=9, accepted=6, days_ago=1)
    make.past(cast, cast.agent, answers=4, accepted=1, organisation=cast.waterworks, days_ago=2)
    cast.partner.languages = ["fr"]
    make.learn_history()
    return latest_decision(make.ask(cast).id)


@pytest.fixture
def other(decision: RoutingDecision) -> RankingModel:
    """A version in which only the last answer counts."""
    weights = [-9.0 if column == SILENT else 0.0 for column in COLUMNS]
    return modelstore.add(replace(default_model(), version="learned-2", weights=default_model().weights * 0 + weights))


@pytest.fixture
def operator(client: FlaskClient, cast: Cast) -> FlaskClient:
    sign_in(client, cast.operator)
    return client


def pages(decision: RoutingDecision) -> list[str]:
    one = f"/admin/ranking/decisions/{decision.id}"
    parts = [one, f"{one}/left-out?reason=other_language", f"{one}/what-if", f"{one}/compare"]
    return ["/admin/ranking", "/admin/ranking/compare", "/admin/ranking/decisions", *parts]


def words(text: str) -> str:
    """Return what a page says, tags and runs of blanks aside."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_every_page_works_and_costs_a_fixed_number_of_statements(operator, decision, other, count_queries):
    for path in pages(decision):
        operator.get(path)
        with count_queries() as ran:
            answer = operator.get(path)

        assert answer.status_code == 200, path
        assert answer.text.count("<h1") == 1
        assert ran.count <= MOST_QUERIES, (path, ran)


def test_for_everybody_else_they_do_not_exist(client, cast, decision, other):
    for role in (None, "moderator", "customer", "peer"):
        if role is not None:
            sign_in(client, cast.people[role])

        for path in pages(decision):
            assert client.get(path).status_code == 404, (path, role)
        assert submit(client, f"/admin/ranking/versions/{other.id}/use").status_code == 404
    assert modelstore.in_force()[1].version == make.SHIPPED


def test_what_is_not_there_is_absent(operator, decision):
    for path in ("", "/left-out", "/what-if", "/compare"):
        assert operator.get(f"/admin/ranking/decisions/999999{path}").status_code == 404
    assert operator.get(f"/admin/ranking/decisions/{decision.id}/left-out?reason=nonsense").status_code == 404
    assert submit(operator, "/admin/ranking/versions/999999/use").status_code == 404
    assert operator.get(f"/admin/ranking/versions/{decision.model_id}/use").status_code == 405


def test_nonsense_in_the_address_is_passed_over(operator, decision):
    for query in ("?from=-3", "?from=x", "?from=99999999999999"):
        assert operator.get(f"/admin/ranking/decisions/{decision.id}{query}").status_code == 200
    assert operator.get("/admin/ranking/compare?one=nobody&other=%F0%9F%A6%8A").status_code == 200
    assert "No decisions found" in operator.get("/admin/ranking/decisions?q=nonsense").text
    assert "No decisions found" in operator.get("/admin/ranking/decisions?q=9999999999999999999999").text


def test_a_decision_on_what_an_operator_may_not_read_is_absent_everywhere(operator, cast, decision, other):
    secret = services.ask(
        acting(cast.agent, for_organisation=cast.waterworks),
        title="Canary in the private meter cupboard?",
        text=make.composed(),
        category_id=community.category().id,
        audience=f"org:{cast.waterworks.id}",
    )

    for path in pages(latest_decision(secret.id)):
        answer = operator.get(path)
        assert "Canary" not in answer.text, path
        assert answer.status_code == (404 if "/decisions/" in path else 200), path
    assert "No decisions found" in operator.get(f"/admin/ranking/decisions?q={secret.id}").text


# One decision


def test_every_candidate_with_every_part_and_every_exclusion(operator, decision):
    text = operator.get(f"/admin/ranking/decisions/{decision.id}").text

    for row in decision.candidates["rows"]:
        for number in filter(None, (*row["minutes"], row["value"])):
            assert f">{number:,.1f}<" in text
        for part, factor in zip(row["parts"], row["features"], strict=True):
            assert f">{part:,.3f} ({factor:,.3f})<".replace("-0.000", "0.000") in text
    assert "0 for everybody: How satisfied people were; Price; Language" in text
    assert "Pete Peer" in text
    assert "1 × does not speak the language" in words(text)
    assert (
        "Pavel Partner" in operator.get(f"/admin/ranking/decisions/{decision.id}/left-out?reason=other_language").text
    )


@pytest.fixture
def long_decision(cast, monkeypatch) -> RoutingDecision:
    """A decision that keeps only its first four of nine candidates."""
    monkeypatch.setattr(deciding, "KEPT", 4)
    for number in range(6):
        person = accounts.person(f"Helper {number}")
        providers.provider(person)
        make.past(cast, person, answers=1 + number, days_ago=1 + number)
    make.learn_history()
    community.answer(make.ask(cast, title="Something that happened before?"), cast.peer)
    make.catch_up()
    question = make.ask(cast)
    make.catch_up()
    return latest_decision(question.id)


def test_the_others_are_worked_out_again_as_they_were(operator, cast, long_decision):
    kept = long_decision.candidates["rows"]
    assert long_decision.candidates_count > len(kept)

    text = operator.get(f"/admin/ranking/decisions/{long_decision.id}?from={len(kept) + 1}").text

    assert "whoever it did keep comes out as stored" in text
    shown = re.findall(r"<tr><td class=\"data-table__number\">(\d+)</td><td>([^<]+)</td>", text)
    others = shown[: len(shown) // 2]  # the second table has them once more
    assert [int(place) for place, _name in others] == list(range(len(kept) + 1, long_decision.candidates_count + 1))


def test_the_others_come_out_as_they_would_have_been_kept(cast, long_decision):
    rows = list(long_decision.candidates["rows"])
    forgotten = rows[-1]
    long_decision.candidates = {**long_decision.candidates, "rows": rows[:-1]}

    others = recomputing.the_others(long_decision, db.session.get_one(Question, long_decision.help_request_id))

    found = next(row for row in others if row["provider"] == forgotten["provider"])
    assert found["value"] == pytest.approx(forgotten["value"], abs=1e-6)
    assert found["parts"] == pytest.approx(forgotten["parts"], abs=1e-6)
    assert found["minutes"] == pytest.approx(forgotten["minutes"], abs=1e-6)


@pytest.mark.parametrize("change", ["edited", "state_gone"])
def test_where_it_is_not_as_it_was_the_page_says_so(operator, cast, long_decision, change):
    if change == "edited":
        db.session.get_one(Question, long_decision.help_request_id).title = "Number meter number meter?"
    else:
        make.past(cast, cast.peer, answers=2)
        upkeep.rebuild()
        upkeep.rebuild()

    kept = len(long_decision.candidates["rows"])  # the first four, and whomever chance invited beyond them
    text = operator.get(f"/admin/ranking/decisions/{long_decision.id}?from={kept + 1}").text

    assert "they cannot be worked out again" in text
    assert "Helper 0" not in text


# What if


def weights_of(decision: RoutingDecision) -> dict[str, str]:
    return {f"weight-{column}": "0" for column in COLUMNS}


def order(text: str) -> list[tuple[int, int, str]]:
    cells = re.findall(r"<tr>(.*?)</tr>", text[text.index("<tbody>") :], re.DOTALL)
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", each, re.DOTALL) for each in cells]
    return [(int(row[0]), int(row[1]), row[3]) for row in rows]


def test_with_the_weights_as_they_were_the_order_is_as_it_was(operator, decision):
    found = order(operator.get(f"/admin/ranking/decisions/{decision.id}/what-if").text)

    assert [before for before, _after, _who in found] == [after for _before, after, _who in found]
    assert found[0][2] == "Pete Peer"


def test_other_weights_give_another_order_and_change_nothing(operator, cast, decision):
    before = (dict(decision.candidates), db.session.scalar(db.select(db.func.count()).select_from(DomainEvent)))
    query = {**weights_of(decision), f"weight-{SILENT}": "-9", "term-load": "2"}
    make.past(cast, cast.partner, answers=1)

    answer = operator.get(f"/admin/ranking/decisions/{decision.id}/what-if", query_string=query)

    assert answer.status_code == 200
    assert 'value="-9"' in answer.text
    assert "The order with these weights" in answer.text
    after = (dict(decision.candidates), db.session.scalar(db.select(db.func.count()).select_from(DomainEvent)))
    assert after == before
    flat = operator.get(f"/admin/ranking/decisions/{decision.id}/what-if", query_string=weights_of(decision)).text
    by_solving = order(flat)[0]
    assert by_solving[2] == "Pete Peer", "with no weight at all, who solves most still comes first"


def test_a_candidate_far_ahead_by_one_factor_moves_when_it_stops_counting(operator, cast, decision):
    features = {
        cast.peer_provider: {FIRST: making(FIRST, 4.0)},
        cast.agent_provider: {SECOND: 1.0},
    }
    made = make.decided(cast, 1, features=features, answered_by=None)
    query = {**weights_of(decision), f"weight-{SECOND}": "5"}

    found = order(operator.get(f"/admin/ranking/decisions/{made.id}/what-if", query_string=query).text)

    assert found == [(2, 1, "Anna Agent · Waterworks"), (1, 2, "Pete Peer")]


def test_a_number_that_is_none_is_told_at_its_field(operator, decision):
    for written in ("", "x", "nan", "inf", "-1", "1e99"):
        query = {f"weight-{FIRST}": written}

        answer = operator.get(f"/admin/ranking/decisions/{decision.id}/what-if", query_string=query)

        assert answer.status_code == 422, written
        assert "Write a number from 0 to 1000." in answer.text
        assert "The order with these weights" not in answer.text


def test_a_decision_made_with_fewer_factors_can_be_tried(operator, cast, decision):
    made = make.decided(
        cast,
        1,
        features={cast.peer_provider: {SILENT: 3.0}, cast.agent_provider: {SILENT: 1.0}},
        answered_by=None,
        columns=(SILENT,),
    )
    one = f"/admin/ranking/decisions/{made.id}"

    assert operator.get(one).status_code == 200
    text = operator.get(f"{one}/what-if?weight-{SILENT}=-2").text
    assert order(text)[0] == (2, 1, "Anna Agent · Waterworks")
    assert f"weight-{FIRST}" not in text
    assert operator.get(f"{one}/compare").status_code == 200


# Versions


def test_two_versions_side_by_side_on_decisions_and_on_one_of_them(operator, cast, decision, other):
    for number in range(4):
        features = {
            cast.peer_provider: {FIRST: making(FIRST, 4.0), SILENT: 4.0},
            cast.agent_provider: {SILENT: 0.1},
            cast.partner_provider: {SILENT: 3.0},
            cast.desk_provider: {SILENT: 3.5},
        }
        made = make.decided(cast, number, features=features, answered_by=cast.agent_provider)

    text = words(operator.get(f"/admin/ranking/compare?one={make.SHIPPED}&other=learned-2").text)

    assert "Who answered: questions 4 4" in text
    assert re.search(r"Who answered: mean of 1 / place 0\.\d+ 1", text)
    assert "Decided about 3" in text
    one = operator.get(f"/admin/ranking/decisions/{made.id}/compare?one={make.SHIPPED}&other=learned-2").text
    assert "Anna Agent" in one
    found = {who: (first, second) for first, second, who in order(one)}
    assert found["Anna Agent · Waterworks"][1] == 1
    assert found["Pete Peer"] == (1, 4)


def test_an_operator_puts_a_version_in_force_and_goes_back_with_one_click(operator, cast, decision, other):
    answer = submit(operator, f"/admin/ranking/versions/{other.id}/use")

    assert answer.status_code == 303
    page = operator.get("/admin/ranking").text
    assert "Version learned-2 is in force from now on." in page
    undo = re.search(r'action="(/admin/ranking/versions/\d+/use)"[^>]*>.*?Undo', page, re.DOTALL)[1]
    assert submit(operator, undo).status_code == 303
    text = words(operator.get("/admin/ranking").text)
    assert re.search(rf"{make.SHIPPED} learned-2 put back by an operator Olga Operator", text)
    assert re.search(rf"learned-2 {make.SHIPPED} chosen by an operator Olga Operator", text)
    assert decision.model.version == make.SHIPPED
    assert [step.promotion.number for step in modelqueries.history()] == [3, 2, 1]


def test_the_version_in_force_cannot_be_chosen_again(operator, decision):
    answer = submit(operator, f"/admin/ranking/versions/{decision.model_id}/use")

    assert answer.status_code == 409
    assert "This version is in force already." in answer.text


def test_an_installation_that_routed_nothing_says_so(operator):
    assert "No version yet" in operator.get("/admin/ranking").text
    assert operator.get("/admin/ranking/compare").status_code == 200
    assert "No decisions found" in operator.get("/admin/ranking/decisions").text


def test_many_decisions_come_in_pages(operator, cast, decision):
    for number in range(31):
        make.decided(cast, number, features={cast.peer_provider: {}}, answered_by=None, days_ago=2 + number)

    first = operator.get("/admin/ranking/decisions").text
    older = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = operator.get(older).text

    assert len(re.findall(r'href="/admin/ranking/decisions/\d+"', first)) == 30
    assert len(re.findall(r'href="/admin/ranking/decisions/\d+"', second)) == 2
    assert not db.session.scalars(db.select(Offer).where(Offer.offered_at > time.now())).all()
