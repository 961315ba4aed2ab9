"""Facts about settings."""

from __future__ import annotations

from app.outbox.facts import Code, Fact, fact


@fact("setting_changed")
class SettingChanged(Fact):
    """An operator changed the setting of this name."""

    name: Code
