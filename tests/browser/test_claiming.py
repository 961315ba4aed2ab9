"""Somebody finds on her own page that what she wrote elsewhere is here, says no by mistake, and makes it hers.

In Dutch, on a phone.
"""

from __future__ import annotations

from playwright.sync_api import expect

from app import clock
from app.accounts.models import Login, Person
from app.importers.addresses import digests_of, keep_addresses
from app.importers.models import ImportRun
from tests.accounts import make as accounts
from tests.cast import browser_cookie
from tests.community import make
from tests.support.browser import PHONE


def test_author_claims_what_she_wrote_elsewhere(new_page, live_server, axe):
    with live_server.rows() as session:
        mine = accounts.person("Noor", languages=["nl"])
        author = accounts.person("Lampje", email="", can_sign_in=False, source="lamps", source_key="7")
        make.question(author, title="Why is there no light in the shed?")
        about = {"title": "Lamps", "licence": "", "licence_link": "", "link": "", "fingerprint": "x"}
        session.add(ImportRun(source="lamps", state="done", started_at=clock.now(), **about))
        keep_addresses([(author.id, digests_of(session.get_one(Login, mine.id).email)[0])])
        session.flush()
        handle, mine_id = mine.handle, mine.id
    page = new_page(locale="nl-NL", viewport=PHONE)
    with live_server.rows() as session:
        cookie = browser_cookie(live_server.app, session.get_one(Person, mine_id), url=live_server.url)
    page.context.add_cookies([cookie])
    page.goto(f"/people/{handle}")

    page.get_by_role("link", name="Ben jij dat?").click()

    expect(page.get_by_role("heading", name="Ben jij Lampje?")).to_be_visible()
    expect(page.get_by_text("1 vraag en 0 antwoorden")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Nee, dat ben ik niet").click()
    expect(page.get_by_role("link", name="Ben jij dat?")).to_have_count(0)
    page.locator("[data-undo]").get_by_role("button").click()
    page.get_by_role("link", name="Ben jij dat?").click()
    page.get_by_role("button", name="Ja, dit schreef ik").click()
    expect(page.get_by_text("Gelukt. Wat je daar schreef, is hier nu ook van jou.")).to_be_visible()
    expect(page.get_by_role("link", name="Ben jij dat?")).to_have_count(0)
