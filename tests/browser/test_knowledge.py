"""Two stories: an answer becomes an article, is called outdated three times and looked at again; an article is told in
two languages. The first in Dutch on a phone, the second in English at a desk.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app import clock
from app.knowledge.models.articles import Article
from tests.accounts import make as accounts
from tests.community import make as community
from tests.knowledge import make
from tests.support.browser import PHONE
from tests.support.live import LiveServer

from .test_community import enter


def become(page: Page, server: LiveServer, person_id: int) -> None:
    """Be somebody else in this browser."""
    page.goto("about:blank")
    page.context.clear_cookies()
    enter(page, server, person_id)


def test_from_an_answer_to_an_article_that_is_called_outdated_and_looked_at_again(new_page, live_server, axe):
    with live_server.rows() as session:
        asker, helper = accounts.person("Vera Vraag"), accounts.person("Hans Help")
        curator = accounts.person("Cora Curator", is_curator=True)
        readers = [accounts.person(f"Lezer {number}").id for number in (1, 2, 3)]
        question = community.question(asker, title="Waarom drupt mijn kraan?", language="nl")
        body = "Draai de kraan dicht en vervang het leertje. Bel me op 06-12345678."
        community.answer(question, helper, body=body, language="nl")
        session.flush()
        helper_id, curator_id, path = helper.id, curator.id, f"/q/{question.id}/waarom-drupt-mijn-kraan"
    page = new_page(locale="nl-NL", viewport=PHONE)
    enter(page, live_server, helper_id)
    page.goto(path)

    page.get_by_role("link", name="Maak een artikel").click()
    expect(page.get_by_label("Het artikel", exact=True)).to_have_value(
        "Draai de kraan dicht en vervang het leertje. Bel me op [telefoonnummer]."
    )
    axe(page)
    page.get_by_role("button", name="Laat het controleren").click()
    expect(page.get_by_text("Versie 1 wacht op controle.")).to_be_visible()
    article = page.url

    become(page, live_server, curator_id)
    page.goto("/knowledge/tasks")
    page.get_by_role("link", name="Waarom drupt mijn kraan?").click()
    axe(page)
    page.get_by_role("button", name="Publiceer het").click()
    expect(page.get_by_text("Het is gepubliceerd.")).to_be_visible()
    page.goto(path)
    expect(page.get_by_role("heading", name="In de kennisbank")).to_be_visible()

    for reader_id in readers:
        become(page, live_server, reader_id)
        page.goto(article)
        page.get_by_role("button", name="Verouderd").click()
        expect(page.get_by_role("button", name="Verouderd")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Dit artikel is misschien verouderd.")).to_be_visible()
    axe(page)

    become(page, live_server, curator_id)
    page.goto("/knowledge/tasks")
    page.get_by_role("link", name="Waarom drupt mijn kraan?").first.click()
    expect(page.get_by_text("Meerdere mensen zeggen dat het verouderd is")).to_be_visible()
    page.get_by_role("button", name="Ik heb gekeken: het klopt nog").click()
    expect(page.get_by_text("Dit artikel is misschien verouderd.")).to_have_count(0)
    expect(page.get_by_role("heading", name="Hoe zeker is dit? 90 %")).to_be_visible()


def test_an_article_in_two_languages(new_page, live_server, axe):
    with live_server.rows() as session:
        author = accounts.person("Anna Author")
        curator = accounts.person("Cora Curator", is_curator=True)
        article = make.article(author, title="Mending a dripping tap", body="Turn it off.", now=clock.now())
        make.licence(author)
        session.flush()
        author_id, curator_id, path = author.id, curator.id, f"/knowledge/{article.slug}"
    page = new_page(locale="en-GB")
    enter(page, live_server, curator_id)
    page.goto(path)

    page.get_by_role("link", name="Translate").click()
    page.get_by_label("Title").fill("Een kraan die drupt")
    page.get_by_label("Summary").fill("Wat je doet als de kraan drupt.")
    page.get_by_label("The article", exact=True).fill("Draai hem dicht.")
    page.locator("#language").select_option("nl")
    page.get_by_role("button", name="Send for review").click()
    dutch = page.url

    become(page, live_server, author_id)
    page.goto(f"{dutch}/review")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Also in: English")).to_be_visible()
    page.goto(f"{path}/edit")
    page.get_by_label("The article", exact=True).fill("Turn it off, and the main tap too.")
    page.get_by_label("A lot: whoever did what it said has to do something else now").check()
    page.get_by_label("What you changed").fill("The main tap")
    page.get_by_role("button", name="Save and send for review").click()
    become(page, live_server, curator_id)
    page.goto(f"{path}/review")
    expect(page.get_by_text("and the main tap too").first).to_be_visible()
    page.get_by_role("button", name="Publish it").click()

    page.goto(dutch)
    expect(page.get_by_text("This translation is out of date: the original says something else now.")).to_be_visible()
    page.get_by_text("What changed in the original since").click()
    axe(page)
    page.goto("/knowledge/translations")
    expect(page.get_by_text("Out of date")).to_be_visible()
    axe(page)
    with live_server.rows() as session:
        told = session.query(Article).filter_by(slug=dutch.rpartition("/")[2]).one()
        assert (told.translation_state, told.translated_number) == ("out_of_date", 1)
