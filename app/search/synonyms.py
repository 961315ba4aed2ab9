"""The synonyms that curators keep: read for searches, added, changed and taken away."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from app import clock
from app.actor import Actor
from app.db import changed_rows, db, is_storable, own_session
from app.errors import Conflict, Invalid, NotFound
from app.outbox.record import record
from app.search.analysis import fold
from app.search.events import SynonymsChanged
from app.search.models import Synonyms
from app.search.widening import SameMeaning

# Another process knows of a change after so long.
FRESH_S = 10.0
MOST_ROWS, MOST_PHRASES, LONGEST_PHRASE = 2_000, 12, 60
_PLACE = "samen.search.synonyms"


def in_use() -> Sequence[SameMeaning]:
    """Return all synonyms, remembered for a few seconds: every search asks."""
    kept: tuple[float, Sequence[SameMeaning]] | None = current_app.extensions.get(_PLACE)
    if kept is None or time.monotonic() - kept[0] > FRESH_S:
        with own_session() as session:
            rows = session.execute(
                select(Synonyms.language, Synonyms.words, Synonyms.is_two_way).order_by(Synonyms.id).limit(MOST_ROWS)
            )
            kept = (time.monotonic(), [SameMeaning(row.language, tuple(row.words), row.is_two_way) for row in rows])
        current_app.extensions[_PLACE] = kept
    return kept[1]


def every_row() -> Sequence[Synonyms]:
    """Return the rows for the page on which they are kept."""
    return db.session.scalars(select(Synonyms).order_by(Synonyms.language, Synonyms.id)).all()


def row_for(synonyms_id: int) -> Synonyms:
    """Return one row. Raises NotFound."""
    found = db.session.get(Synonyms, synonyms_id)
    if found is None:
        raise NotFound
    return found


def add(actor: Actor, *, language: str, text: str, is_two_way: bool) -> Synonyms:
    """Let words mean the same. `text` has them with commas between. Raises Invalid at `words`."""
    words = phrases(text)
    if (db.session.scalar(select(func.count()).select_from(Synonyms)) or 0) >= MOST_ROWS:
        raise Invalid("too_many_synonyms", _l("There are %(most)d already. Take some away first.", most=MOST_ROWS))
    made = Synonyms(language=language, words=words, is_two_way=is_two_way, changed_at=clock.now())
    db.session.add(made)
    db.session.flush()  # the fact carries the id
    record(SynonymsChanged(synonyms_id=made.id), by=actor)
    forget()
    return made


def change(actor: Actor, synonyms_id: int, *, language: str, text: str, is_two_way: bool, row_version: int) -> None:
    """Put other words in the place of a row's. Raises Invalid at `words`, Conflict when somebody else was faster."""
    given = {"language": language, "words": phrases(text), "is_two_way": is_two_way, "changed_at": clock.now()}
    seen = (Synonyms.id == synonyms_id, Synonyms.row_version == row_version)
    done = db.session.execute(update(Synonyms).where(*seen).values(**given, row_version=row_version + 1))
    if not changed_rows(done):
        raise Conflict("synonyms_changed", _l("Somebody else has changed these words. Look at them again."))
    record(SynonymsChanged(synonyms_id=synonyms_id), by=actor)
    forget()


def take_away(actor: Actor, synonyms_id: int) -> None:
    """Let these words no longer mean the same."""
    db.session.execute(delete(Synonyms).where(Synonyms.id == synonyms_id))
    record(SynonymsChanged(synonyms_id=synonyms_id), by=actor)
    forget()


def forget() -> None:
    """Read them again at the next search of this process."""
    current_app.extensions.pop(_PLACE, None)


def phrases(text: str) -> list[str]:
    """Return the folded phrases of a line with commas. Raises Invalid at `words` for fewer than two, or too many."""
    found = list(dict.fromkeys(" ".join(fold(each).split()) for each in text.split(",")))
    found = [each for each in found if any(letter.isalnum() for letter in each)]
    if len(found) < 2:
        raise Invalid("one_synonym", _l("Give at least two words, with a comma between them."), field="words")
    if len(found) > MOST_PHRASES or any(len(each) > LONGEST_PHRASE or not is_storable(each) for each in found):
        text_ = _l(
            "At most %(most)d words or phrases, each of at most %(long)d letters.",
            most=MOST_PHRASES,
            long=LONGEST_PHRASE,
        )
        raise Invalid("too_many_words", text_, field="words")
    return found
