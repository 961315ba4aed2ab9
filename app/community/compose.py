"""From what somebody typed to what is stored: the source, the HTML made of it once, the language, an excerpt.

Call it before the first database statement of a writing request: rendering may take a while, and on SQLite the write
lock should not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import Person
from app.attachments.addresses import address_of, ids_in
from app.attachments.models import Attachment
from app.community.links import person_url
from app.db import folded, is_storable, own_session
from app.errors import Invalid
from app.prose.addresses import possible_mentions
from app.prose.extract import excerpt, own_words
from app.prose.language import detect_language
from app.prose.page_rules import OwnPicture
from app.prose.rendering import render

EXCERPT_LENGTH = 200
MOST_MENTIONS = 10
MOST_PICTURES = 50


@dataclass(frozen=True)
class Composed:
    """A text ready to be stored. `mentioned` are the ids of the people it names, whether they may read it or not."""

    body: str
    html: str
    renderer_version: int
    source_format: str
    language: str
    language_how: str
    excerpt: str
    mentioned: tuple[int, ...] = ()


def compose(body: str, *, title: str = "", prior: str | None = None, source_format: str = "markdown") -> Composed:
    """Render a text and find its language, guided by `prior` where it is too short to tell.

    Raises Invalid for text that is too long or cannot be stored.
    """
    if not is_storable(body):
        raise Invalid("unstorable_text", _l("The text holds characters that cannot be stored."), field="body")
    people = _mentioned(body)
    named: dict[int, None] = {}

    def address(handle: str) -> str | None:
        person_id, url = people.get(folded(handle), (0, None))
        if url is not None:
            named[person_id] = None
        return url

    rendered = render(body, source_format=source_format, mention_url=address, pictures=_pictured(body))
    language, how = detect_language(f"{title}\n{own_words(rendered.html)}", prior)
    return Composed(
        body=body,
        html=rendered.html,
        renderer_version=rendered.renderer_version,
        source_format=source_format,
        language=language,
        language_how=how,
        excerpt=excerpt(rendered.html, EXCERPT_LENGTH),
        mentioned=tuple(named),
    )


def _mentioned(body: str) -> dict[str, tuple[int, str]]:
    """Return ids and addresses of the first few people this text may mention, by folded handle."""
    keys = {folded(handle) for handle in possible_mentions(body, MOST_MENTIONS)}
    if not keys:
        return {}
    with own_session() as session:
        rows = session.execute(select(Person.handle_key, Person.id, Person.handle).where(Person.handle_key.in_(keys)))
        return {key: (person_id, person_url(handle)) for key, person_id, handle in rows}


def _pictured(body: str) -> dict[str, OwnPicture]:
    """Return the pictures of this installation that a text shows, by address."""
    ids = ids_in(body)[:MOST_PICTURES]
    if not ids:
        return {}
    unsaid = _("Picture without a description")
    with own_session() as session:
        rows = session.scalars(select(Attachment).where(Attachment.public_id.in_(ids)))
        return {address_of(each): OwnPicture(each.width, each.height, each.alternative_text or unsaid) for each in rows}
