"""The blueprint, and what every page of the marketplace knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from app.community.views.blueprint import category_name
from app.marketplace import policy
from app.marketplace.lengths import PERIODS
from app.marketplace.links import service_url
from app.marketplace.models.services import Service
from app.marketplace.money import first_year, in_words, totals
from app.organisations.views.blueprint import shape_of
from app.privacy.kinds import name_of
from app.web.language import current_language
from app.web.panels import panels

bp = Blueprint("services", __name__)

Answered = str | Response | tuple[str, int]


@bp.app_template_filter("money")
def money(cents: int, currency: str = "EUR") -> str:
    """Return an amount as the reader writes it; a whole one without its cents."""
    return in_words(cents, currency, current_language())


@bp.app_template_global()
def paid(per: str) -> str:
    """Return how often something is paid, to stand behind an amount; empty for once."""
    return {"once": "", "month": _("per month"), "quarter": _("per quarter"), "year": _("per year")}[per]


@bp.app_template_global()
def price_of(service: Service) -> str:
    """Return the price of a service in words."""
    if service.price_cents is None:
        return _("Price on request")
    if service.price_cents == 0:
        return _("Free")
    amount = " ".join(filter(None, (money(service.price_cents, service.currency), paid(service.price_per))))
    return _("from %(amount)s", amount=amount) if service.price_from else amount


def bundle_price(bundle: Service, parts: Sequence[Service]) -> str:
    """Return the price of a bundle in words: its own, else what its parts come to where all of them tell theirs."""
    told = [each for each in parts if each.price_cents is not None]
    if bundle.price_cents is not None or len(told) < len(parts) or len({each.currency for each in told}) > 1:
        return price_of(bundle)
    sums = dict.fromkeys(PERIODS, 0)
    for each in told:
        sums[each.price_per] += each.price_cents or 0
    amounts = [" ".join(filter(None, (money(sums[per], told[0].currency), paid(per)))) for per in PERIODS if sums[per]]
    amount = " + ".join(amounts) or _("Free")
    return _("from %(amount)s", amount=amount) if any(each.price_from for each in told) else amount


bp.add_app_template_global(service_url)
bp.add_app_template_global(totals, "totals_of")
bp.add_app_template_global(first_year, "first_year_of")


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "policy": policy,
        "category_name": category_name,
        "shape_of": shape_of,
        "detail_name": name_of,
        "panels": panels,
    }
