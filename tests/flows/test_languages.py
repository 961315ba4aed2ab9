"""No page mixes languages: what people wrote stands in an element that says in which language it is."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.community.compose import compose
from app.community.links import person_url, question_url
from app.community.models.posts import Question
from app.community.models.suggestions import EditSuggestion
from app.db import db
from app.organisations.models import Membership
from app.routing.services import latest_decision
from tests.cast import Cast, sign_in
from tests.community import make as community
from tests.routing import make
from tests.search.make import fill

# Dutch words that no page of ours says, one per place a person can write in.
DUTCH = "Ik heb hem gisteren nog gesmeerd, maar nu gaat het ook niet meer met een"
TITLE, BODY, ANSWER, BIO, SEAT = "zwaluwstaart", "knoopsgat", "koekoeksklok", "bromvlieg", "waterbaas"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "circle", "rect", "use"}


class Spoken(HTMLParser):
    """Finds the language of the text around a word: that of the nearest element that names one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            before = self.languages[-1] if self.languages else ""
            self.languages.append(dict(attrs).get("lang") or before)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.languages.pop()

    def handle_data(self, data: str) -> None:
        if "://" in data or data.startswith("Search: "):
            return  # an address; what the reader herself typed
        self.found += [(word, self.languages[-1]) for word in (TITLE, BODY, ANSWER, BIO, SEAT) if word in data.lower()]


@pytest.fixture
def question(cast: Cast) -> Question:
    """A Dutch question with a past: routed, edited, answered, for people who read in English."""
    cast.peer.bio = f"Ik weet veel van alles wat met een {BIO} te maken heeft, en ik help je graag."
    cast.waterworks.languages = ["nl"]
    db.session.scalars(db.select(Membership).where(Membership.person_id == cast.agent.id)).one().title = SEAT
    make.past(cast, cast.peer, answers=9, accepted=6, days_ago=1)
    make.learn_history()
    asked = make.ask(cast, title=f"Waarom klemt de {TITLE} in mijn bureau zo?", text=compose(f"{DUTCH} {BODY}."))
    community.revision(asked, cast.customer, body=f"{DUTCH} {BODY}!", title=asked.title)
    community.suggestion(asked, cast.outsider, body=f"{DUTCH} {BODY}?", reason=f"Beter met een {SEAT}")
    community.answer(asked, cast.partner, body=f"Zet er een {ANSWER} naast, dan hoor je het.", language="nl")
    db.session.flush()  # read by the pages
    return asked


def pages(app: Flask, question: Question, cast: Cast) -> dict[str, tuple[Person, set[str]]]:
    """Return the pages, who opens each, and which of the words it must show."""
    with app.test_request_context():
        suggestion = db.session.scalars(db.select(EditSuggestion.id)).one()
        own, decision = question_url(question.id, question.title), latest_decision(question.id)
        peer, agent = person_url(cast.peer.handle), person_url(cast.agent.handle)
    return {
        "/": (cast.outsider, {TITLE}),
        "/questions": (cast.outsider, {TITLE, BODY}),
        own: (cast.customer, {TITLE, BODY, ANSWER}),
        f"/q/{question.id}/history": (cast.outsider, {TITLE, BODY}),
        f"/q/{question.id}/edit": (cast.customer, {TITLE, BODY}),
        f"/q/{question.id}/history/1": (cast.outsider, {TITLE, BODY}),
        f"/q/{question.id}/compare": (cast.outsider, {TITLE, BODY}),
        f"/q/{question.id}/suggest": (cast.peer, {TITLE, BODY}),
        "/suggestions": (cast.customer, {TITLE, SEAT}),
        f"/suggestions/{suggestion}": (cast.customer, {TITLE, BODY, SEAT}),
        "/for-you": (cast.peer, {TITLE}),
        f"/decisions/{decision.id}/why": (cast.customer, {TITLE}),
        peer: (cast.outsider, {BIO}),
        agent: (cast.outsider, {SEAT}),
        f"/organisations/{cast.waterworks.slug}": (cast.outsider, {SEAT}),
        f"/search?q={TITLE}": (cast.outsider, {TITLE, BODY}),
        f"/search?q={ANSWER}": (cast.outsider, {TITLE, ANSWER}),
        f"/ask/similar?q=Waarom+klemt+de+{TITLE}": (cast.outsider, {TITLE}),
    }


@pytest.mark.usefixtures("index")
def test_what_people_wrote_stands_in_its_own_language_on_every_page(
    app: Flask, client: FlaskClient, cast: Cast, question: Question
) -> None:
    fill()
    wrong, unseen = [], []
    for path, (reader, words) in pages(app, question, cast).items():
        sign_in(client, reader)
        page = client.get(path, headers={"Accept-Language": "en"})
        assert page.status_code == 200, path
        spoken = Spoken(page.text)
        wrong += [(path, word, language) for word, language in spoken.found if language != "nl"]
        unseen += [(path, word) for word in words - {word for word, _language in spoken.found}]

    assert not wrong
    assert not unseen
