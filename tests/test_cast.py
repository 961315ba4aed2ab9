"""What other tests stand on: the cast is who it says, and signs in as the application expects."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.actor import VISITOR, Actor
from app.organisations.identify import actor_of_token
from app.web.current_actor import actor
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in, sign_out
from tests.community import make


def who_is(client: FlaskClient) -> Actor:
    """Return the actor the application sees behind this browser's cookie."""
    cookie = client.get_cookie("samen")
    headers = {"Cookie": f"samen={cookie.value}"} if cookie else {}
    with client.application.test_request_context(headers=headers):
        return actor()


def test_browser_that_signed_in_is_that_person(client: FlaskClient, cast: Cast) -> None:
    row = sign_in(client, cast.agent, for_organisation=cast.waterworks)

    seen = who_is(client)

    assert (seen.kind, seen.person_id, seen.session_id) == ("person", cast.agent.id, row.id)
    assert seen.acting_for_organisation_id == cast.waterworks.id


def test_browser_that_signed_out_is_a_visitor(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent)
    sign_out(client)

    assert who_is(client) == VISITOR


@pytest.mark.parametrize("right", ["moderator", "curator", "operator"])
def test_rights_are_each_of_its_own(cast: Cast, right: str) -> None:
    assert acting(cast.people[right]).rights == {right}


def test_seats_belong_to_who_works_there(cast: Cast) -> None:
    assert acting(cast.agent).works_for(cast.waterworks.id)
    assert not acting(cast.rival).works_for(cast.waterworks.id)
    assert acting(cast.suspended).is_suspended


def test_token_stands_for_its_person_with_its_scopes(cast: Cast) -> None:
    _row, secret = accounts.api_token(cast.customer, "read")

    seen = actor_of_token(secret)

    assert (seen.kind, seen.person_id, seen.scopes) == ("token", cast.customer.id, {"read"})


def test_community_rows_keep_their_counts(cast: Cast) -> None:
    question = make.question(cast.customer, tags=(make.tag("tap"),))
    answer = make.answer(question, cast.peer)
    make.vote(answer, cast.outsider)
    make.revision(question, cast.customer)
    make.accepted(answer)

    assert (question.answers_count, answer.score, question.accepted_answer_id) == (1, 1, answer.id)
    assert question.request.state == "solved"
