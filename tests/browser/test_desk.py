"""The desk in a browser: everything by keyboard, twenty cases on a laptop's screen, and without scripts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.accounts.models import Person
from app.organisations.models import Organisation
from tests.accounts import make as accounts
from tests.cases import make, make_desk
from tests.cast import browser_cookie
from tests.organisations import make as organisations
from tests.support.browser import PHONE
from tests.support.live import LiveServer
from tests.support.pictures import take_picture

LAPTOP = {"width": 1366, "height": 768}


def enter(page: Page, server: LiveServer, person_id: int, house_id: int) -> None:
    with server.rows() as session:
        person = session.get_one(Person, person_id)
        cookie = browser_cookie(server.app, person, url=server.url, acting_for_organisation_id=house_id)
        page.context.add_cookies([cookie])


def fill(server: LiveServer) -> dict[str, int]:
    """Make an organisation with twenty-five open cases, none of them anybody's."""
    with server.rows() as session:
        anna, carla = accounts.person("Anna de Boer"), accounts.person("Carla Jansen")
        house: Organisation = organisations.organisation("Waterbedrijf")
        organisations.membership(anna, house, role="manager")
        make.cause(house, "Meter")
        make_desk.text(house, name="Welke maand?", body="Beste {klant}, over welke maand gaat het?", language="nl")
        for number in range(25):
            case = make.case(
                carla, house, title=f"De rekening van maand {number:02} klopt niet", request={"language": "nl"}
            )
            make_desk.runs(case, hours=number * 2 - 3, warn_hours=2)
        session.flush()
        return {"anna": anna.id, "house": house.id}


def test_the_desk_by_keyboard_alone(new_page, live_server, axe):
    ids = fill(live_server)
    page = new_page(locale="nl-NL", viewport=LAPTOP)
    enter(page, live_server, ids["anna"], ids["house"])
    page.goto("/desk?view=unassigned")
    rows = page.locator(".desk-row")
    expect(rows).to_have_count(20)
    last = rows.nth(19).bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= LAPTOP["height"], "twenty cases on a laptop's screen"
    assert all(box["height"] >= 24 for row in rows.all()[:3] if (box := row.bounding_box()))
    axe(page)
    take_picture(page, "desk-laptop")

    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-chosen-count]")).to_have_text("2")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Morgen")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.type("Dubbel gemeld.")
    axe(page)
    page.get_by_role("button", name="Meter").press("Enter")
    expect(page.get_by_text("Je hebt 2 zaken gesloten.")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").press("Enter")
    expect(page.get_by_text("Het is weer zoals het was.")).to_be_visible()

    page.goto("/desk?view=unassigned", wait_until="networkidle")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_url("**/cases/*", wait_until="networkidle")
    expect(page.get_by_text("Je hebt één zaak op je genomen.")).to_be_visible()
    page.get_by_role("button", name="Vaste teksten").click()
    page.get_by_label("Vaste tekst").select_option(label="Welke maand?")
    page.get_by_role("button", name="Invoegen").click()
    expect(page.get_by_label("Je bericht")).to_have_value("Beste Carla Jansen, over welke maand gaat het?")
    page.goto("/desk?view=all", wait_until="networkidle")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/desk", wait_until="networkidle")
    expect(rows).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_url("**/cases/*#reply")


def test_the_desk_without_scripts_and_on_a_phone(new_page, live_server, axe):
    ids = fill(live_server)
    page = new_page(java_script_enabled=False, locale="nl-NL", viewport=PHONE)
    enter(page, live_server, ids["anna"], ids["house"])
    page.goto("/desk?view=unassigned")

    page.locator("[name=case]").first.check()
    page.locator(".desk-acts").get_by_role("button", name="Op je nemen").click()
    expect(page.get_by_text("Je hebt één zaak op je genomen.")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("Het is weer zoals het was.")).to_be_visible()
