"""Addresses of cases."""

from __future__ import annotations

from flask import url_for


def case_url(public_id: str, message_id: int | None = None) -> str:
    """Return the address of a case, or of a message on its page."""
    return url_for("cases.case", public_id=public_id, _anchor=f"m{message_id}" if message_id else None)
