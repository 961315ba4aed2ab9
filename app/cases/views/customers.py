"""One customer, whole, for an organisation that she deals with."""

from __future__ import annotations

from flask import render_template

from app.cases.queries.customers import customer_for
from app.cases.views.blueprint import acting_at, bp
from app.privacy.kinds import name_of
from app.web.access import signed_in
from app.web.current_actor import actor


@bp.get("/customers/<handle>")
@signed_in
def customer(handle: str) -> str:
    """Everything of a customer that the viewer's organisation may know, found by her handle or number."""
    viewer = acting_at(actor(), lambda seat: seat.organisation_kind != "customer")
    return render_template("cases/customer.html", customer=customer_for(viewer, handle), kind_name=name_of)
