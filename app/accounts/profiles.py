"""Services about what others see of a person, and how she sees the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts.events import ProfileChanged
from app.accounts.models import FormerHandle, Person
from app.accounts.names import clean_handle, clean_name
from app.accounts.policy import can_present
from app.accounts.queries import was_given_up
from app.accounts.time_zones import time_zones
from app.actor import Actor
from app.db import db, folded, is_storable
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require

# Those most spoken by people in the Netherlands and Belgium, and by the communities that are imported.
SPOKEN = tuple(
    """
    nl en de fr ar tr pl uk ru es pt it fy pap ro bg hu cs sk hr sr bs sl el sv nb da fi et lv lt ga
    fa ku ti am so he hi ur pa bn ta te zh ja ko vi th id ms sw
    """.split()  # noqa: SIM905  a list of codes reads better as words
)
NO_CHOICE = _l("Choose one of the list.")
LONGEST_BIO, MOST_LANGUAGES = 2000, 12


@dataclass(frozen=True)
class Profile:
    """What a person fills in about herself."""

    name: str
    handle: str
    bio: str
    languages: Sequence[str]
    interface_language: str
    time_zone: str
    theme: str
    single_keys: bool = True


def change_profile(actor: Actor, profile: Profile) -> Person:
    """Store the actor's profile. Raises Invalid, naming the field, where something cannot be used."""
    require(can_present(actor))
    person = db.session.get_one(Person, actor.person_id)
    person.name = clean_name(profile.name)
    person.bio = _clean_bio(profile.bio)
    if profile.time_zone not in time_zones() or profile.theme not in {"system", "light", "dark"}:
        raise Invalid("unknown_choice", NO_CHOICE, field="time_zone")
    if set(profile.languages) - set(SPOKEN) or len(profile.languages) > MOST_LANGUAGES:
        raise Invalid("unknown_language", _l("Choose at most %(n)d languages.", n=MOST_LANGUAGES), field="languages")
    if profile.interface_language not in {"en", "nl"}:
        raise Invalid("unknown_choice", NO_CHOICE, field="interface_language")
    person.single_keys_off_at = None if profile.single_keys else person.single_keys_off_at or clock.now()
    person.languages = [code for code in SPOKEN if code in profile.languages]
    person.interface_language, person.time_zone, person.theme = (
        profile.interface_language,
        profile.time_zone,
        profile.theme,
    )
    if folded(profile.handle) != person.handle_key:
        _move(person, clean_handle(profile.handle))
    record(ProfileChanged(person_id=person.id), by=actor)
    return person


def spoken_languages(reader: str) -> list[tuple[str, str]]:
    """Return the languages to choose from with their names in the reader's language: Dutch and English first."""
    names = {code: Locale.parse(code).get_display_name(reader) or code for code in SPOKEN}
    rest = sorted(SPOKEN[2:], key=lambda code: folded(names[code]))
    return [(code, names[code]) for code in (*SPOKEN[:2], *rest)]


def _move(person: Person, handle: str) -> None:
    """Give a person another handle. The old one keeps leading to her: what links to it must not lead to a stranger."""
    taken = Invalid("handle_taken", _l("This name is taken. Choose another one."), field="handle")
    if db.session.scalar(select(Person.id).where(Person.handle_key == folded(handle))) is not None:
        raise taken
    given_up = FormerHandle(handle_key=person.handle_key, person_id=person.id, given_up_at=clock.now())
    person.handle, person.handle_key = handle, folded(handle)
    db.session.execute(
        delete(FormerHandle).where(FormerHandle.handle_key == folded(handle), FormerHandle.person_id == person.id)
    )
    db.session.add(given_up)
    try:
        db.session.flush()  # here, because somebody else may take it in this very moment
    except IntegrityError as error:
        raise Conflict("handle_taken", taken.message) from error
    # Asked after taking it: who gives a handle up holds it until her row is written, so one of the two is seen.
    if was_given_up(folded(handle)):
        raise taken


def _clean_bio(text: str) -> str:
    bio = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if len(bio) > LONGEST_BIO or not is_storable(bio):
        raise Invalid("bio", _l("Use at most %(n)d characters.", n=LONGEST_BIO), field="bio")
    return bio
