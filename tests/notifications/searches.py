"""What saved searches find and tell, for tests of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.community.compose import compose
from app.community.services import asking
from app.db import db
from app.notifications import alerts
from app.notifications.models import NoticeItem
from app.search import services
from tests.cast import acting
from tests.community import make as community


def asked(by: Any, title: str, **more: Any) -> int:
    """Let somebody ask, and the index know it."""
    shelf = community.category("Heating")
    made = asking.ask_question(acting(by), title=title, text=compose(title, prior="en"), category_id=shelf.id, **more)
    db.session.commit()
    services.mark_stale("question", [made.id])
    db.session.commit()
    services.index_stale()
    return made.id


def told() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(each.kind, each.reason) for each in db.session.scalars(sa.select(NoticeItem).order_by(NoticeItem.id))]


def look(article: Any, clock: Any) -> None:
    """Let the index know an article, and look at the saved searches when their time has come."""
    services.mark_stale("article", [article.id])
    db.session.commit()
    services.index_stale()
    clock.shift(3600)
    alerts.look_at_searches()
    db.session.expire_all()


def bell(client: FlaskClient) -> int:
    number: int = client.get("/notifications/news").json["unread"]
    return number
