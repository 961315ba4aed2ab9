"""How long what is said of a picture may be, in characters; for the table and for the forms."""

from __future__ import annotations

LONGEST_ALTERNATIVE = 500
