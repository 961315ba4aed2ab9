"""Take personal details out of what becomes an article: what helped one person is read by everybody. Pure.

What has the form of a detail, `app.privacy.recognising` knows; here are the people of the talk and what they typed.

A program cannot know every detail, so the page shows what was taken out and asks the author to read once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.privacy.recognising import without_details

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

# Words beside a name in a greeting or a farewell, and who is greeted without one.
_BESIDE = (
    r"(?i:there|all|everyone|everybody|team|allemaal|iedereen|daar|mensen|klant|customer|lezer|reader|sir|madam|meneer"
    r"|mevrouw|heer|dhr\.?|mw\.?|mr\.?|mrs\.?|ms\.?|dr\.?|van|de|der|den|ten|ter|and|en|again|weer)"
)
_NAMED = rf"(?:{_BESIDE}|[^\W\d_a-z][\w'’.-]{{0,30}})"
_GREETS = (
    r"(?i:hi|hello|hallo|hoi|dear|beste|dag|geachte|good (?:morning|afternoon|evening)"
    r"|goede(?:n)?(?:morgen|middag|avond))\b"
)
# What only greets, at the beginning of a line: up to a sign, or the whole line.
_GREETING = re.compile(rf"^[ \t]*{_GREETS}(?:[ \t]+{_NAMED}){{0,5}}(?:[ \t]*[,!.:](?=\s|$)[ \t]*|[ \t]*$)")
_GREETING_ALONE = re.compile(r"(?i)^\s*(?:hi|hello|hallo|hoi|dear|geachte)\b(?: [^\W\d_]+){0,3}[ ,.!]*$")
_FAREWELL = re.compile(
    r"^\s*(?i:kind regards|regards|best regards|best wishes|cheers|greetings|met vriendelijke groet(?:en)?"
    r"|vriendelijke groet(?:en)?|groet(?:en|jes)?|gr|mvg)\b[ ,.!]*"
    rf"(?:{_NAMED}(?:[ ,]+{_NAMED}){{0,4}}|[^\W\d_]+(?: [^\W\d_]+)?)?[ ,.!]*$"
)
_SIGNED = re.compile(rf"^\s*{_NAMED}(?:[ ,]+{_NAMED}){{0,3}}[ ,.]*$")
_MENTION = re.compile(r"(?<![\w/])@[\w.-]{2,40}")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
# First names that are words as well: in small letters they are left.
_ALSO_WORDS = frozenset(
    (
        *("april", "august", "bill", "dag", "dawn", "drew", "fee", "floor", "frank", "grace", "hope", "jade", "jan"),
        *("joy", "june", "mark", "may", "mees", "norm", "pat", "rob", "roos", "rose", "sky", "storm", "summer"),
        *("sun", "sunny", "tom", "wil", "will", "wolf"),
    )
)
GREETING_LINES = 3
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

    Of a line that greets, only the greeting goes. In code, which may be a log, only what looks like a mention stays.
    """
    words, taken = WORDS.get(language, WORDS["en"]), dict[str, None]()
    text = _without_details(text, words, details, taken)
    text = "\n".join(_without_farewell(_without_greeting(text.split("\n"), names, taken), taken))
    parts = _CODE.split(text.strip())
    named = _name_patterns(names)
    done = [_without(part, words, named, taken, is_code=bool(index % 2)) for index, part in enumerate(parts)]
    return Removed(re.sub(r"\n{3,}", "\n\n", "".join(done)).strip(), tuple(taken))


def _without_greeting(lines: list[str], names: Iterable[str], taken: dict[str, None]) -> list[str]:
    """Return the lines without greetings in the first ones; what follows a greeting on its line stays."""
    known = "|".join(re.escape(each) for each in sorted(_spoken(names), key=len, reverse=True))
    with_name = re.compile(rf"(?i)^[ \t]*{_GREETS}[ \t]+(?:{known})\b[ \t]*[,!.:]*[ \t]*") if known else None
    done = []
    for index, line in enumerate(lines):
        found = None
        if index < GREETING_LINES:
            found = _GREETING.match(line) or _GREETING_ALONE.match(line) or (with_name and with_name.match(line))
        if not found:
            done.append(line)
            continue
        taken[found[0].strip()] = None
        rest = line[found.end() :]
        done.append(rest[:1].upper() + rest[1:])
    return done


def _without_farewell(lines: list[str], taken: dict[str, None]) -> list[str]:
    """Return the lines without those that take leave, and the names right below them."""
    done = []
    is_signing = False
    for line in lines:
        is_farewell = _FAREWELL.match(line) is not None
        is_signing = is_farewell or (is_signing and (not line.strip() or _SIGNED.match(line) is not None))
        if not is_signing:
            done.append(line)
        elif line.strip():
            taken[line.strip()] = None
            done.append("")
        else:
            done.append(line)
    return done


def _without(
    text: str, words: dict[str, str], named: Iterable[re.Pattern[str]], taken: dict[str, None], *, is_code: bool
) -> str:
    def put(kind: str, found: str) -> str:
        taken[found.strip()] = None
        return words[kind]

    text = without_details(text, put)
    if not is_code:
        text = _MENTION.sub(lambda found: put("name", found[0]), text)
    for pattern in named:
        text = pattern.sub(lambda found: put("name", found[0]), text)
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
    """Return names as people greet by them: whole, and the first word where it is long enough to be no other word."""
    whole = {each.strip() for each in names if len(each.strip()) > 2}
    return whole | {each.split()[0] for each in whole if len(each.split()[0]) > 2}


def _name_patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    """Return what finds these names as people write them, the longest first.

    The whole name, the first and a surname of several words in any letters; a surname that is one word begins with a
    capital, or follows a title: "customer" and "bakker" are no names.
    """
    any_letters: set[str] = set()
    capitals: set[str] = set()
    for first, *rest in (each.split() for each in _spoken(names)):
        surname = " ".join(rest)
        any_letters |= {f"{first} {surname}".strip()} if rest or first.casefold() not in _ALSO_WORDS else set()
        capitals |= {first}
        if len(rest) > 1:
            any_letters.add(surname)
        capitals |= {each for each in rest if each[:1].isupper() and len(each) > 2}
    found = [(name, rf"(?i:\b{re.escape(name)}\b)") for name in any_letters]
    found += [(name, rf"\b(?:{re.escape(name)}|{re.escape(name.upper())})\b") for name in capitals]
    titled = r"(?<=mr )|(?<=mrs )|(?<=ms )|(?<=mevrouw )|(?<=meneer )|(?<=dhr )|(?<=mw )|(?<=heer )"
    found += [(name, rf"(?i:(?:{titled}){re.escape(name)}\b)") for name in capitals]
    return [re.compile(pattern) for name, pattern in sorted(found, key=lambda each: (-len(each[0]), each))]
