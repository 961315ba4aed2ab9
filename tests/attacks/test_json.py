"""W6: bodies of JSON as no client of ours writes them. What is JSON is read, what is not is refused with 400.

The cases are made here, after the grammar of RFC 8259: what must be taken, what must not, and what may be either.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import throttle
from tests.accounts import make as accounts
from tests.attacks.sizes import drawn, hold, must_fail
from tests.cast import Cast
from tests.community import make

WORDS = b"An answer of one sentence."
NUMBERS_TAKEN = [
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "123456789",
    "1.5",
    "-1.25",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "0e1",
    "0e+1",
    "1.5e10",
    "0.1e-7",
    "-0.0",
    "1E400",
    "123e45",
]
NUMBERS_REFUSED = [
    *(
        "00",
        "01",
        "-01",
        "+1",
        ".5",
        "-.5",
        "1.",
        "-1.",
        "1.e1",
        "1e",
        "1e+",
        "1E-",
        "0x1",
        "0x42",
        "0b1",
        "0o7",
        "1_000",
        "--1",
        "-+1",
        "++1",
        "-",
        "+",
        ".",
        "e",
        "1e1.5",
        "1ee2",
    ),
    *(
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "+Inf",
        "Inf",
        "nan",
        "inf",
        "1f",
        "1L",
        "1a",
        "1-1",
        "¹",
        "٣",
        "１",
        "--",
        "0.1.2",
        "0e",
        "1e1e1",
        "-foo",
        "1#",
    ),
    *("1 000", "- 1", "1 .5", "0x", "-2.", "2.e3", "[-]"),
]
STRINGS_TAKEN = [
    *(r'""', r'"a"', r'"\""', r'"\\"', r'"\/"', r'"\b\f\n\r\t"', r'"\u0041"', r'"\u00e9"', r'"\ud83d\ude00"'),
    *('"é"', '"日本"', '"😀"', '"\x7f"', '"\u2028\u2029"', '"\ufeff"', r'"\u2028"', r'"\uffff"', '"\u200b"', '"/"'),
    *(r'"\u0022"', r'"\u005c"', r'"a\\u0041"', '"\U0010ffff"', r'"\uD834\uDd1e"', '"<script>"', '"&amp;"', '" "'),
]
STRINGS_REFUSED = [
    *('"a', "'a'", '"\\x41"', '"\\a"', '"\\u00"', '"\\u00g0"', '"\\U00000041"', '"\\', '"\t"', '"\n"', '"\x00"'),
    *(
        '"\x1f"',
        '"\\u"',
        '"\\u1"',
        '"\\u+123"',
        '"\\ "',
        '"\\0"',
        '"\\1"',
        '"\\é"',
        "`a`",
        '"a""',
        '""a"',
        "a",
        "\\u0041",
    ),
    *('"\\uD8', "“a”", '"a" "b"', '"\x0b"', '"\x08"', '\\"a\\"', '"\\\n"', '"\\\x00"', "\"'", '"\\e"', '"\\u12 4"'),
]
WHOLE_TAKEN = [
    *("{}", "[]", "null", "true", "false", "[1]", "[[]]", '{"a": 1}', '{"a": {"b": []}}', " [1] ", "\t[1]\r\n"),
    *('{"": 0}', '{"a": 1, "a": 2}', "[1, 2]", "[null, true, false]", '{"\\u0061": 1}', "[[[[1]]]]", "[ ]", "{ }"),
    *('{"a":\n1}', '["a" , "b"]', '{"__proto__": 1}', '{"constructor": {"prototype": 1}}', '[""]', '{"0": []}'),
]
WHOLE_REFUSED = [
    *("", " ", "{", "}", "[", "]", "[1", "1]", '{"a"}', '{"a":}', "{:1}", "{1:1}", "{a:1}", "{'a':1}", '{"a":1,}'),
    *("[1,]", "[,1]", "[,]", "[1,,2]", '{,"a":1}', '{"a":1 "b":2}', "[1 2]", "[1;2]", '{"a"=1}', '{"a"::1}', "[1}"),
    *('{"a":1]', "[]]", "[][]", "{}{}", "[]#", "[]//x", "/**/[]", "[]/*x*/", "# x\n[]", "nul", "NULL", "True", "TRUE"),
    *("tru", "fals", "nulls", "undefined", "None", "*", "<a/>", "a=1", "[\x0c]", "[\u00a0]", "[\u2028]", "{[1]:1}"),
    *("{null:1}", '{"a":1,,"b":2}', '["a",\n', '{"a" b}', '["a":1]', "[1]x", "x[1]", ")]}',\n[]", "[1\x00]", "\x00"),
    *("{true:1}", "[abc]", "[True]", "[[]", "{]", "[{]}", '{"a":"b"', '[":1', "[1:2]", '{"a":1}}', "...", "[...]"),
]
BYTES_REFUSED = [
    *(b'"\xff"', b'"\xc3\x28"', b'"\xed\xa0\x80"', b'"\xf5\x80\x80\x80"', b'"\xc0\xaf"', b'"\xe0\xff"', b"[\xff]"),
    *(b'{"a\xe9": 1}', b'"\x81"', b'"\xf8\xa1\xa1\xa1\xa1"', b'"\xfc\x83\xbf\xbf\xbf\xbf"', b"\xfe\xff[", b"\xe5"),
]


def bodies() -> tuple[list[bytes], list[bytes]]:
    """Return what is JSON and what is not: by itself, in a list, as a value and as the value of a field we know."""
    places = ["{}", "[{}]", '{{"a": {}}}', '{{"body": {}}}', "[1, {}, 2]"]
    taken = [place.format(one) for one in [*NUMBERS_TAKEN, *STRINGS_TAKEN] for place in places]
    refused = [place.format(one) for one in [*NUMBERS_REFUSED, *STRINGS_REFUSED] for place in places[:4]]
    is_json = [one.encode() for one in [*taken, *WHOLE_TAKEN]]
    is_none = [one.encode() for one in [*refused, *WHOLE_REFUSED]] + BYTES_REFUSED
    deep = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 50_000 + b"]" * 50_000 + b"]", b'["' + b"\\" * 99_999]
    return is_json, [*is_none, *deep]


def test_bodies_are_read_or_refused_as_the_grammar_says(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in throttle.LIMITS:
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
    question = make.question(cast.customer)
    secret = accounts.api_token(cast.peer)[1]
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def status(body: bytes) -> int:
        return client.post(f"/api/v1/requests/{question.id}/answers", data=body, headers=headers).status_code

    is_json, is_none = bodies()
    said = {body: status(body) for body in [*drawn(is_json, 40), *drawn(is_none, 80)]}
    wrong = [(body[:60], code) for body, code in said.items() if (code == 400) != (body in set(is_none)) or code >= 500]
    told = Counter(said.values())

    what = f"{len(is_json)} bodies of JSON and {len(is_none)} that are none, read or refused wrongly"
    hold("W6", what, len(wrong), "0", held=not wrong, details=[told, *wrong])
    assert status(b'{"body": "' + WORDS + b'"}') == 201
    lenient = [body for body in is_none if _taken_by_python(body)]
    must_fail("W6", "the reader of the standard library takes of what is none", len(lenient), fails=len(lenient) > 5)


def _taken_by_python(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
