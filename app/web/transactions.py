"""How each request ends: writing methods commit when the view returned, everything else rolls back.

A view never commits. An answer of 400 or above changes nothing. A GET cannot write, whatever its view does.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.db import db, transaction
from app.web import once

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _Refused(Exception):
    """Carries a refusing answer out of the transaction, so that it rolls back."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def end_request(view: Callable[[], Response]) -> Response:
    """Run the view in the transaction its method deserves and return its answer."""
    if request.method in SAFE_METHODS:
        try:
            return view()
        finally:
            db.session.rollback()
    try:
        with transaction():
            return once.answered_once(lambda: _only_success(view()))
    except _Refused as refused:
        return refused.response


def _only_success(response: Response) -> Response:
    if response.status_code >= 400:
        raise _Refused(response)
    return response
