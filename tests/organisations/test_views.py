"""The pages of organisations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import db
from tests.accounts import make as accounts
from tests.cast import Cast, sign_in
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.support.databases import Statements


def test_everybody_can_see_who_takes_part(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/organisations").get_data(as_text=True)

    assert all(one.name in page for one in (cast.waterworks, cast.plumbers, cast.energy, cast.front_desk))


def test_the_page_shows_what_it_is_for_in_the_readers_language(client: FlaskClient, cast: Cast) -> None:
    cast.waterworks.texts = {"en": "Water for all.", "nl": "Water voor iedereen."}

    english = client.get(f"/organisations/{cast.waterworks.slug}").get_data(as_text=True)
    dutch = client.get(f"/organisations/{cast.waterworks.slug}?lang=nl").get_data(as_text=True)

    assert '<p lang="en">Water for all.</p>' in english
    assert '<p lang="nl">Water voor iedereen.</p>' in dutch


def test_a_description_in_one_language_only_is_shown_and_marked(client: FlaskClient, cast: Cast) -> None:
    cast.waterworks.texts = {"nl": "Water voor iedereen."}

    assert '<p lang="nl">Water voor iedereen.</p>' in client.get(f"/organisations/{cast.waterworks.slug}").text


def test_the_page_names_who_helps_on_its_behalf(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/organisations/{cast.waterworks.slug}").text

    assert cast.agent.name in page
    assert cast.rival.name not in page


def test_who_left_or_does_not_help_is_not_named(client: FlaskClient, cast: Cast) -> None:
    left, silent = accounts.person("Lea Left"), accounts.person("Silas Silent")
    organisations.membership(left, cast.waterworks, ended_at=clock.now())
    providers.provider(left, cast.waterworks)
    organisations.membership(silent, cast.waterworks)

    page = client.get(f"/organisations/{cast.waterworks.slug}").text

    assert "Lea Left" not in page
    assert "Silas Silent" not in page


def test_a_customer_organisation_is_known_to_its_own_people_only(client: FlaskClient, app: Flask, cast: Cast) -> None:
    bakery = organisations.organisation("Bakery", kind="customer")
    organisations.membership(cast.customer, bakery)
    colleague = app.test_client()
    sign_in(colleague, cast.customer)

    assert colleague.get(f"/organisations/{bakery.slug}").status_code == 200
    assert client.get(f"/organisations/{bakery.slug}").status_code == 404
    assert "Bakery" in colleague.get("/organisations").text
    assert "Bakery" not in client.get("/organisations").text


def test_a_closed_organisation_is_absent(client: FlaskClient, cast: Cast) -> None:
    cast.energy.closed_at = clock.now()
    db.session.flush()  # the request looks in the database

    assert client.get(f"/organisations/{cast.energy.slug}").status_code == 404
    assert cast.energy.name not in client.get("/organisations").text


def test_an_unknown_organisation_is_absent(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/organisations/nowhere").status_code == 404
    assert client.post(f"/organisations/{cast.energy.slug}").status_code in {400, 405}


def test_the_pages_cost_few_statements(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[Statements]]
) -> None:
    sign_in(client, cast.agent)

    for path in ("", f"/{cast.waterworks.slug}", f"/{cast.waterworks.slug}/history"):
        with count_queries() as ran:
            client.get(f"/organisations{path}")

        assert ran.count <= 10, ran
