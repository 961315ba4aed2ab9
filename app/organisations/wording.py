"""The words for roles, kinds of work, and ways in which somebody was found to be who she is."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SCOPE_WORDS: dict[str, LazyString] = {
    "questions": _l("Ask and answer questions"),
    "cases": _l("Deal with cases"),
    "knowledge": _l("Write articles"),
    "services": _l("Offer services"),
    "agreements": _l("Make and change agreements"),
    "details": _l("Give personal details"),
}
RELATION_WORDS: dict[str, LazyString] = {
    "family": _l("Family"),
    "friend": _l("A friend or neighbour"),
    "employee": _l("Somebody at work"),
    "other": _l("Something else"),
}
HOW_WORDS: dict[str, LazyString] = {
    "register": _l("by the commercial register"),
    "document": _l("by an identity document"),
    "in_person": _l("in person"),
    "dns": _l("by a record in the DNS"),
    "mail": _l("by mail to an address there"),
}
_ROLES = {
    "owner": _l("Owner"),
    "manager": _l("Manager"),
    "reader": _l("Reader"),
}
_MEMBERS = {"service": _l("Agent"), "front_desk": _l("Agent"), "partner": _l("Partner member")}


def role_word(role: str, organisation_kind: str) -> str:
    """Return how a role is shown; a member is an agent or a partner member, by what the organisation is."""
    word = _MEMBERS.get(organisation_kind, _l("Member")) if role == "member" else _ROLES[role]
    return str(word)
