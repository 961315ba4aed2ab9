"""What people and machines type to make a search run long, or run something else: R12 of the security plan."""

from __future__ import annotations

HOSTILE = [
    "?????",
    " OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    '"the import"~99999 "a b"~9',
    "[a TO z] {a TO z]",
    "(" * 5000,
    "NOT " * 1000 + "x",
    "*:* *",
    "a^999999999 a~2 a~0.1",
    "/.*.*.*.*.*/ /(a+)+$/",
    '"' + "a " * 2500 + '"',
    '"' * 999,
    "bd* fg* kl* mn* pr* st* ba* da* fa* ga*",
    "-a -e -i -o -u -b -d -f -g -k",
    "tag:" * 50 + "x",
    "author:* tag:* is:* lang:*",
    "title:" + "title:" * 30 + "x",
    "before:9999-12-31 after:0001-01-01 after:9999 before:0000",
    "\x00\x00 \u202e\u2066 \ufeff",
    "a" * 100_000,
    "ﷺ" * 3000,
    "%s%s%n ${7*7} {{7*7}} ' OR 1=1 -- ",
    "e\u0301" * 2000,
    "🧨" * 1000,
]
