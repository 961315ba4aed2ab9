"""Details in a case: who works on it asks for them, writes down what was said, and says that they are right."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock
from app.actor import SYSTEM, Actor
from app.cases import promise_policy as policy
from app.cases.models.cases import Case
from app.cases.queries.disputes import family_of
from app.cases.services.holding import HasId, hold, hold_id
from app.cases.services.moving import touch
from app.cases.services.waiting import go_on, wait_for_customer
from app.db import db
from app.errors import Invalid, NotFound
from app.organisations.models import Organisation
from app.privacy.kinds import DETAIL_KINDS
from app.privacy.models import DetailAsk
from app.privacy.queries import asked_before, detail_in, kinds_in, permitted_kinds
from app.privacy.services import asking, giving
from app.verdict import require


def ask_details(actor: Actor, case: HasId, *, kinds: Collection[str], reason: str) -> DetailAsk:
    """Ask the customer to see or give kinds of details, and wait for her. Raises Invalid; see `privacy`."""
    held = hold(case)
    require(policy.can_ask_customer(actor, held))
    family = db.session.scalars(family_of(held.id, held.parent_id)).all()
    ask = asking.ask_details(
        actor, person_id=held.asker_id, help_request_id=held.id, family=family, kinds=kinds, reason=reason
    )
    wait_for_customer(actor, held)
    return ask


def note_detail(actor: Actor, case: HasId, *, kind: str, value: str) -> None:
    """Write down what the customer told on another channel. Raises Invalid where it cannot be of its kind."""
    held = hold(case)
    require(policy.can_work(actor, held))
    if kind not in DETAIL_KINDS:
        raise Invalid("unknown_kind", _l("Choose from the list."), field="kind")
    giving.note_detail(actor, person_id=held.asker_id, kind=kind, value=value, help_request_id=held.id)
    touch(held, clock.now())


def confirm_detail(actor: Actor, case: HasId, detail_id: int) -> None:
    """Say that a detail was checked and is right. Raises NotFound for one that the customer does not let one see."""
    held = hold(case)
    require(policy.can_work(actor, held))
    assert actor.acting_for_organisation_id is not None
    detail = detail_in(detail_id, person_id=held.asker_id)
    merged = select(Case.id).where(Case.merged_into_id == held.id)
    given_in = {detail.help_request_id} if detail else set()
    requests = ({held.id, held.parent_id} - {None}) | (given_in & set(db.session.scalars(merged)))
    kinds = permitted_kinds(
        [actor.acting_for_organisation_id],
        person_id=held.asker_id,
        help_request_ids=requests,  # type: ignore[arg-type]
    )
    if detail is None or detail.kind not in kinds:
        raise NotFound
    giving.confirm_detail(actor, detail)
    touch(held, clock.now())


def ask_for_receiver(actor: Actor, case: Case, *, from_id: int, to_id: int) -> DetailAsk | None:
    """Ask the customer of a held case that another organisation has now whether that may see what it needs.

    That is what she gave for this case and let the former holder see, and what that had asked and she had not answered
    (it asks no longer). Nothing is asked that the receiver may see already, or asked her here before. Once, with the
    handover itself; the receiver sees nothing before her yes.
    """
    requests = [each for each in (case.id, case.parent_id) if each is not None]
    family = family_of(case.id, case.parent_id)
    given = kinds_in(db.session.scalars(family).all(), person_id=case.asker_id)
    seen = permitted_kinds([from_id], person_id=case.asker_id, help_request_ids=requests)
    asked = asking.withdraw_asks(actor, organisation_id=from_id, help_request_id=case.id)
    return _ask_for(actor, case, to_id, (given & seen) | asked, is_again=bool(given & seen))


def ask_for_provider(actor: Actor, case: Case, kinds: Collection[str]) -> DetailAsk | None:
    """Ask the customer whether the organisation that she gave a part to may see what its service needs."""
    family = db.session.scalars(family_of(case.id, case.parent_id)).all()
    is_again = bool(kinds_in(family, person_id=case.asker_id) & set(kinds))
    return _ask_for(actor, case, case.holder_organisation_id, kinds, is_again=is_again)


def _ask_for(
    actor: Actor, case: Case, organisation_id: int, kinds: Collection[str], *, is_again: bool
) -> DetailAsk | None:
    requests = [each for each in (case.id, case.parent_id) if each is not None]
    may_see = permitted_kinds([organisation_id], person_id=case.asker_id, help_request_ids=requests)
    missing = set(kinds) - may_see - asked_before(organisation_id, help_request_id=case.id)
    if not missing:
        return None
    name = db.session.get_one(Organisation, organisation_id).name
    with force_locale(case.request.language):
        reason = _("%(name)s goes on with this and needs it. Nobody there sees it before you say yes.", name=name)
        if is_again:
            reason = _(
                "%(name)s goes on with this now. What you gave before was not passed on: may they see it? You need not "
                "give it again.",
                name=name,
            )
    return asking.keep_ask(
        actor,
        person_id=case.asker_id,
        organisation_id=organisation_id,
        help_request_id=case.id,
        kinds=missing,
        reason=reason,
        is_again=is_again,
    )


def go_on_after_answer(case_id: int, *, is_withdrawn: bool) -> None:
    """Make it the holder's turn when the customer answered everything that she was asked, or is asked no longer."""
    held: Case = hold_id(case_id)
    go_on(SYSTEM, held, by="holder" if is_withdrawn else "customer")
