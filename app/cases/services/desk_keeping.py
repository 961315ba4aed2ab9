"""Keeping what is arranged at the desk: views under a name, and canned texts. No fact is recorded of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.cases import desk_policy
from app.cases.canned import unknown_in
from app.cases.lengths import LONGEST_CANNED, LONGEST_CANNED_NAME, LONGEST_VIEW_NAME
from app.cases.models.desk import CannedText, DeskView
from app.cases.queries.desk import Asked
from app.community.services.checks import in_one_line
from app.db import db, folded, is_storable
from app.errors import Invalid
from app.verdict import require

MOST_VIEWS, MOST_TEXTS = 20, 200
LANGUAGES = ("nl", "en")


def save_view(actor: Actor, asked: Asked, *, name: str, is_for_all: bool = False) -> DeskView:
    """Keep what is asked of the desk under a name: for oneself, or for everybody there, which who leads there may do.

    Raises Invalid for a name that is missing, too long or taken, and where there are too many.
    """
    require(desk_policy.can_keep_for_all(actor) if is_for_all else desk_policy.can_see(actor))
    assert actor.acting_for_organisation_id is not None
    plain = _checked_name(name, LONGEST_VIEW_NAME)
    person_id = None if is_for_all else actor.person_id
    same = (
        DeskView.organisation_id == actor.acting_for_organisation_id,
        DeskView.person_id.is_not_distinct_from(person_id),
    )
    if db.session.scalar(select(DeskView.id).where(*same, DeskView.name_key == folded(plain))) is not None:
        raise Invalid("name_taken", _l("There is one with this name already."), field="name")
    if (db.session.scalar(select(func.count()).select_from(DeskView).where(*same)) or 0) >= MOST_VIEWS:
        raise Invalid("too_many_views", _l("There are 20 already. Delete one first."), field="name")
    view = DeskView(
        organisation_id=actor.acting_for_organisation_id,
        person_id=person_id,
        name=plain,
        name_key=folded(plain),
        asked=asked.as_given,
        made_at=clock.now(),
    )
    db.session.add(view)
    db.session.flush()  # the page leads to it by its id
    return view


def delete_view(actor: Actor, view: DeskView) -> None:
    """Delete a saved view that one's own query found."""
    require(desk_policy.can_delete_view(actor, view))
    db.session.delete(view)


def add_text(actor: Actor, *, language: str, name: str, body: str) -> CannedText:
    """Put a canned text on the organisation's list. Raises Invalid for what cannot be used."""
    require(desk_policy.can_keep_for_all(actor))
    assert actor.acting_for_organisation_id is not None
    mine = CannedText.organisation_id == actor.acting_for_organisation_id
    count = select(func.count()).select_from(CannedText).where(mine, CannedText.ended_at.is_(None))
    if (db.session.scalar(count) or 0) >= MOST_TEXTS:
        raise Invalid("too_many_texts", _l("The list is full. A short list is chosen from faster."), field="name")
    text = CannedText(organisation_id=actor.acting_for_organisation_id)
    _write(text, language, name, body)
    db.session.add(text)
    db.session.flush()  # two of one name meet the unique key here
    return text


def change_text(actor: Actor, text: CannedText, *, language: str, name: str, body: str) -> None:
    """Write a canned text anew. Raises Invalid as `add_text` does."""
    require(desk_policy.can_keep_for_all(actor))
    _write(text, language, name, body)


def end_text(actor: Actor, text: CannedText) -> None:
    """Take a canned text off the list."""
    require(desk_policy.can_keep_for_all(actor))
    text.ended_at = clock.now()


def bring_text_back(actor: Actor, text: CannedText) -> None:
    """Put a text that was taken off on the list again. Raises Invalid where its name is in use again."""
    require(desk_policy.can_keep_for_all(actor))
    _require_free(text, text.language, text.name_key)
    text.ended_at = None


def _write(text: CannedText, language: str, name: str, body: str) -> None:
    if language not in LANGUAGES:
        raise Invalid("unknown_language", _l("Choose a language from the list."), field="language")
    plain = _checked_name(name, LONGEST_CANNED_NAME)
    body = body.strip().replace("\r\n", "\n")
    if not body or len(body) > LONGEST_CANNED or not is_storable(body):
        raise Invalid("text_unusable", _l("Write at most 5,000 characters."), field="body")
    if unknown := unknown_in(body):
        raise Invalid(
            "unknown_variable", _l("Nothing is known to stand for {%(word)s}.", word=unknown[0]), field="body"
        )
    _require_free(text, language, folded(plain))
    text.language, text.name, text.name_key, text.body, text.changed_at = (
        language,
        plain,
        folded(plain),
        body,
        clock.now(),
    )


def _require_free(text: CannedText, language: str, name_key: str) -> None:
    other = select(CannedText.id).where(
        CannedText.organisation_id == text.organisation_id,
        CannedText.language == language,
        CannedText.name_key == name_key,
        CannedText.ended_at.is_(None),
    )
    if text.id is not None:
        other = other.where(CannedText.id != text.id)
    if db.session.scalar(other) is not None:
        raise Invalid("name_taken", _l("There is one with this name already."), field="name")


def _checked_name(name: str, longest: int) -> str:
    if not is_storable(name) or not (plain := in_one_line(name)) or len(plain) > longest:
        raise Invalid("name_unusable", _l("Give it a name that is not too long."), field="name")
    return plain
