"""What a text must be before it is stored."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l

from app.community.compose import Composed
from app.community.lengths import LONGEST_COMMENT
from app.community.models.shelves import Category
from app.db import db
from app.errors import Invalid

SHORTEST_TITLE, SHORTEST_BODY, SHORTEST_COMMENT = 10, 10, 2


# Characters without a shape: a title of them could be neither read nor clicked, and some turn the text around.
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})


def checked_title(title: str) -> str:
    """Return the title on one line. Raises Invalid when it is too short to be understood."""
    title = in_one_line(title)
    if len(title) < SHORTEST_TITLE:
        raise Invalid(
            "title_too_short", _l("Say in one sentence what it is about: 10 characters or more."), field="title"
        )
    return title


def in_one_line(text: str) -> str:
    """Return a text on one line, without characters that nobody sees."""
    return " ".join("".join(each for each in text if unicodedata.category(each) not in UNSEEN).split())


def checked_comment(text: Composed) -> None:
    """Raise Invalid when there is nothing to read, or more than a comment holds."""
    words = "".join(each for each in text.body if unicodedata.category(each) not in UNSEEN).strip()
    if len(words) < SHORTEST_COMMENT:
        raise Invalid("comment_too_short", _l("Write a few words."), field="body")
    if len(text.body) > LONGEST_COMMENT:
        raise Invalid("comment_too_long", _l("A comment is short: at most 2,000 characters."), field="body")


def checked_body(text: Composed) -> None:
    """Raise Invalid when there is next to nothing to read."""
    if len(text.body.strip()) < SHORTEST_BODY:
        raise Invalid(
            "body_too_short", _l("Write at least a sentence, so that others can understand it."), field="body"
        )


def checked_category(category_id: int, *, had: int | None = None) -> Category:
    """Return the category, or the one that took over from it. Raises Invalid where there is none, or it is closed and
    not the one where the question stands already.

    It is held until the end, so that nobody merges it while a question is put there.
    """
    category = _held(category_id)
    while category is not None and category.merged_into_id is not None:
        category = _held(category.merged_into_id)
    if category is None:
        raise Invalid("unknown_category", _l("Choose a category from the list."), field="category")
    if category.closed_at is not None and category.id != had:
        raise Invalid(
            "category_closed", _l("This category takes no new questions. Choose another one."), field="category"
        )
    return category


def checked_template(text: Composed, category: Category) -> None:
    """Raise Invalid when a question is nothing but the template of its category."""
    written = text.body.split()
    if any(written == str(words.get("template", "")).split() for words in category.texts.values()):
        raise Invalid("template_untouched", _l("Write your own words between the lines of the template."), field="body")


def _held(category_id: int) -> Category | None:
    # FOR SHARE: who asks there at the same time need not wait.
    return db.session.get(Category, category_id, with_for_update={"read": True}, populate_existing=True)
