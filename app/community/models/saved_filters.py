"""SavedFilter: a list or a search that somebody gave a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.changes import unseen_by_visitors
from app.community.lengths import FILTER_PLACES, LONGEST_FILTER_NAME
from app.db import Choice, Model, Words

_STANDING = text("deleted_at IS NULL")
_ON_HOME = text("is_home AND deleted_at IS NULL")


@unseen_by_visitors
class SavedFilter(Model):
    """What a person asked of a page (`place`), by the names its address has for it (`asked`), without the usual.

    Names are hers alone, each once. One at most stands on her home page. A deleted row stays for a while, to be undone.
    """

    __tablename__ = "saved_filters"
    __table_args__ = (
        Index(
            "uq_saved_filters_name",
            "person_id",
            "name_key",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("uq_saved_filters_home", "person_id", unique=True, sqlite_where=_ON_HOME, postgresql_where=_ON_HOME),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Words(LONGEST_FILTER_NAME))
    name_key: Mapped[str] = mapped_column(Words(4 * LONGEST_FILTER_NAME))
    place: Mapped[str] = mapped_column(Choice(*FILTER_PLACES))
    asked: Mapped[dict[str, Any]]
    is_home: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
