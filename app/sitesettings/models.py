"""Stored overrides of declared settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, Words


class StoredSetting(Model):
    """A setting whose value an operator changed; without a row the declared default holds."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(Words(100), primary_key=True)
    value: Mapped[str] = mapped_column(Words(2000))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None]
