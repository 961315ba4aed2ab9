"""Rows of a dump that cannot be used, or are not: kept whole, with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from app.importers.fields import BadRowError
from app.importers.models import LONGEST_ROW
from app.importers.rows import RowError
from app.importers.stackexchange.xml_rows import XmlRow

Row = TypeVar("Row")


def left_out(file: str, line: int, row: XmlRow, reason: str) -> RowError:
    """Return a row that is not used."""
    return RowError(file, line, reason, json.dumps(row, ensure_ascii=False)[:LONGEST_ROW])


def parsed(file: str, line: int, row: XmlRow, parse: Callable[[XmlRow], Row]) -> Row | RowError:
    """Return what the row means, or what is wrong with it."""
    try:
        return parse(row)
    except BadRowError as error:
        return left_out(file, line, row, str(error))
