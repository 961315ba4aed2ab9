"""The public page of a person."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import db
from app.privacy.audiences import organisation_audience
from tests.accounts import make as accounts
from tests.cast import Cast, sign_in
from tests.community import make as community
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.support.databases import Statements


def test_everybody_can_see_who_somebody_is(client: FlaskClient, cast: Cast) -> None:
    cast.agent.bio = "I know all about pipes."
    providers.skill(cast.agent_provider, community.tag("leaks"))

    page = client.get(f"/people/{cast.agent.handle}").text

    assert "<h1>Anna Agent</h1>" in page
    assert "I know all about pipes." in page
    assert cast.waterworks.name in page
    assert "leaks" in page


def test_the_page_shows_what_she_answered_where_the_reader_may_look(client: FlaskClient, cast: Cast) -> None:
    inside = organisation_audience(cast.energy.id)
    community.answer(community.question(cast.customer, title="In the open"), cast.rival)
    community.answer(community.question(cast.rival, title="Behind the counter", audience=inside), cast.rival)

    outside = client.get(f"/people/{cast.rival.handle}").text
    sign_in(client, cast.rival)
    within = client.get(f"/people/{cast.rival.handle}").text

    assert "In the open" in outside
    assert "Behind the counter" not in outside
    assert "Behind the counter" in within


def test_a_handle_in_other_letters_leads_to_the_person(client: FlaskClient, cast: Cast) -> None:
    moved = client.get(f"/people/{cast.peer.handle.upper()}")

    assert moved.status_code == 301
    assert moved.location == f"/people/{cast.peer.handle}"


@pytest.mark.parametrize("handle", ["nobody", "0", "../admin", "a" * 3000, "%00", "%ff", "\u202eanna"])
def test_an_unknown_handle_is_absent(client: FlaskClient, cast: Cast, handle: str) -> None:
    assert client.get(f"/people/{handle}").status_code in {400, 404}


@pytest.mark.parametrize("column", ["erased_at", "merged_into_id"])
def test_who_is_no_longer_there_is_absent(client: FlaskClient, cast: Cast, column: str) -> None:
    setattr(cast.peer, column, clock.now() if column == "erased_at" else cast.outsider.id)

    assert client.get(f"/people/{cast.peer.handle}").status_code == 404


def test_a_seat_at_a_customer_organisation_stays_private(client: FlaskClient, cast: Cast) -> None:
    organisations.membership(cast.outsider, organisations.organisation("Bakery", kind="customer"))

    assert "Bakery" not in client.get(f"/people/{cast.outsider.handle}").text


def test_what_she_wrote_about_herself_is_shown_as_words(client: FlaskClient, cast: Cast) -> None:
    cast.peer.bio = cast.peer.name = "<script>alert(1)</script>"

    page = client.get(f"/people/{cast.peer.handle}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_imported_person_has_a_page(client: FlaskClient, cast: Cast) -> None:
    author = accounts.person("Ida Imported", email="", source="archive", source_key="ida")

    assert "no log-in here yet" in client.get(f"/people/{author.handle}").text


def test_the_way_to_ones_own_page(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/me").location == "/sign-in?next=/me"

    sign_in(client, cast.peer)

    assert client.get("/me").location == f"/people/{cast.peer.handle}"


def test_the_page_costs_few_statements(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    for _ in range(12):
        community.answer(community.question(cast.customer), cast.agent)
    db.session.flush()  # the request counts its own statements only
    sign_in(client, cast.agent)

    for show in ("answers", "questions", "comments"):
        with count_queries() as ran:
            client.get(f"/people/{cast.agent.handle}?show={show}")

        assert ran.count <= 12, ran


def test_the_page_says_what_she_solved_of_what_she_answered(client: FlaskClient, cast: Cast) -> None:
    wifi, inside = community.tag("wifi"), organisation_audience(cast.energy.id)
    for turn in range(3):
        given = community.answer(community.question(cast.customer, tags=(wifi,)), cast.rival)
        if turn:
            community.accepted(given)
    community.accepted(community.answer(community.question(cast.rival, tags=(wifi,)), cast.rival))
    hidden = community.question(cast.agent, tags=(community.tag("fraud"),), audience=inside)
    community.accepted(community.answer(hidden, cast.rival))

    outside = client.get(f"/people/{cast.rival.handle}?lang=en").text
    sign_in(client, cast.rival)
    within = client.get(f"/people/{cast.rival.handle}?lang=en").text

    assert "solved 2 of 3" in outside
    assert "fraud" not in outside
    assert "solved 1 of 1" in within
    assert "Only you see this" in within
    assert "Only you see this" not in outside


def test_activity_is_shown_page_by_page_as_far_as_the_reader_may_look(client: FlaskClient, cast: Cast) -> None:
    inside = organisation_audience(cast.energy.id)
    secret = community.question(cast.rival, title="Behind the counter", audience=inside)
    community.comment(secret, cast.rival, body="Whispered words")
    question = community.question(cast.rival, title="In the open")
    gone = community.comment(question, cast.rival, body="Taken back")
    community.deleted_comment(gone)
    under = community.answer(question, cast.peer)
    community.comment(question, cast.rival, body="Under a deleted answer", answer_id=under.id)
    community.deleted(under, cast.moderator, reason="spam")
    for number in range(11):
        community.comment(question, cast.rival, body=f"Remark {number:02}")
    page = f"/people/{cast.rival.handle}"

    asked, said = client.get(f"{page}?show=questions").text, client.get(f"{page}?show=comments").text
    first = client.get(page).text

    assert "In the open" in first, "she answered nothing, so her questions come first"
    assert "In the open" in asked
    assert "Behind the counter" not in asked + said
    assert not [words for words in ("Whispered", "Taken back", "Under a deleted") if words in said]
    assert "Remark 10" in said
    assert "Remark 00" not in said
    older = re.search(r'rel="next" href="([^"]*)"', said)
    assert older is not None
    assert "Remark 00" in client.get(html.unescape(older[1])).text
    assert client.get(f"{page}?show=drafts").status_code == 404
