"""How each request ends: writing methods commit when the view returned, everything else changes nothing.

A view never commits. An answer of 400 or above changes nothing. A GET cannot write, whatever its view does.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.db import reading, transaction
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
        with reading():
            return view()
    key = once.sent_key()
    if key is None:
        return _changed(view)
    earlier = once.answer_to(key)
    return earlier if earlier is not None else _changed_once(view, key)


def _changed_once(view: Callable[[], Response], key: str) -> Response:
    def kept() -> Response:
        response = _only_success(view())
        once.keep(key, response)
        return response

    # A double click: the other request may be first, and this one meets its key or trips over its changes.
    try:
        response = _changed(kept)
    except Exception:
        earlier = once.answer_to(key)
        if earlier is None:
            raise
        return earlier
    return (once.answer_to(key) or response) if response.status_code >= 400 else response


def _changed(view: Callable[[], Response]) -> Response:
    try:
        with transaction():
            return _only_success(view())
    except _Refused as refused:
        return refused.response


def _only_success(response: Response) -> Response:
    if response.status_code >= 400:
        raise _Refused(response)
    return response
