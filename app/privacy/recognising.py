"""What in a text names or reaches somebody: addresses, numbers, plates. Pure: text in, text out.

By its form alone, so it errs on both sides: who shows the result says so. What helps others looks much like it and
stays: dates, times, versions, amounts, ranges, and numbers that are called an error or a version.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Put = Callable[[str, str], str]

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]++(?:\.[\w-]++)++")
# Accounts of most countries however they are written; the others in capitals, or in one piece.
_ACCOUNT = re.compile(
    r"\b(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"
    r"|(?i:[a-z]{2}\d{2}[ .-]?(?:[a-z]{4}[ .-]?)?\d{4}(?:[ .-]?\d{4}){1,6}(?:[ .-]?\d{1,3})?)"
    r"|(?i:[a-z]{2}\d{2}[a-z0-9]{11,30}))\b"
)
LEAST_ACCOUNT_DIGITS = 8

# The forms that Dutch plates have had, and Belgian ones: letters and how many, digits and how many.
_PLATE_FORMS = (
    *("a2-n2-n2", "n2-n2-a2", "n2-a2-n2", "a2-n2-a2", "a2-a2-n2", "n2-a2-a2", "n2-a3-n1", "n1-a3-n2"),
    *("a2-n3-a1", "a1-n3-a2", "a3-n2-a1", "a1-n2-a3", "n1-a2-n3", "n3-a2-n1", "n1-a3-n3"),
)
_PLATE_SIGNS = {"a": "[a-z]", "n": r"\d", "1": "{1}", "2": "{2}", "3": "{3}", "-": "-"}
_PLATES = "|".join("".join(_PLATE_SIGNS[sign] for sign in form) for form in _PLATE_FORMS)
_PLATE = re.compile(rf"(?<![\w-])(?:{_PLATES})(?![\w-])", re.IGNORECASE)
# Said to be a plate, it may be written without hyphens.
_NAMED_PLATE = re.compile(
    r"\b((?:kenteken|licen[cs]e plate|number plate)(?: is)?:? {0,2})"
    r"((?=[a-z0-9 -]{0,9}\d)(?=[\d -]{0,9}[a-z])[a-z0-9](?:[ -]?[a-z0-9]){5,6})\b",
    re.IGNORECASE,
)
_NO_PLATE = re.compile(
    r"(?i)(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec|uur|min|sec|mm|cm|km|kg|hz|mb|gb|kw|ml)\b"
)

_UNIT = r"(?i:MB|GB|TB|KB|HD|KM|KG|KW|MM|CM|ML|HZ|OK|TV|EU|PX|UK|US|AM|PM|MS|DB|ST|ND|RD|TH|DE|SA|SD|SS)\b"
_POSTCODE = rf"[1-9]\d{{3}} ?(?!{_UNIT})[A-Za-z]{{2}}\b"
_THEN_POSTCODE = rf"(?:[, \n]{{1,2}}{_POSTCODE})?"
_HOUSE = r"\d{1,5}(?:-\d{1,4}\b| ?[A-Z]\b|[a-z]\b|\b)"
_ROAD = r"(?:Street|Road|Avenue|Lane|Drive|Square|Crescent|Terrace|Court)"
_ADDRESS = re.compile(
    # A street with its house number, and the postcode where that follows.
    r"\b(?:[A-Z]\w{0,20} (?:(?:van|der|den|de) ){0,2}){0,2}\w{2,30}"
    r"(?i:straat|(?<!s)laan|plein|gracht|(?<!blok)kade|singel|dreef|plantsoen|boulevard)"
    rf" {_HOUSE}{_THEN_POSTCODE}"
    rf"|\b(?:Laan|Plein|Straat|Weg|Kade) van (?:(?:de|den|der|het) )?[A-Z]\w{{1,30}} {_HOUSE}{_THEN_POSTCODE}"
    # Words that may be something else are a street where they have a capital, or a postcode follows.
    rf"|\b(?!Snelweg|Onderweg|Halfweg)[A-Z]\w{{1,30}}(?:weg|dijk|pad|hof|park|markt|steeg|wal) {_HOUSE}{_THEN_POSTCODE}"
    rf"|\b\w[\w'’.-]{{0,30}},? {_HOUSE}[, \n]{{1,2}}"
    rf"[1-9]\d{{3}}(?: ?(?!{_UNIT})[A-Z]{{2}}\b| [a-z]{{2}}$)"
    rf"|\b(?:[A-Z]\w{{1,30}} ){{1,3}}{_ROAD} {_HOUSE}"
    rf"|\b\d{{1,5}}[A-Za-z]? (?:[A-Z]\w{{1,30}} ){{1,3}}(?:{_ROAD}|St|Rd|Ave)\b"
    r"|\b\d{1,5}[a-z]? \w{3,30} (?:street|avenue)\b"
)
_BARE_POSTCODE = re.compile(
    rf"\b[1-9]\d{{3}}(?: ?(?!{_UNIT})[A-Z]{{2}}|(?!{_UNIT})[a-z]{{2}})\b(?:,? ?\d{{1,5}}[a-z]?\b)?"
    rf"|(?i:(?<=postcode )|(?<=postcode: )){_POSTCODE}"
)

# Read first, so that nothing below takes a part of them.
_DATE = (
    r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:3[01]|[12]\d|0?[1-9])"
    r"|(?:3[01]|[12]\d|0?[1-9])[-/.](?:0?[1-9]|1[0-2])[-/.](?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![-/.]?\d)"
)
_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?!\d)"
_AMOUNT = r"(?:€|\$|£|EUR) ?\d[\d.,]*"
_CALLED = (
    r"(?i:(?:error|err|fout(?:code|melding)?|storing(?:s ?code)?|build|versie|version|firmware|release|exception)"
    r"(?: ?code| ?nummer| ?number)?)[ :#=-]{0,3}\d[\w.-]*"
)
# Numbers of services, of no person.
_FOR_EVERYBODY = r"0[89]00[ -]?\d{4}(?!\d)"
_KEPT = rf"(?P<kept>(?<![\w.,/-])(?:{_DATE}|{_TIME}|{_AMOUNT}|{_FOR_EVERYBODY})|\b{_CALLED})"
_END = r"(?![\w]|[.,/-]\d)"
_GAP = r"[ ./()-]{0,3}"
# Ten digits first: in "0612345678 10 minuten" the ten are no part of the number.
_NATIONAL = "|".join(rf"\(?0[1-9](?:{_GAP}\d){{{more}}}{_END}" for more in (8, 9, 10, 7))
_DUTCH = rf"\(?(?:\+|00)31\)?(?:{_GAP}\(0\))?(?:{_GAP}\d){{9}}{_END}"
_OTHER = rf"\(?(?:\+|00)[1-9]\d{{0,2}}\)?(?:{_GAP}\(0\))?(?:{_GAP}\d){{6,11}}{_END}"
_AMERICAN = rf"\(?\d{{3}}\)?[ -]\d{{3}}[ -]\d{{4}}{_END}"
_CITIZEN = (
    rf"(?P<citizen>\d{{9}}{_END}|\d{{3}}(?P<gap>[ .-])\d{{3}}(?P=gap)\d{{3}}{_END}|\d{{4}}\.\d{{2}}\.\d{{3}}{_END})"
)
# A card or customer number in fours; a year with a number behind it.
_GROUPED = rf"\d{{4}}(?:[ -]\d{{4}}){{2,}}{_END}|(?:19|20)\d\d-(?:0\d{{3,}}|\d{{6,}}){_END}"
_NUMBERS = re.compile(
    rf"{_KEPT}|(?<![\w.,/-])(?:{_CITIZEN}|(?P<phone>{_DUTCH}|{_OTHER}|{_NATIONAL}|{_AMERICAN})"
    rf"|(?P<number>{_GROUPED}|\d{{7,}}{_END}))"
)

# Said to be a case, a policy, an invoice …, any number is one; a year alone may be when it was.
_REFERENCE = re.compile(
    r"\b((?:zaak|dossier|klant|polis|contract|factuur|order|bestel|bestelling|case|customer|policy|invoice|ticket|claim"
    r"|referentie|reference)(?:nummer|nr\.?| nummer| number| no\.?| nr\.?)?(?: is)?:? {0,2}#?)"
    r"((?!(?:19|20)\d\d(?![\w./-]*\d))(?:[a-z]{1,4}-?)?(?:\d[-./]?){3,}\d)\b",
    re.IGNORECASE,
)


def without_details(text: str, put: Put) -> str:
    """Return the text with what names somebody replaced by what `put` says of its kind and its words.

    Kinds: mail, account, plate, address, phone, citizen, number.
    """

    def place(kind: str) -> Callable[[re.Match[str]], str]:
        return lambda found: put(kind, found[0])

    text = _MAIL.sub(place("mail"), text)
    text = _ACCOUNT.sub(lambda found: put("account", found[0]) if _is_account(found[0]) else found[0], text)
    text = _NAMED_PLATE.sub(lambda found: found[1] + put("plate", found[2]), text)
    text = _PLATE.sub(lambda found: found[0] if _NO_PLATE.search(found[0]) else put("plate", found[0]), text)
    text = _ADDRESS.sub(place("address"), text)
    text = _BARE_POSTCODE.sub(place("address"), text)
    text = _NUMBERS.sub(lambda found: _number(found, put), text)
    return _REFERENCE.sub(lambda found: found[1] + put("number", found[2]), text)


def _number(found: re.Match[str], put: Put) -> str:
    if found["kept"]:
        return found[0]
    if found["phone"]:
        return put("phone", found[0])
    if found["number"]:
        return put("number", found[0])
    if _is_citizen(re.sub(r"\D", "", found[0])):
        return put("citizen", found[0])
    # Nine digits that pass no test: a number where they are in one piece, else an amount or a version.
    if not found[0].isdigit():
        return found[0]
    return put("phone" if found[0].startswith("0") else "number", found[0])


def _is_account(words: str) -> bool:
    return sum(each.isdigit() for each in words) >= LEAST_ACCOUNT_DIGITS


def _is_citizen(digits: str) -> bool:
    """Say whether nine digits pass the test of Dutch citizen service numbers (the eleven test)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(each) * weight for each, weight in zip(digits, weights, strict=True)) % 11 == 0
