"""Getting an account and keeping it, as people do it: in a browser, in both languages, with and without JavaScript."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.accounts.models import Person, Session
from app.mail import Letter
from app.providers.models import Provider
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make as community
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.support.browser import PHONE
from tests.support.live import LiveServer

_numbers = itertools.count(1)

GOOD = "four quiet boats at noon"
DUTCH = {
    "name": "Je naam",
    "email": "Mailadres",
    "password": "Wachtwoord",
    "sign_up": "Maak mijn account",
    "sent": "Kijk in je mail",
    "letters": "Deze Samen is om uit te proberen: lees de mail hier.",
    "yes": "Ja, dit is mijn adres",
    "welcome": "Welkom, {name}. Je account is klaar.",
    "bio": "Over jou",
    "frisian": "Fries",
    "keep": "Bewaar deze wijzigingen",
    "kept": "Je profiel is gewijzigd.",
    "sign_out": "Uitloggen",
    "sign_in": "Inloggen",
    "no_pair": "Dit adres en dit wachtwoord horen niet bij elkaar.",
}
ENGLISH = {
    "name": "Your name",
    "email": "Mail address",
    "password": "Password",
    "sign_up": "Make my account",
    "sent": "Look in your mail",
    "letters": "This Samen is for trying out: read the letter here.",
    "yes": "Yes, this is my address",
    "welcome": "Welcome, {name}. Your account is ready.",
    "bio": "About you",
    "frisian": "Western Frisian",
    "keep": "Keep these changes",
    "kept": "Your profile is changed.",
    "sign_out": "Sign out",
    "sign_in": "Sign in",
    "no_pair": "This address and this password do not belong together.",
}


def wait_for_letter(server: LiveServer, address: str, *, count: int = 1) -> None:
    """Return when the worker has written this many letters to the address."""
    written = select(func.count(Letter.id)).where(Letter.to_address == address)
    server.until(lambda session: session.scalar(written) == count)


def open_menu(page: Page) -> None:
    page.locator(".site-header details.menu > summary").click()


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("locale, words", [("nl-NL", DUTCH), ("en-GB", ENGLISH)], ids=["nl", "en"])
def test_somebody_joins_makes_a_profile_leaves_and_comes_back(new_page, live_server, axe, locale, words, has_scripts):
    page = new_page(locale=locale, java_script_enabled=has_scripts, viewport=PHONE if has_scripts else None)
    check = axe if has_scripts else (lambda _page: None)  # axe itself is a script
    number = next(_numbers)
    name, email = f"Nora Nieuw {number}", f"nora{number}@example.org"

    page.goto("/sign-up")
    page.get_by_role("button", name=words["sign_up"]).click()
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_count(3)
    if has_scripts:
        expect(summary).to_be_focused()
    check(page)
    page.get_by_label(words["name"]).fill(name)
    page.get_by_label(words["email"]).fill(email)
    page.get_by_label(words["password"], exact=True).fill(GOOD)
    page.get_by_role("button", name=words["sign_up"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["sent"])
    expect(page.get_by_role("main")).to_contain_text(email)
    check(page)

    wait_for_letter(live_server, email)
    page.get_by_role("link", name=words["letters"]).click()
    check(page)
    page.locator(".entry", has_text=email).get_by_role("link").click()
    check(page)
    page.get_by_role("button", name=words["yes"]).click()
    expect(page.get_by_role("status").first).to_contain_text(words["welcome"].format(name=name))

    page.get_by_label(words["bio"]).fill("I know about <b>boats</b>.")
    page.get_by_label(words["frisian"]).check()
    check(page)
    page.get_by_role("button", name=words["keep"]).click()
    expect(page.get_by_role("status").first).to_contain_text(words["kept"])
    page.goto("/me")
    expect(page).to_have_url(re.compile(f"/people/nora-nieuw-{number}$"))
    expect(page.get_by_role("main")).to_contain_text("I know about <b>boats</b>.")
    check(page)

    open_menu(page)
    page.get_by_role("button", name=words["sign_out"]).click()
    page.goto("/settings/profile")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label(words["email"]).fill(email.upper())
    page.get_by_label(words["password"], exact=True).fill("not the password")
    page.get_by_role("button", name=words["sign_in"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words["no_pair"])
    check(page)
    page.get_by_label(words["password"], exact=True).fill(GOOD)
    page.get_by_role("button", name=words["sign_in"]).click()
    expect(page).to_have_url(re.compile("/settings/profile$"))
    expect(page.get_by_label(words["bio"])).to_have_value("I know about <b>boats</b>.")


def test_a_link_in_another_browser_asks_for_the_password(new_page, live_server, axe):
    number = next(_numbers)
    email = f"other{number}@example.org"
    first, second = new_page(), new_page(locale="nl-NL", viewport=PHONE)
    first.goto("/sign-up")
    first.get_by_label("Your name").fill(f"Olga van Elders {number}")
    first.get_by_label("Mail address").fill(email)
    first.get_by_label("Password", exact=True).fill(GOOD)
    first.get_by_role("button", name="Make my account").click()
    wait_for_letter(live_server, email)

    second.goto("/letters")
    second.locator(".entry", has_text=email).get_by_role("link").click()
    second.get_by_role("button", name="Ja, dit is mijn adres").click()
    expect(second.get_by_role("alert")).to_be_visible()
    axe(second)
    second.get_by_label("Het wachtwoord dat je koos").fill(GOOD)
    second.get_by_role("button", name="Ja, dit is mijn adres").click()

    expect(second).to_have_url(re.compile("/settings/profile$"))
    with live_server.rows() as session:
        person = session.scalars(select(Person).where(Person.name == f"Olga van Elders {number}")).one()
        assert session.scalars(select(Provider.organisation_id).where(Provider.person_id == person.id)).all() == [None]


def test_a_forgotten_password_is_replaced_and_signs_out_everywhere_else(new_page, live_server, axe):
    with live_server.rows():
        person = accounts.person()
        email, handle = f"{person.handle}@example.org", person.handle
    elsewhere = new_page()
    elsewhere.goto("/sign-in")
    elsewhere.get_by_label("Mail address").fill(email)
    elsewhere.get_by_label("Password", exact=True).fill(accounts.PASSWORD)
    elsewhere.get_by_role("button", name="Sign in").click()
    elsewhere.goto("/me")
    expect(elsewhere).to_have_url(re.compile(f"/people/{handle}$"))

    page = new_page(java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Mail address").fill(email)
    page.get_by_role("button", name="Send the letter").click()
    wait_for_letter(live_server, email)
    page.goto("/letters")
    page.locator(".entry", has_text=email).get_by_role("link").click()
    page.get_by_label("New password").fill("password12345678")
    page.get_by_role("button", name="Use this password").click()
    expect(page.get_by_role("alert")).to_contain_text("Many people use this password")
    page.get_by_label("New password").fill(GOOD)
    page.get_by_role("button", name="Use this password").click()
    expect(page.get_by_role("status").first).to_contain_text("You have a new password.")

    elsewhere.goto("/me")
    expect(elsewhere).to_have_url(re.compile("/sign-in"))


@pytest.fixture
def agent(live_server) -> dict[str, str]:
    """Make somebody who works for an organisation, with all that settings can show; return names."""
    number = next(_numbers)
    with live_server.rows():
        person = accounts.person(f"Anna {number}", bio="Pipes.", handle=f"anna-agent-{number}")
        works = organisations.organisation(
            f"Waterworks {number}", texts={"en": "Water for all.", "nl": "Water voor iedereen."}
        )
        organisations.membership(person, works, title="At the counter")
        providers.skill(providers.provider(person, works), community.tag(f"leaks-{number}"))
        community.answer(community.question(accounts.person(), title="Who mends pipes?"), person)
        accounts.api_token(person, name="Night job", acting_for_organisation_id=works.id)
        accounts.session(person, user_agent="Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0")
        return {"handle": person.handle, "works": works.name, "slug": works.slug, "id": str(person.id)}


def enter(page: Page, server: LiveServer, person_id: int) -> None:
    """Make the browser this person's."""
    with server.rows() as session:
        cookie = browser_cookie(server.app, session.get_one(Person, person_id), url=server.url)
    page.context.add_cookies([cookie])


VISITORS = ["/sign-in", "/sign-up", "/sign-up/sent", "/reset", "/reset/sent", "/confirm?token=x", "/letters"]
VISITORS += ["/organisations", "/organisations/{slug}", "/people/{handle}", "/help", "/accessibility"]
VISITORS += ["/how-ranking-works"]
SETTINGS = ["/settings/profile", "/settings/skills", "/settings/security", "/settings/sessions", "/settings/tokens"]


def test_every_page_reads_well_for_everybody_by_day_and_night_and_on_a_small_screen(new_page, live_server, agent, axe):
    page = new_page(locale="nl-NL")
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

    for path in [*VISITORS, *SETTINGS]:
        if path == SETTINGS[0]:
            enter(page, live_server, int(agent["id"]))
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path.format(**agent))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            axe(page)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate(wider) is False, path


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_acts_for_her_organisation_from_the_menu(new_page, live_server, agent, has_scripts):
    page = new_page(java_script_enabled=has_scripts)
    enter(page, live_server, int(agent["id"]))
    page.goto("/organisations")

    open_menu(page)
    page.get_by_role("button", name=agent["works"]).click()

    expect(page).to_have_url(re.compile("/organisations$"))
    expect(page.locator(".site-header__who small")).to_have_text(agent["works"])
    expect(page.get_by_role("status").first).to_contain_text(f"You act for {agent['works']} now.")


def test_a_token_is_made_shown_once_and_revoked(new_page, live_server, agent, axe):
    page = new_page()
    enter(page, live_server, int(agent["id"]))
    page.goto("/settings/tokens")
    page.get_by_label("What it is for").fill("Morning job")
    page.get_by_label("It may also write").check()
    page.get_by_role("button", name="Make the token").click()

    expect(page.locator("#new-token")).to_have_text(re.compile("^samen_"))
    axe(page)
    page.reload()
    expect(page.locator("#new-token")).to_have_count(0)

    page.get_by_role("button", name="Revoke: Morning job").click()
    expect(page.get_by_role("main")).not_to_contain_text("Morning job")


def test_another_browser_is_signed_out_from_the_list(new_page, live_server, agent):
    page = new_page()
    enter(page, live_server, int(agent["id"]))
    page.goto("/settings/sessions")

    page.get_by_role("button", name="Sign out: Firefox on Linux").click()

    expect(page.get_by_role("main")).not_to_contain_text("Firefox on Linux")
    with live_server.rows() as session:
        ended = select(Session).where(Session.person_id == int(agent["id"]), Session.ended_at.is_not(None))
        assert len(session.scalars(ended).all()) == 1
