"""The console, the team, and acting for others, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.accounts.models import Login, Person
from app.db import db
from app.mail import Letter
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Domain, FormerName, Invitation, Membership
from app.organisations.resolving import Unreachable
from app.organisations.services.domains import check_due_domains
from app.outbox.models import DomainEvent
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in, submit
from tests.organisations import make as organisations

TABS = ("", "/team", "/profile", "/domains", "/engagements")


def _seat(person: Person) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


def _kinds() -> list[str]:
    return list(db.session.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)))


def _link_in(letter: Letter) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert found is not None
    return found[1]


def _letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


@pytest.mark.parametrize("tab", TABS)
def test_owners_see_every_tab_and_strangers_none(client: FlaskClient, app: Flask, cast: Cast, tab: str) -> None:
    stranger = app.test_client()
    sign_in(client, cast.partner)
    sign_in(stranger, cast.agent)

    assert client.get(f"/console/{cast.plumbers.slug}{tab}").status_code == 200
    assert stranger.get(f"/console/{cast.plumbers.slug}{tab}").status_code == 404
    assert app.test_client().get(f"/console/{cast.plumbers.slug}{tab}").status_code == 303


def test_members_see_who_works_here_and_keep_nothing(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent)
    console = f"/console/{cast.waterworks.slug}"

    assert cast.agent.name in client.get(f"{console}/team").text
    assert [client.get(f"{console}{tab}").status_code for tab in TABS[2:]] == [403, 403, 403]
    assert submit(client, f"{console}/invitations", email="new@example.org", role="member").status_code == 403


def test_the_console_leads_to_the_organisation_she_acts_for(client: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(client, cast.partner, for_organisation=cast.plumbers)
    nobody = app.test_client()
    sign_in(nobody, cast.outsider)

    assert client.get("/console").location == f"/console/{cast.plumbers.slug}"
    assert nobody.get("/console").status_code == 200


def test_a_new_name_leaves_the_old_one_in_the_history(client: FlaskClient, cast: Cast) -> None:
    organisations.identity_check(cast.operator, organisation=cast.plumbers)
    sign_in(client, cast.partner)
    profile = {"name": "Drain Doctors", "text_en": "We unblock.", "text_nl": "Wij ontstoppen.", "languages": ["nl"]}

    submit(client, f"/console/{cast.plumbers.slug}/profile", **profile, website="https://drains.example.org")

    db.session.refresh(cast.plumbers)
    assert (cast.plumbers.name, cast.plumbers.texts["nl"], cast.plumbers.languages) == (
        "Drain Doctors",
        "Wij ontstoppen.",
        ["nl"],
    )
    assert db.session.scalars(select(FormerName.name)).all() == ["Plumbers"]
    page = client.get(f"/organisations/{cast.plumbers.slug}").text
    assert "It was called Plumbers then." in page
    history = client.get(f"/organisations/{cast.plumbers.slug}/history").text
    assert "Until then it was called Plumbers." in history
    assert "Its name was Plumbers." in history


@pytest.mark.parametrize("wrong", [{"name": ""}, {"website": "javascript:alert(1)"}, {"languages": ["xx"]}])
def test_a_wrong_profile_is_shown_again(client: FlaskClient, cast: Cast, wrong: dict[str, object]) -> None:
    sign_in(client, cast.partner)
    profile = {"name": "Drain Doctors", "text_en": "", "text_nl": "", "languages": ["nl"], "website": ""}

    answer = submit(client, f"/console/{cast.plumbers.slug}/profile", **(profile | wrong))

    assert answer.status_code == 422
    assert cast.plumbers.name == "Plumbers"


def test_somebody_without_an_account_is_invited_and_makes_one(client: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(client, cast.partner)
    submit(client, f"/console/{cast.plumbers.slug}/invitations", email="nina@example.org", role="manager")
    (letter,) = _letters()
    newcomer, link = app.test_client(), _link_in(letter)
    assert letter.to_address == "nina@example.org"
    assert cast.plumbers.name in newcomer.get(link).text

    answer = submit(newcomer, link, name="Nina New", password=accounts.PASSWORD)

    assert answer.location == f"/console/{cast.plumbers.slug}"
    login = db.session.scalars(select(Login).where(Login.email_key == "nina@example.org")).one()
    assert acting(login.person).may_manage(cast.plumbers.id)
    assert newcomer.get(f"/console/{cast.plumbers.slug}/team").status_code == 200
    assert newcomer.get(link).status_code == 410
    assert _kinds()[-4:] == ["member_invited", "person_joined", "member_joined", "session_began"]
    assert db.session.scalars(select(Invitation)).one().accepted_by_id == login.person_id


def test_somebody_with_an_account_takes_the_seat_with_it(client: FlaskClient, app: Flask, cast: Cast) -> None:
    organisations.invitation(cast.plumbers, "otto@example.org", by=cast.partner, token="secret")
    sign_in(client, cast.outsider)

    assert "Join as Otto Outsider" in client.get("/invitation?token=secret").text
    assert submit(client, "/invitation?token=secret").status_code == 303
    assert acting(cast.outsider).is_member_of(cast.plumbers.id)
    assert submit(client, "/invitation?token=secret").status_code == 410


def test_an_address_that_has_an_account_makes_no_second_one(app: Flask, cast: Cast) -> None:
    email = db.session.get_one(Login, cast.outsider.id).email
    organisations.invitation(cast.plumbers, email, by=cast.partner, token="secret")

    answer = submit(app.test_client(), "/invitation?token=secret", name="Otto", password=accounts.PASSWORD)

    assert answer.status_code == 422
    assert "This address belongs to an account already." in answer.text
    assert db.session.scalars(select(Invitation)).one().accepted_at is None


@pytest.mark.parametrize("over", ["expires_at", "withdrawn_at", "accepted_at"])
def test_an_invitation_that_is_over_gives_nothing(client: FlaskClient, cast: Cast, over: str) -> None:
    organisations.invitation(cast.plumbers, "x@example.org", by=cast.partner, token="old", **{over: clock.now()})
    sign_in(client, cast.outsider)

    assert client.get("/invitation?token=old").status_code == 410
    assert submit(client, "/invitation?token=old").status_code == 410


def test_nobody_is_invited_twice_or_when_seated(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.partner)
    own = db.session.get_one(Login, cast.partner.id).email
    path = f"/console/{cast.plumbers.slug}/invitations"

    first = submit(client, path, email="twice@example.org", role="reader")
    second = submit(client, path, email="Twice@example.org", role="reader")

    assert (first.status_code, second.status_code) == (303, 422)
    assert submit(client, path, email=own, role="reader").status_code == 422
    assert submit(client, path, email="new@example.org", role="king").status_code == 422
    assert len(_letters()) == 1


def test_managers_deal_with_members_and_readers_only(client: FlaskClient, cast: Cast) -> None:
    manager = accounts.person("Mia Manager")
    organisations.membership(manager, cast.plumbers, role="manager")
    member = organisations.membership(cast.outsider, cast.plumbers)
    sign_in(client, manager)
    console = f"/console/{cast.plumbers.slug}"

    assert submit(client, f"{console}/invitations", email="a@example.org", role="owner").status_code == 422
    assert submit(client, f"{console}/members/{member.id}", do="role", role="manager").status_code == 403
    assert submit(client, f"{console}/members/{_seat(cast.partner).id}", do="remove").status_code == 403
    assert submit(client, f"{console}/members/{_seat(manager).id}", do="suspend").status_code == 403
    assert submit(client, f"{console}/members/{member.id}", do="role", role="reader").status_code == 303
    db.session.refresh(member)
    assert member.role == "reader"


def test_a_suspended_member_has_no_seat_until_she_is_let_in_again(client: FlaskClient, app: Flask, cast: Cast) -> None:
    member = organisations.membership(cast.outsider, cast.plumbers)
    sign_in(client, cast.partner)
    path = f"/console/{cast.plumbers.slug}/members/{member.id}"

    submit(client, path, do="suspend")
    assert not acting(cast.outsider).works_for(cast.plumbers.id)
    submit(client, path, do="resume")
    assert acting(cast.outsider).works_for(cast.plumbers.id)
    submit(client, path, do="remove")
    assert submit(client, path, do="resume").status_code == 404
    assert _kinds()[-3:] == ["member_suspended", "member_resumed", "member_left"]


def test_the_last_owner_stays(client: FlaskClient, cast: Cast) -> None:
    seat = _seat(cast.partner)
    sign_in(client, cast.partner)

    assert submit(client, f"/settings/seats/{seat.id}/leave").status_code == 403
    organisations.membership(cast.outsider, cast.plumbers, role="owner")
    assert submit(client, f"/settings/seats/{seat.id}/leave").status_code == 303
    db.session.refresh(seat)
    assert seat.ended_at is not None


def test_nobody_leaves_in_anothers_place(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.outsider)

    assert submit(client, f"/settings/seats/{_seat(cast.agent).id}/leave").status_code == 404


def test_a_domain_is_proved_by_its_record(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.partner)
    path = f"/console/{cast.plumbers.slug}/domains"
    submit(client, path, domain="https://Drains.Example.org/about")
    domain = db.session.scalars(select(Domain)).one()
    assert domain.domain == "drains.example.org"
    asked: list[str] = []

    def nothing(name: str) -> list[str]:
        asked.append(name)
        return []

    def silence(_name: str) -> list[str]:
        raise Unreachable

    check_due_domains(nothing)
    assert asked == []
    submit(client, f"{path}/{domain.id}", do="check")
    for look_up, told in ((nothing, "There is no such record yet."), (silence, "did not answer")):
        domain.check_due_at = clock.now()
        db.session.commit()
        check_due_domains(look_up)
        assert told in client.get(path).text
    assert asked == ["_samen.drains.example.org"]
    assert domain.check_due_at is not None
    assert domain.check_due_at > clock.now()
    domain.check_due_at = clock.now()
    db.session.commit()
    check_due_domains(lambda _name: ["something else", domain.record_token])

    db.session.refresh(domain)
    assert (domain.verified_at, domain.how, domain.check_due_at) == (clock.now(), "dns", None)
    assert "drains.example.org is proved to be its own." in client.get(f"/organisations/{cast.plumbers.slug}").text
    assert _kinds()[-2:] == ["domain_claimed", "domain_proved"]


def test_a_domain_is_proved_by_mail_once(client: FlaskClient, app: Flask, cast: Cast) -> None:
    domain = organisations.domain(cast.plumbers, "drains.example.org")
    sign_in(client, cast.partner)
    path = f"/console/{cast.plumbers.slug}/domains/{domain.id}"
    assert submit(client, path, do="mail", mailbox="ceo").status_code == 422
    submit(client, path, do="mail", mailbox="postmaster")
    (letter,) = _letters()
    keeper, link = app.test_client(), _link_in(letter)

    assert letter.to_address == "postmaster@drains.example.org"
    assert keeper.get(link).status_code == 200
    assert domain.verified_at is None
    assert submit(keeper, link).status_code == 200
    db.session.refresh(domain)
    assert domain.how == "mail"
    assert submit(keeper, link).status_code == 410


def test_a_domain_belongs_to_whoever_proved_it_first(client: FlaskClient, cast: Cast) -> None:
    organisations.domain(cast.waterworks, "drains.example.org", verified_at=clock.now(), how="dns")
    second = organisations.domain(cast.plumbers, "drains.example.org", check_due_at=clock.now())
    db.session.commit()

    check_due_domains(lambda _name: [second.record_token])

    db.session.refresh(second)
    assert (second.verified_at, second.check_result) == (None, "taken")


@pytest.mark.parametrize("words", ["", "localhost", "a b.org", "me@example.org", "-x-.org", "x" * 250 + ".org"])
def test_what_is_no_domain_is_refused(client: FlaskClient, cast: Cast, words: str) -> None:
    sign_in(client, cast.partner)

    assert submit(client, f"/console/{cast.plumbers.slug}/domains", domain=words).status_code == 422


def test_an_engagement_is_offered_accepted_and_ended(client: FlaskClient, app: Flask, cast: Cast) -> None:
    _seat(cast.agent).role = "owner"
    agency = app.test_client()
    sign_in(client, cast.agent)
    sign_in(agency, cast.partner)
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    offer = {"agency": str(cast.plumbers.id), "scopes": ["questions", "cases"], "until": day}

    submit(client, f"/console/{cast.waterworks.slug}/engagements", **offer)
    engagement = db.session.scalars(select(Engagement)).one()
    assert submit(client, f"/console/{cast.waterworks.slug}/engagements", **offer).status_code == 422
    assert _letters()[0].to_address == db.session.get_one(Login, cast.partner.id).email
    path = f"/engagements/{engagement.id}"
    assert submit(client, f"/console/{cast.waterworks.slug}{path}", do="accept").status_code == 403
    assert not acting(cast.partner).works_for(cast.waterworks.id)

    submit(agency, f"/console/{cast.plumbers.slug}{path}", do="accept")
    assert acting(cast.partner).works_for(cast.waterworks.id, "cases")
    assert agency.get(f"/console/{cast.waterworks.slug}").status_code == 200
    assert agency.get(f"/console/{cast.waterworks.slug}/team").status_code == 404
    assert cast.waterworks.name in agency.get(f"/organisations/{cast.plumbers.slug}/history").text

    submit(agency, f"/console/{cast.plumbers.slug}{path}", do="end")
    assert not acting(cast.partner).works_for(cast.waterworks.id)
    assert submit(client, f"/console/{cast.waterworks.slug}{path}", do="end").status_code == 403
    assert _kinds()[-3:] == ["engagement_offered", "engagement_accepted", "engagement_ended"]


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"until": "2020-01-01"}, {"agency": "999"}, {"scopes": ["details"]}])
def test_a_wrong_offer_is_shown_again(client: FlaskClient, cast: Cast, wrong: dict[str, object]) -> None:
    sign_in(client, cast.partner)
    offer = {"agency": str(cast.waterworks.id), "scopes": ["questions"], "until": ""}

    assert submit(client, f"/console/{cast.plumbers.slug}/engagements", **(offer | wrong)).status_code == 422
    assert db.session.scalars(select(Engagement)).all() == []


def _proposal(direction: str, other: Person, **more: object) -> dict[str, object]:
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    asked = {"direction": direction, "handle": f"@{other.handle}", "relation": "family", "scopes": ["cases"]}
    return {**asked, "until": day, **more}


def test_somebody_asks_to_act_and_the_other_consents(client: FlaskClient, app: Flask, cast: Cast) -> None:
    other = app.test_client()
    sign_in(client, cast.outsider)
    sign_in(other, cast.customer)

    submit(client, "/settings/acting", **_proposal("ask", cast.customer))
    made = db.session.scalars(select(Representation)).one()
    assert (made.person_id, made.by_person_id) == (cast.customer.id, cast.outsider.id)
    assert _letters()[0].to_address == db.session.get_one(Login, cast.customer.id).email
    path = f"/settings/representations/{made.id}"
    assert submit(client, path, do="consent").status_code == 403
    assert not acting(cast.outsider).represents
    assert submit(other, path, do="consent").status_code == 303
    assert [each.person_id for each in acting(cast.outsider).represents] == [cast.customer.id]
    assert submit(client, "/settings/acting", **_proposal("ask", cast.customer)).status_code == 422

    assert submit(client, path, do="end").status_code == 303
    assert not acting(cast.outsider).represents
    assert _kinds()[-3:] == ["representation_asked", "representation_consented", "representation_ended"]


def test_to_let_somebody_act_is_to_consent(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.customer)

    submit(client, "/settings/acting", **_proposal("let", cast.outsider))

    assert [each.person_id for each in acting(cast.outsider).represents] == [cast.customer.id]
    assert "Otto Outsider acts for you" in client.get("/settings/acting").text


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"until": "2020-01-01"}, {"until": "2035-01-01"}, {"handle": "nobody"}, {"relation": "x"}]
)
def test_a_wrong_proposal_is_shown_again(client: FlaskClient, cast: Cast, wrong: dict[str, object]) -> None:
    sign_in(client, cast.customer)

    assert submit(client, "/settings/acting", **_proposal("let", cast.outsider, **wrong)).status_code == 422
    assert submit(client, "/settings/acting", **_proposal("let", cast.customer)).status_code == 422
    assert db.session.scalars(select(Representation)).all() == []


def test_a_third_person_sees_nothing_of_it(client: FlaskClient, cast: Cast) -> None:
    made = organisations.representation(cast.customer, cast.outsider)
    sign_in(client, cast.rival)

    assert submit(client, f"/settings/representations/{made.id}", do="end").status_code == 404
