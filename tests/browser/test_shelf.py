"""From a solved case to an article, in Dutch on a phone; a saved search that tells; an article on paper."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import expect

from app import clock
from app.accounts.models import Person
from app.community.compose import compose
from app.community.services import asking
from app.notifications.models import FoundArticle, NoticeItem, SearchAlert
from app.search.services import mark_stale
from tests.accounts import make as accounts
from tests.cases import make as cases
from tests.cast import acting
from tests.community import make as community
from tests.knowledge import make
from tests.organisations import make as organisations
from tests.support.browser import PHONE

from .test_community import enter


def test_a_solved_case_becomes_a_draft_in_two_clicks(new_page, live_server, axe):
    with live_server.rows() as session:
        customer, agent = accounts.person("Vera Vraag"), accounts.person("Hans Help")
        house = organisations.organisation("Linderwater")
        organisations.membership(agent, house)
        case = cases.case(customer, house, person=agent, state="solved", title="Mijn rekening klopt niet")
        said = "Beste Vera,\n\nBel ons op 06-12345678. Eenmaal per jaar kost te laat betalen niets."
        cases.message(case, agent, body=said, acting_for_organisation_id=house.id, language="nl")
        session.flush()
        agent_id, path = agent.id, f"/cases/{case.public_id}"
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, agent_id)
    page.goto(path)

    page.get_by_role("link", name="Maak hier een artikel van").click()
    expect(page.get_by_label("Het artikel", exact=True)).to_have_value(
        "Bel ons op [telefoonnummer]. Eenmaal per jaar kost te laat betalen niets."
    )
    axe(page)
    page.get_by_role("button", name="Bewaar als concept").click()

    expect(page.get_by_text("Gemaakt van een opgeloste zaak, met hulp van")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Bekijk de zaak").click()
    expect(page.get_by_role("link", name="Mijn rekening klopt niet")).to_be_visible()
    axe(page)


def test_an_article_is_saved_while_it_is_written(new_page, live_server, axe):
    with live_server.rows() as session:
        writer = accounts.person("Wies Writer")
        session.flush()
        writer_id = writer.id
    page = new_page(locale="en-GB")
    enter(page, live_server, writer_id)
    page.goto("/knowledge/new")
    page.get_by_label("Title").fill("Mending a tap")
    page.get_by_label("Summary").press_sequentially("What to do")
    expect(page.locator("[data-draft-status]")).to_contain_text("Saved")

    page.goto("/knowledge/new")
    expect(page.get_by_label("Summary")).to_have_value("What to do")
    axe(page)


def test_a_saved_search_tells_what_is_new_in_it(new_page, live_server, axe):
    with live_server.rows() as session:
        reader, other = accounts.person("Rita Reader"), accounts.person("Otto Other")
        community.saved_filter(reader, "Boilers", place="search", asked={"q": "boiler"})
        shelf = community.category("Heating")
        session.flush()
        reader_id, other_id, shelf_id = reader.id, other.id, shelf.id
    page = new_page(locale="en-GB")
    enter(page, live_server, reader_id)
    page.goto("/filters")

    page.get_by_role("button", name="Tell me what is new in: Boilers").click()
    expect(page.get_by_role("button", name="Stop telling me what is new in: Boilers")).to_be_visible()
    axe(page)

    with live_server.rows() as session:
        title = "The boiler hums"
        person = session.get_one(Person, other_id)
        asking.ask_question(acting(person), title=title, text=compose(title, prior="en"), category_id=shelf_id)

    def is_told(session):
        # Looked at again as if half an hour had passed: the index may have been slower.
        session.execute(sa.update(SearchAlert).values(next_at=clock.now() - timedelta(seconds=1)))
        return session.scalar(sa.select(NoticeItem.id).where(NoticeItem.person_id == reader_id))

    live_server.until(is_told)
    page.goto("/notifications")
    expect(page.get_by_text("You saved the search “Boilers”.")).to_be_visible()
    page.get_by_role("link", name="The boiler hums").click()
    expect(page.get_by_role("heading", name="The boiler hums")).to_be_visible()

    with live_server.rows() as session:
        writer = session.get_one(Person, other_id)
        article = make.article(writer, title="Bleeding a boiler", published_at=clock.now())
        session.flush()
        mark_stale("article", [article.id])

    def is_found(session):
        session.execute(sa.update(SearchAlert).values(next_at=clock.now() - timedelta(seconds=1)))
        return session.scalar(sa.select(FoundArticle.id).where(FoundArticle.person_id == reader_id))

    live_server.until(is_found)
    page.goto("/notifications")
    news = page.get_by_role("region", name="New articles in your searches")
    expect(news.get_by_text("You saved the search “Boilers”.")).to_be_visible()
    axe(page)
    news.get_by_role("button", name="Mark as read: New articles in your searches").click()
    expect(page.get_by_text("That is marked as read.")).to_be_visible()
    expect(news).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    news.get_by_role("link", name="Bleeding a boiler").click()
    expect(page.get_by_role("heading", name="Bleeding a boiler")).to_be_visible()


def test_an_article_on_paper_is_its_words_with_what_links_lead_to(new_page, live_server):
    with live_server.rows() as session:
        body = "## First\n\nSee [rules](https://example.org/rules), [more](/knowledge).\n\n## Then\n\nTurn it off."
        article = make.article(accounts.person("Anna Author"), body=body)
        session.flush()
        path = f"/knowledge/{article.slug}"
    page = new_page(locale="en-GB")
    page.goto(path)
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="First")).to_be_visible()
    expect(page.locator(".contents__list")).to_have_css("list-style-type", "decimal")
    expect(page.get_by_text("Did this help you?")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_hidden()
    shown = page.evaluate(
        "[...document.querySelectorAll('.prose a')].map(each => getComputedStyle(each, '::after').content)"
    )
    assert shown == ['" (" attr(href) ")"'] * 2 or shown == ['" (https://example.org/rules)"', '" (/knowledge)"']
