"""Being a helper, and what one knows about."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.events import PersonJoined
from app.db import db
from app.outbox.record import record
from app.providers.models import Provider, Skill
from app.providers.services import provider_for
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.providers import make as providers


def _topics(provider: Provider) -> set[str]:
    return {skill.tag.name for skill in db.session.scalars(select(Skill).where(Skill.provider_id == provider.id))}


def test_whoever_joins_can_help(cast: Cast) -> None:
    record(PersonJoined(person_id=cast.outsider.id, how="sign_up"), by=acting(cast.outsider))

    mine = select(Provider).where(Provider.person_id == cast.outsider.id)
    assert [each.organisation_id for each in db.session.scalars(mine)] == [None]


def test_making_a_provider_twice_makes_one(cast: Cast) -> None:
    first, second = (provider_for(cast.outsider.id, None) for _ in range(2))
    mine, desk = provider_for(cast.agent.id, cast.waterworks.id), cast.agent_provider.id

    assert first == second
    assert mine == desk
    assert db.session.scalar(select(func.count()).where(Provider.person_id == cast.outsider.id)) == 1


def test_a_helper_says_what_she_knows_about(client: FlaskClient, cast: Cast) -> None:
    providers.skill(cast.peer_provider, community.tag("old"))
    community.tag("wifi")
    sign_in(client, cast.peer)
    assert 'value="old"' in client.get("/settings/skills").text

    answer = submit(client, "/settings/skills", tags="WiFi, meter reading; wifi")

    assert answer.status_code == 303
    assert _topics(cast.peer_provider) == {"wifi", "meter-reading"}
    assert 'value="meter-reading, wifi"' in client.get("/settings/skills").text


def test_each_capacity_has_its_own(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    submit(client, "/settings/skills", tags="leaks")

    assert _topics(cast.agent_provider) == {"leaks"}
    sign_in(client, cast.agent)
    assert "leaks" not in client.get("/settings/skills").text


def test_all_can_be_taken_away(client: FlaskClient, cast: Cast) -> None:
    providers.skill(cast.peer_provider, community.tag("old"))
    sign_in(client, cast.peer)

    submit(client, "/settings/skills", tags=" , ")

    assert _topics(cast.peer_provider) == set()


def test_too_many_are_refused_and_nothing_changes(client: FlaskClient, cast: Cast) -> None:
    providers.skill(cast.peer_provider, community.tag("old"))
    sign_in(client, cast.peer)

    for words in (",".join(f"t{n}" for n in range(21)), "a" * 41, "a" * 100_000, "x\x00y,\x00"):
        assert submit(client, "/settings/skills", tags=words).status_code in {303, 422}

    assert _topics(cast.peer_provider) <= {"old", "x-y"}


def test_a_suspended_person_cannot_change_them(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.suspended)

    assert "suspended" in client.get("/settings/skills").text
    assert submit(client, "/settings/skills", tags="wifi").status_code == 403


def test_a_visitor_signs_in_first(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/settings/skills").location == "/sign-in?next=/settings/skills"
    assert submit(client, "/settings/skills", tags="wifi").location == "/sign-in"
