"""A moderator looks at a group that confirms each other, on a phone and in Dutch, and keeps a note."""

from __future__ import annotations

from playwright.sync_api import expect

from app import clock
from app.db import db
from app.routing.ring_models import RingFinding, RingMember
from tests.accounts import make as accounts
from tests.browser.test_community import enter
from tests.routing.make import RING_EVIDENCE
from tests.support.browser import PHONE


def test_a_moderator_reads_what_speaks_for_a_ring_and_keeps_a_note(new_page, live_server, axe):
    with live_server.rows():
        moderator = accounts.person("Mona", is_moderator=True)
        people = [accounts.person(name) for name in ("Ria", "Rob", "Rens")]
        now = clock.now()
        members = [
            RingMember(person_id=one.id, confirms=one is not people[2], is_confirmed=one is people[2]) for one in people
        ]
        db.session.add(
            RingFinding(kind="ring", evidence=RING_EVIDENCE, found_at=now, seen_at=now, note="", members=members)
        )
        moderator_id = moderator.id
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, moderator_id)
    page.goto("/moderation")
    axe(page)

    page.get_by_role("link", name="Bekijk wat er gevonden is").click()
    page.get_by_text("3 leden").first.click()
    expect(page.get_by_role("link", name="Rens")).to_be_visible()
    axe(page)
    page.get_by_label("Wat je zag").first.fill("Een breiclub.")
    page.get_by_role("button", name="Bekeken").first.click()

    expect(page.get_by_text("Een breiclub.")).to_be_visible()
    axe(page)
