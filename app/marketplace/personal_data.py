"""What the marketplace holds about a person: quotes made to her or by her, and what she agreed to.

Being forgotten keeps agreements: they bind two sides, and neither may take them back alone. Quotes that nobody accepted
go, because their words were meant for her.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from app.db import db
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.requests.models import HelpRequest

TABLES: tuple[str, ...] = ("quotes", "agreements")


def export(person_id: int) -> dict[str, Any]:
    """Return quotes to her and by her, and her agreements, as JSON values."""
    quotes = db.session.scalars(
        select(Quote)
        .where(or_(Quote.made_by_id == person_id, Quote.decided_by_id == person_id, _is_to(person_id)))
        .order_by(Quote.id)
    ).all()
    lines: dict[int, list[dict[str, Any]]] = {quote.id: [] for quote in quotes}
    for line in db.session.scalars(select(QuoteLine).where(QuoteLine.quote_id.in_(lines)).order_by(QuoteLine.id)):
        lines[line.quote_id].append({"words": line.words, "amount_cents": line.amount_cents, "per": line.per})
    agreements = db.session.scalars(
        select(Agreement)
        .where(or_(Agreement.customer_id == person_id, Agreement.accepted_by_id == person_id))
        .order_by(Agreement.id)
    )
    return {
        "quotes": [
            {
                "title": quote.title,
                "lines": lines[quote.id],
                "currency": quote.currency,
                "change_terms": quote.change_terms,
                "cancellation_terms": quote.cancellation_terms,
                "valid_until": quote.valid_until.isoformat(),
                "state": quote.state,
                "decline_reason": quote.decline_reason,
                "made_at": quote.made_at.isoformat(),
            }
            for quote in quotes
        ],
        "agreements": [
            {"content": each.content, "accepted_at": each.accepted_at.isoformat(), "digest": each.digest}
            for each in agreements
        ],
    }


def erase(person_id: int) -> None:
    """Delete quotes to her that became no agreement, and the words with which she said no."""
    agreed = select(Agreement.quote_id)
    loose = select(Quote.id).where(_is_to(person_id), Quote.id.not_in(agreed))
    db.session.execute(delete(QuoteLine).where(QuoteLine.quote_id.in_(loose)))
    db.session.execute(delete(Quote).where(Quote.id.in_(loose)))
    db.session.execute(update(Quote).where(Quote.decided_by_id == person_id).values(decline_reason=""))


def _is_to(person_id: int) -> ColumnElement[bool]:
    return Quote.help_request_id.in_(select(HelpRequest.id).where(HelpRequest.asker_id == person_id))
