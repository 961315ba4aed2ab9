"""What the demo's curators keep for search, what its people looked for, and a search that one of them saved: a few rows
each.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.community.services import filters
from app.db import db, folded
from app.notifications import alerts
from app.organisations.identify import actor_of
from app.search.models import Searched, Synonyms

SYNONYMS = (
    ("nl", ("gemeente", "stadskantoor", "gemeentehuis"), True),
    ("nl", ("internet", "wifi", "verbinding"), False),
    ("nl", ("auto", "wagen"), True),
    ("nl", ("ov-chipkaart", "ov-kaart"), True),
    ("en", ("council", "municipality", "city hall"), True),
    ("en", ("season ticket", "bus pass"), True),
)
# Text, language, days ago, how often, found, opened, asked afterwards.
LOOKED_FOR = (
    ("hondenbelasting", "nl", 2, 9, 0, 0, 1),
    ("trouwen op het strand", "nl", 5, 3, 0, 0, 0),
    ("bewonersvergunning", "nl", 1, 21, 3, 17, 0),
    ("heat pump subsidy", "en", 3, 6, 0, 0, 1),
    ("road tax", "en", 1, 12, 4, 0, 0),
)


def load_search(now: datetime) -> None:
    """Write synonyms and what was looked for."""
    db.session.add_all(
        Synonyms(language=language, words=list(words), is_two_way=both, changed_at=now)
        for language, words, both in SYNONYMS
    )
    db.session.add_all(
        Searched(
            day=(now - timedelta(days=days)).date(),
            place="search",
            language=language,
            text=text,
            times=times,
            found=found,
            took_us=times * 4_000,
            clicks=clicks,
            asked=asked,
        )
        for text, language, days, times, found, clicks, asked in LOOKED_FOR
    )


def save_demo_search() -> None:
    """Let Noor hear of what is asked about wifi."""
    noor = actor_of(db.session.scalars(select(Person).where(Person.handle_key == folded("noor"))).one())
    saved = filters.save_filter(noor, "search", {"q": "wifi"}, name="Wifi in huis")
    alerts.tell_of(noor, saved)
