"""Change a setting, with the bounds of its declaration and a fact about who did it."""

from __future__ import annotations

from sqlalchemy import delete, event

from app import clock
from app.actor import Actor
from app.db import db, upsert
from app.errors import NotFound
from app.outbox.facts import Code
from app.outbox.record import record
from app.sitesettings.declare import DECLARED, forget_kept
from app.sitesettings.events import SettingChanged
from app.sitesettings.models import StoredSetting
from app.sitesettings.policy import can_change_settings
from app.verdict import require


def change_setting(actor: Actor, name: str, text: str) -> None:
    """Store a new value; the default removes the row. Raises Invalid out of bounds, NotFound for an unknown name."""
    require(can_change_settings(actor))
    setting = DECLARED.get(name)
    if setting is None:
        raise NotFound
    value = setting.parse(text.strip())
    if value == setting.default:
        db.session.execute(delete(StoredSetting).where(StoredSetting.name == name))
    else:
        row = {"value": setting.written(value), "changed_at": clock.now(), "changed_by_id": actor.person_id}
        insert = upsert(StoredSetting).values(name=name, **row)
        db.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=row))
    event.listen(db.session(), "after_commit", lambda _session: forget_kept(), once=True)
    record(SettingChanged(name=Code(name)), by=actor)
