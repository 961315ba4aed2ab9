"""Take personal details out of what becomes an article: what helped one person is read by everybody. Pure.

A program cannot know every detail, so the page shows what was taken out and asks the author to read once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

WORDS = {
    "en": {
        "mail": "[e-mail address]",
        "phone": "[phone number]",
        "account": "[bank account]",
        "citizen": "[citizen service number]",
        "plate": "[licence plate]",
        "address": "[address]",
        "name": "[name]",
        "number": "[number]",
        "detail": "[detail]",
    },
    "nl": {
        "mail": "[e-mailadres]",
        "phone": "[telefoonnummer]",
        "account": "[rekeningnummer]",
        "citizen": "[burgerservicenummer]",
        "plate": "[kenteken]",
        "address": "[adres]",
        "name": "[naam]",
        "number": "[nummer]",
        "detail": "[gegeven]",
    },
}

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\d(?:[ -]?\(?\d\)?){8,13}(?![\w-]|[.,/]\d)")
_PLATE = re.compile(r"\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}\b")
_ADDRESS = re.compile(r"\b\d{4} ?[A-Z]{2}\b(?:,? ?\d{1,5}[a-z]?\b)?")
_NUMBER = re.compile(r"(?<![\w.,/-])\d{7,}(?![\w-]|[.,/]\d)")
# A line that only greets or takes leave, with whoever is named in it.
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hallo|hoi|dear|beste|dag|geachte|good (?:morning|afternoon|evening)|"
    r"goede(?:n)?(?:morgen|middag|avond))\b[^\n.!?:;]{0,40}[,.!]?\s*$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^\s*(?:kind regards|regards|best regards|best wishes|cheers|greetings|met vriendelijke groet(?:en)?|"
    r"vriendelijke groet(?:en)?|groet(?:en|jes)?|gr|mvg)\b[^\n.!?:;]{0,40}[,.!]?\s*$",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w/])@[\w.-]{2,40}")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
# Of a typed detail with several parts (an address), each of at least so many characters is one of its own.
SHORTEST_DETAIL, SHORTEST_PART = 3, 4


@dataclass(frozen=True)
class Removed:
    """A text without personal details, and what was taken out, each once, in the order of the text."""

    text: str
    taken: tuple[str, ...]


def without_personal_details(
    text: str, *, language: str, names: Iterable[str] = (), details: Iterable[str] = ()
) -> Removed:
    """Return the text with details of people replaced by what they are. `names` are those of people in the talk,
    `details` what she typed into forms of her own: those are taken out wherever and however they are written.

    Other than those, code is left as it is: a number there is part of what helps.
    """
    words, taken = WORDS.get(language, WORDS["en"]), dict[str, None]()
    text = _without_details(text, words, details, taken)
    lines = text.split("\n")
    for index, line in enumerate(lines):
        is_farewell = _FAREWELL.match(line) is not None
        if is_farewell or (index < 3 and _GREETING.match(line)):
            taken[line.strip()] = None
            lines[index] = ""
            if is_farewell and all(_is_name(each) for each in lines[index + 1 :] if each.strip()):
                taken |= {each.strip(): None for each in lines[index + 1 :] if each.strip()}
                del lines[index + 1 :]
                break
    parts = _CODE.split("\n".join(lines).strip())
    done = [part if index % 2 else _without(part, words, names, taken) for index, part in enumerate(parts)]
    return Removed(re.sub(r"\n{3,}", "\n\n", "".join(done)).strip(), tuple(taken))


def _without(text: str, words: dict[str, str], names: Iterable[str], taken: dict[str, None]) -> str:
    def put(kind: str, found: re.Match[str]) -> str:
        taken[found[0].strip()] = None
        return words[kind]

    def number(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        return put("citizen" if len(digits) == 9 and _is_citizen(digits) else "phone", found)

    text = _MAIL.sub(lambda found: put("mail", found), text)
    text = _ACCOUNT.sub(lambda found: put("account", found), text)
    text = _PLATE.sub(lambda found: put("plate", found), text)
    text = _ADDRESS.sub(lambda found: put("address", found), text)
    text = _PHONE.sub(number, text)
    text = _NUMBER.sub(lambda found: put("number", found), text)
    text = _MENTION.sub(lambda found: put("name", found), text)
    for name in sorted(_spoken(names), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", lambda found: put("name", found), text)
    return text


def _without_details(text: str, words: dict[str, str], details: Iterable[str], taken: dict[str, None]) -> str:
    """Take out what was typed as a detail, also where it is spaced or dotted another way."""
    pieces = set()
    for each in details:
        parts = [part.strip() for part in re.split(r"[,;\n]", each)]
        pieces |= {each.strip(), *(part for part in parts if len(part) >= SHORTEST_PART)}

    def put(found: re.Match[str]) -> str:
        taken[found[0].strip()] = None
        return words["detail"]

    for piece in sorted(pieces, key=len, reverse=True):
        signs = re.findall(r"[^\W_]", piece)
        if len(signs) >= SHORTEST_DETAIL:
            loose = r"[\W_]{0,3}".join(map(re.escape, signs))
            text = re.sub(rf"(?<![^\W_]){loose}(?![^\W_])", put, text, flags=re.IGNORECASE)
    return text


def _spoken(names: Iterable[str]) -> set[str]:
    """Return names as people say them: whole, and the first word where it is long enough to be no other word."""
    whole = {each.strip() for each in names if len(each.strip()) > 2}
    return whole | {each.split()[0] for each in whole if len(each.split()[0]) > 2}


def _is_citizen(digits: str) -> bool:
    """Say whether nine digits pass the test of Dutch citizen service numbers (the eleven test)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(each) * weight for each, weight in zip(digits, weights, strict=True)) % 11 == 0


def _is_name(line: str) -> bool:
    return len(line.split()) <= 4 and len(line) <= 40
