"""Getting an account: nobody exists before the address is proved, and nobody learns who has one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import joining
from app.accounts.addresses import parse_address
from app.accounts.letters import forget_old_proofs, write_due_letters
from app.accounts.models import Login, MailProof, Person, Session
from app.db import db
from app.errors import Conflict
from app.mail import Letter
from app.outbox.models import DomainEvent
from app.providers.models import Provider
from tests.accounts import make as accounts
from tests.accounts.letters import letters_to, link_in
from tests.cast import Cast, sign_in, submit

GOOD = "four quiet boats at noon"
FIELDS = {"name": "Nora Nieuw", "email": "nora@example.org", "password": GOOD}


def _sign_up(client: FlaskClient, **more: str):
    return submit(client, "/sign-up", **{**FIELDS, **more})


def _people(client: FlaskClient) -> int:
    return db.session.scalar(select(func.count(Person.id))) or 0


def test_a_sign_up_becomes_a_person_once_the_letter_is_followed(client: FlaskClient, cast: Cast) -> None:
    before = _people(client)

    answer = _sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/sign-up/sent")
    assert "nora@example.org" in client.get("/sign-up/sent").text
    assert _people(client) == before

    (letter,) = letters_to("nora@example.org")
    link = link_in(letter)
    assert client.get(link).status_code == 200
    assert _people(client) == before, "mail programs follow links: a GET proves nothing"

    answer = submit(client, link)
    assert (answer.status_code, answer.location) == (303, "/settings/profile")

    person = db.session.scalars(select(Person).where(Person.handle == "nora-nieuw")).one()
    assert (person.name, person.languages, person.interface_language) == ("Nora Nieuw", ["en"], "en")
    assert db.session.get_one(Login, person.id).email == "nora@example.org"
    assert db.session.scalars(select(Provider.organisation_id).where(Provider.person_id == person.id)).all() == [None]
    assert "Welcome, Nora Nieuw." in client.get("/settings/profile").text
    kinds = db.session.scalars(select(DomainEvent.kind).where(DomainEvent.actor_id == person.id)).all()
    assert kinds == ["person_joined", "session_began"]


def test_a_known_address_gets_the_same_answer_and_another_letter(
    client: FlaskClient, app: Flask, cast: Cast, count_queries, monkeypatch
) -> None:
    hashed = []
    real = PasswordHasher.hash
    monkeypatch.setattr(PasswordHasher, "hash", lambda self, *more: hashed.append(1) or real(self, *more))
    known, answers = f"{cast.peer.handle}@example.org", []

    for email in ("nora@example.org", known):
        browser = app.test_client()
        with count_queries() as ran:
            answer = _sign_up(browser, email=email)
        page = browser.get("/sign-up/sent").text.replace(email, "")
        answers.append((answer.status_code, answer.location, answer.text, ran.texts, _without_secrets(page)))

    assert answers[0] == answers[1]
    assert len(hashed) == 2
    (letter,) = letters_to(known)
    assert letter.subject == "You have an account on Samen already"
    assert "/confirm" not in letter.body
    proof = db.session.scalars(select(MailProof).where(MailProof.email == known)).one()
    assert (proof.password_hash, proof.name, proof.token_digest) == ("", "", None)
    assert proof.used_at is not None


def test_the_letter_is_in_the_language_of_the_page(client: FlaskClient, cast: Cast) -> None:
    client.get("/sign-up?lang=nl")
    _sign_up(client)

    (letter,) = letters_to("nora@example.org")

    assert (letter.subject, letter.language) == ("Bevestig je adres voor Samen", "nl")
    submit(client, link_in(letter))
    assert db.session.scalars(select(Person.interface_language).where(Person.name == "Nora Nieuw")).one() == "nl"


def test_the_link_leads_to_the_configured_host_whatever_the_browser_claims(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    hosts = {"Host": "127.0.0.1:5000", "X-Forwarded-Host": "evil.example", "X-Host": "evil.example"}
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "0123456789abcdef0123456789abcdef01234567"
    submitted = submit(client, "/sign-up", **FIELDS)
    assert submitted.status_code == 303
    assert client.post("/sign-up", data=FIELDS, headers={**hosts, "Origin": "http://evil.example"}).status_code == 403
    client.get("/sign-up", headers={"Host": "evil.example"})

    assert all("evil.example" not in letter.body for letter in letters_to("nora@example.org"))


def test_in_another_browser_the_password_is_asked(client: FlaskClient, app: Flask, cast: Cast) -> None:
    """Else somebody signs up with another's address and her own password, and waits for the other to click."""
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")
    elsewhere, link = app.test_client(), link_in(letter)

    assert 'name="password"' in elsewhere.get(link).text
    assert submit(elsewhere, link).status_code == 422
    assert submit(elsewhere, link, password="not the password").status_code == 422
    assert submit(elsewhere, link, password=GOOD).status_code == 303


def test_guessing_that_password_has_a_limit(client: FlaskClient, app: Flask, cast: Cast) -> None:
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")
    elsewhere, link = app.test_client(), link_in(letter)

    answers = [submit(elsewhere, link, password=f"not the password {n}").status_code for n in range(11)]

    assert answers == [422] * 10 + [429]


def test_a_link_works_once(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")
    submit(client, link_in(letter))

    again = submit(client, link_in(letter))

    assert again.status_code == 410
    assert "This link is over" in again.text


def test_a_link_ends_after_three_days(client: FlaskClient, clock, cast: Cast) -> None:
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")

    clock.shift(timedelta(days=3, seconds=1))

    assert client.get(link_in(letter)).status_code == 410
    assert submit(client, link_in(letter)).status_code == 410


@pytest.mark.parametrize("token", ["", "x", "a" * 100_000, "%00", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_link_that_never_was_is_over(client: FlaskClient, cast: Cast, token: str) -> None:
    for path in ("/confirm", "/reset/new", "/take-over"):
        assert client.get(path, query_string={"token": token}).status_code in {400, 410}


def test_a_token_of_one_purpose_opens_no_other_door(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")
    token = link_in(letter).partition("?")[2]

    assert client.get(f"/reset/new?{token}").status_code == 410
    assert client.get(f"/take-over?{token}").status_code == 410


def test_two_letters_one_account(client: FlaskClient, app: Flask, cast: Cast) -> None:
    other = app.test_client()
    _sign_up(client)
    _sign_up(other, name="Nora Nieuw Twee")
    first, second = letters_to("nora@example.org")

    assert submit(client, link_in(first)).status_code == 303
    assert submit(other, link_in(second)).status_code == 409
    assert db.session.scalar(select(func.count()).where(Login.email == "nora@example.org")) == 1
    assert db.session.scalar(select(func.count()).where(Person.name == "Nora Nieuw Twee")) == 0


def test_people_of_one_name_get_handles_of_their_own(client: FlaskClient, app: Flask, cast: Cast) -> None:
    handles = []
    for number in range(7):
        browser, email = app.test_client(), f"nora{number}@example.org"
        _sign_up(browser, email=email)
        submit(browser, link_in(letters_to(email)[0]))
        handles.append(db.session.scalars(select(Person.handle).order_by(Person.id.desc()).limit(1)).one())

    assert handles[:5] == ["nora-nieuw", "nora-nieuw-2", "nora-nieuw-3", "nora-nieuw-4", "nora-nieuw-5"]
    assert all(re.fullmatch(r"nora-nieuw-\d{7}", handle) for handle in handles[5:])


@pytest.mark.parametrize(
    "password, said",
    [
        ("short", "at least 15"),
        ("nora.nieuw-nora1", "your name or your address"),
        ("n.nieuw-noranieuw!", "your name or your address"),
        ("password12345678", "Many people use"),
        ("administrator2026!", "Many people use"),
        ("samensamensamen", "name or your address"),
        ("71-04-93-8826-551", "simple pattern"),
        ("a" * 201, "at most 200"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(client: FlaskClient, cast: Cast, password: str, said: str) -> None:
    answer = _sign_up(client, password=password)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Nora Nieuw"' in answer.text
    assert f'value="{password}"' not in answer.text


@pytest.mark.parametrize("password", ["x" * 60 + " and more words", "пароль для длинной реки", "correct horse battery"])
def test_a_long_password_is_kept_whole(client: FlaskClient, cast: Cast, password: str) -> None:
    _sign_up(client, password=password)
    submit(client, link_in(letters_to("nora@example.org")[0]))
    submit(client, "/sign-out")

    assert submit(client, "/sign-in", email="nora@example.org", password=password[:-1]).status_code == 422
    assert submit(client, "/sign-in", email="nora@example.org", password=password).status_code == 303


@pytest.mark.parametrize(
    "field, words",
    [
        ("name", ""),
        ("name", " \t "),
        ("name", "a" * 81),
        ("name", "a" * 100_000),
        ("name", "Nora\x00"),
        ("name", "Nora \u202egnp.exe"),
        ("name", "…"),
        ("name", "Z" + "\u0300" * 60),
        ("email", ""),
        ("email", "nora"),
        ("email", "nora@"),
        ("email", "nora@example.org, evil@example.org"),
        ("email", "nora@example.org\nBcc: evil@example.org"),
        ("email", '"Nora" <nora@example.org>'),
        ("email", "nora@[127.0.0.1]"),
        ("email", "nora@localhost"),
        ("email", "a" * 300 + "@example.org"),
        ("email", "a" * 100_000),
        ("email", "nöra@example.org"),
    ],
)
def test_what_cannot_be_used_is_refused(client: FlaskClient, cast: Cast, field: str, words: str) -> None:
    answer = _sign_up(client, **{field: words})

    assert answer.status_code == 422
    assert "This did not work yet" in answer.text
    assert db.session.scalars(select(MailProof)).all() == []


@pytest.mark.parametrize(
    "name, kept",
    [
        ("  Nora \r\n Subject: gratis  ", "Nora Subject: gratis"),
        ("Zoë  Müller", "Zoë Müller"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("王小明", "王小明"),
        ("👩\u200d👧 Mia", "👩\u200d👧 Mia"),
    ],
)
def test_names_are_kept_on_one_line(client: FlaskClient, cast: Cast, name: str, kept: str) -> None:
    _sign_up(client, name=name)
    submit(client, link_in(letters_to("nora@example.org")[0]))

    assert db.session.scalars(select(Person.name).order_by(Person.id.desc()).limit(1)).one() == kept


def test_words_of_a_stranger_are_not_mailed_to_others(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client, name="Win at evil.example now")

    (letter,) = letters_to("nora@example.org")

    assert "evil" not in letter.body + letter.subject


def test_the_domain_may_be_in_any_alphabet(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client, email="Nora@BÜCHER.example")
    (letter,) = letters_to("Nora@xn--bcher-kva.example")
    submit(client, link_in(letter))

    assert submit(client, "/sign-in", email="nora@xn--bcher-kva.example", password=GOOD).status_code == 303


def test_extra_fields_change_nothing(client: FlaskClient, cast: Cast) -> None:
    extra = {"is_operator": "y", "id": "1", "can_sign_in": "y", "person_id": str(cast.operator.id), "handle": "boss"}
    _sign_up(client, **extra)
    submit(client, link_in(letters_to("nora@example.org")[0]), **extra)

    person = db.session.scalars(select(Person).where(Person.name == "Nora Nieuw")).one()
    assert (person.is_operator, person.handle) == (False, "nora-nieuw")


def test_six_letters_a_day_are_too_many_for_one_address(client: FlaskClient, cast: Cast) -> None:
    answers = [_sign_up(client).status_code for _ in range(6)]

    assert answers == [303] * 5 + [429]


def test_twentyone_sign_ups_from_one_network_are_too_many(client: FlaskClient, cast: Cast) -> None:
    answers = [_sign_up(client, email=f"nora{n}@example.org", password="short").status_code for n in range(21)]

    assert answers == [422] * 20 + [429]


def test_who_joins_while_signed_in_leaves_the_session_of_before(client: FlaskClient, cast: Cast) -> None:
    before = sign_in(client, cast.outsider)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    _sign_up(client)
    (letter,) = letters_to("nora@example.org")

    submit(client, link_in(letter))

    db.session.refresh(before)
    assert before.ended_at is not None
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != kept["_user_id"]


def test_the_pages_of_links_are_kept_by_nobody(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client)
    page = client.get(link_in(letters_to("nora@example.org")[0]))

    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.text


def test_a_letter_is_written_once(cast: Cast) -> None:
    joining.ask_for_new_password(address=parse_address(f"{cast.peer.handle}@example.org"), language="en")
    db.session.commit()

    write_due_letters()
    write_due_letters()

    assert db.session.scalar(select(func.count(Letter.id))) == 1


def test_proofs_are_forgotten(client: FlaskClient, clock, cast: Cast) -> None:
    _sign_up(client)
    _sign_up(client, email="other@example.org")
    submit(client, link_in(letters_to("other@example.org")[0]))
    assert db.session.scalar(select(func.count(MailProof.id))) == 2

    clock.shift(timedelta(days=2))
    forget_old_proofs()
    assert db.session.scalars(select(MailProof.email)).all() == ["nora@example.org"]

    clock.shift(timedelta(days=2))
    forget_old_proofs()
    assert db.session.scalar(select(func.count(MailProof.id))) == 0


def test_an_imported_person_takes_over_her_account(client: FlaskClient, cast: Cast) -> None:
    author = accounts.person("Ida Imported", email="", source="archive", source_key="ida")
    joining.hand_over(author, parse_address("ida@example.org"), language="en")
    db.session.commit()
    (letter,) = letters_to("ida@example.org")
    link = link_in(letter)
    assert "Ida Imported" in letter.body
    assert "Ida Imported" in client.get(link).text

    assert submit(client, link, password="ida imported").status_code == 422
    assert submit(client, link, password=GOOD).status_code == 303

    assert author.can_sign_in
    assert client.get("/me").location == f"/people/{author.handle}"
    submit(client, "/sign-out")
    assert submit(client, "/sign-in", email="ida@example.org", password=GOOD).status_code == 303
    with pytest.raises(Conflict):
        joining.hand_over(author, parse_address("ida@example.org"), language="en")


def test_a_handed_over_account_is_taken_once(client: FlaskClient, app: Flask, cast: Cast) -> None:
    author = accounts.person("Ida Imported", email="")
    for email in ("ida@example.org", "idb@example.org"):
        joining.hand_over(author, parse_address(email), language="en")
    db.session.commit()
    first, second = (link_in(letters_to(email)[0]) for email in ("ida@example.org", "idb@example.org"))

    assert submit(client, first, password=GOOD).status_code == 303
    assert submit(app.test_client(), second, password=GOOD).status_code == 409
    assert db.session.scalar(select(func.count(Session.id)).where(Session.person_id == author.id)) == 1


def test_no_password_is_kept_in_clear(client: FlaskClient, cast: Cast) -> None:
    _sign_up(client)

    kept = db.session.scalars(select(MailProof.password_hash)).one()

    assert kept.startswith("$argon2id$")


def _without_secrets(page: str) -> str:
    return re.sub(r'(csrf_token|once_key)" value="[^"]*"|nonce(="|-)[\w-]+', "", page)
