"""A person reads all that is held about her, and is forgotten."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.accounts import joining
from app.accounts.addresses import parse_address
from app.accounts.models import FormerHandle, Person
from app.actor import SYSTEM
from app.db import db
from app.errors import NotAllowed, NotFound
from app.mail import write_letter
from app.organisations.identify import actor_of_token
from app.outbox.models import DomainEvent
from app.privacy.rights import erase_person, export_person
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.providers import make as providers

CANARY = "kanarie"


def _fill(cast: Cast) -> str:
    """Put a canary into every field of hers that holds words; return the secret of a token."""
    person = cast.agent
    person.name, person.bio = f"Anna {CANARY}", f"I keep a {CANARY}."
    person.handle = person.handle_key = f"anna-{CANARY}"
    login = db.session.get_one(accounts.Login, person.id)
    login.email = login.email_key = f"{CANARY}@example.org"
    accounts.session(person, user_agent=f"{CANARY}/1.0")
    _row, secret = accounts.api_token(person, name=f"{CANARY} job")
    joining.ask_for_new_address(person_id=person.id, address=parse_address(f"{CANARY}2@example.org"), language="en")
    joining.ask_for_new_password(address=parse_address(f"{CANARY}@example.org"), language="en")
    write_letter("accounts/address_changed", to=f"{CANARY}@example.org", language="en", name="A", new_address="b@c.nl")
    for seat in db.session.scalars(select(accounts.Person).where(accounts.Person.id == person.id)):
        assert seat is person
    providers.skill(cast.agent_provider, community.tag(f"{CANARY}-care"))
    db.session.commit()
    return secret


def test_she_reads_all_of_it(cast: Cast) -> None:
    _fill(cast)

    found = export_person(cast.agent.id)

    text = json.dumps(found)
    assert found["person"]["name"] == f"Anna {CANARY}"
    assert found["log_in"]["email"] == f"{CANARY}@example.org"
    assert found["memberships"][0]["organisation"] == cast.waterworks.name
    assert found["helps_as"][0]["knows_about"] == [f"{CANARY}-care"]
    for words in (f"{CANARY}/1.0", f"{CANARY} job", f"{CANARY}2@example.org", "From now on you sign in"):
        assert words in text
    assert "argon2" not in text
    assert "digest" not in text


def test_what_she_wrote_and_voted_is_hers_to_read(cast: Cast) -> None:
    question = community.question(cast.agent, title="About pipes", body="They leak.")
    answer = community.answer(community.question(cast.customer), cast.agent, body="Turn the tap.")
    community.vote(community.answer(question, cast.peer), cast.agent)
    community.revision(answer, cast.agent, reason="a slip")

    found = export_person(cast.agent.id)

    assert [row["title"] for row in found["asked"]] == ["About pipes"]
    assert [row["body"] for row in found["answered"]] == ["Turn the tap."]
    assert [row["value"] for row in found["voted"]] == [1]
    assert [row["reason"] for row in found["wrote_over"]] == ["a slip"]
    assert json.dumps(found)


def test_nothing_of_others_is_in_it(cast: Cast) -> None:
    _fill(cast)

    assert CANARY not in json.dumps(export_person(cast.outsider.id))
    assert cast.outsider.name not in json.dumps(export_person(cast.agent.id))


def test_she_is_forgotten_everywhere(client: FlaskClient, cast: Cast) -> None:
    secret = _fill(cast)
    question = community.question(cast.agent, title="About pipes")
    sign_in(client, cast.agent)

    erase_person(acting(cast.operator), cast.agent.id)
    db.session.commit()

    everything = {table.name: repr(db.session.execute(select(table)).all()) for table in db.metadata.sorted_tables}
    kept = {name for name, rows in everything.items() if CANARY in rows.lower()}
    assert kept == {"tags"}, "a topic is nobody's"
    assert client.get("/settings/sessions").status_code == 303
    assert actor_of_token(secret).is_visitor
    assert client.get(f"/people/gone-{cast.agent.id}").status_code == 404
    assert question.asker.name == "–"
    assert client.get(f"/q/{question.id}/about-pipes").status_code == 200


def test_she_cannot_come_back_with_her_password(client: FlaskClient, cast: Cast) -> None:
    email = f"{cast.peer.handle}@example.org"

    erase_person(acting(cast.operator), cast.peer.id)

    assert submit(client, "/sign-in", email=email, password=accounts.PASSWORD).status_code == 422


def test_that_it_happened_is_known_by_ids_alone(cast: Cast) -> None:
    erase_person(acting(cast.operator), cast.peer.id)

    fact = db.session.scalars(select(DomainEvent).where(DomainEvent.kind == "person_erased")).one()
    assert (fact.actor_id, fact.payload) == (cast.operator.id, {"person_id": cast.peer.id})


def test_nobody_is_forgotten_twice_or_without_being_there(cast: Cast) -> None:
    cast.peer.erased_at = clock.now()
    db.session.flush()  # the service looks in the database

    for person_id in (cast.peer.id, 987_654):
        with pytest.raises(NotFound):
            erase_person(acting(cast.operator), person_id)
    with pytest.raises(NotFound):
        export_person(987_654)


def test_an_imported_person_is_forgotten_with_the_key_that_names_her(cast: Cast) -> None:
    author = accounts.person("Ida Imported", email="", source="archive", source_key="ida imported")

    erase_person(acting(cast.operator), author.id)

    db.session.refresh(author)
    assert (author.source_key, author.name) == (None, "–")


def test_the_last_who_can_run_this_installation_cannot_be_forgotten(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="last_operator"):
        erase_person(SYSTEM, cast.operator.id)
    assert cast.operator.erased_at is None

    cast.moderator.is_operator = True
    erase_person(SYSTEM, cast.operator.id)

    assert db.session.get_one(Person, cast.operator.id, populate_existing=True).erased_at is not None


def test_a_forgotten_person_leaves_no_handle_behind(cast: Cast) -> None:
    accounts.former_handle(cast.peer, "old-pete")
    assert export_person(cast.peer.id)["former_handles"] == ["old-pete"]

    erase_person(SYSTEM, cast.peer.id)

    assert db.session.scalars(select(FormerHandle)).all() == []
