"""What no list of attacks names: tried because an attacker would, and kept because each held, or was made to hold."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Login
from app.community.models.posts import Answer
from app.db import db
from app.notifications.tokens import unsubscribe_token
from tests.architecture.source import MODULES
from tests.attacks.sizes import drawn, hold, must_fail, of_size
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.community import make

# What an expression is fed with: one piece over and over, then something that fits nothing.
PUMPS = [
    *" \t\n-_.,;:/\\#@&<>\"'()[]{}|*~=+%0a1AZé\u00a0\u200b",
    "a ",
    "a.",
    ".a",
    "a-",
    "aa@",
    "<a",
    "a=",
    "&a",
    "\\n",
    "[a](",
    "a,b",
    "1 ",
    "://",
    "%20",
    "()",
    "\r\n",
    "a:b ",
    '"a',
    "<a b='",
    "-a-",
    "--",
]
ENDS = ["", "!", "\x00", "\n\n", "é", '"']
LONG = 4_000
ENOUGH_S = 0.25
# Whose input only an operator gives, on the command line.
MEET_OPERATORS = {"app.importers.sources"}


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield (where, expression) of each regular expression written out in the application's source."""
    for module in MODULES.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                pattern, told = node.args[0], ast.unparse(node)
                if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                    names = ("IGNORECASE", "DOTALL", "MULTILINE", "VERBOSE")
                    flags = sum(int(getattr(re, name)) for name in names if name in told)
                    yield f"{module.name}:{node.lineno}", re.compile(pattern.value, flags)


def seconds(expression: re.Pattern[str], length: int) -> float:
    """Return what the worst of the pumps takes to be searched, in seconds of computing."""
    worst = 0.0
    for pump in drawn(PUMPS, 16):
        for end in drawn(ENDS, 1):
            text = (pump * (length // len(pump))) + end
            began = time.thread_time()
            expression.search(text)
            worst = max(worst, time.thread_time() - began)
    return worst


@pytest.mark.long
def test_no_expression_of_ours_takes_long() -> None:
    """What grows with the square of the text takes no quarter of a second yet; what doubles never ends."""
    length = of_size(500, LONG)
    took = {where: seconds(each, length) for where, each in expressions()}
    slow = {where: f"{took[where]:.2f} s" for where in took if took[where] > ENOUGH_S}
    ours = {where: said for where, said in slow.items() if where.partition(":")[0] not in MEET_OPERATORS}

    what = f"{len(took)} regular expressions, {len(PUMPS)} pumps of {length:,} characters, slow"
    hold("W15", what, len(ours), f"0 over {ENOUGH_S} s", held=not ours, details=sorted(ours.items()))
    doubling = seconds(re.compile(r"(?:a|a)+$"), 25) + seconds(re.compile(r"(?:a+)+$"), 25)
    must_fail("W15", "expressions that double with each letter", f"{doubling:.2f} s", fails=doubling > ENOUGH_S)


def test_once_key_of_somebody_else_is_worth_nothing(app: Flask, database: Session, cast: Cast) -> None:
    question = make.question(cast.customer)
    told = {}
    for person in (cast.peer, cast.outsider):
        client = app.test_client()
        sign_in(client, person)
        answer = submit(client, f"/q/{question.id}/answers", body="The very same words, twice.", once_key="stolen")
        told[person.id] = (answer.status_code, answer.location)

    authors = set(database.scalars(sa.select(Answer.author_id).where(Answer.question_id == question.id)))
    assert authors == set(told)
    assert len(set(told.values())) == 2


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "PATCH", "PUT", "SOMETHING"])
def test_other_methods_are_refused(client: FlaskClient, cast: Cast, method: str) -> None:
    question = make.question(cast.customer)
    sign_in(client, cast.customer)

    for path in (f"/q/{question.id}/delete", "/questions", "/sign-out"):
        answer = client.open(path, method=method, data={"csrf_token": csrf_token(client), "_method": "POST"})
        assert answer.status_code in {400, 405}, (path, answer.status_code)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/json",
        "application/xml",
        "",
        "x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ],
)
def test_body_of_another_kind_is_no_form(client: FlaskClient, cast: Cast, kind: str) -> None:
    """Another site may send text/plain without asking; nothing in such a body may pass for fields."""
    question = make.question(cast.customer)
    sign_in(client, cast.peer)
    body = f"csrf_token={csrf_token(client)}&body=An answer from elsewhere.&once_key=x"

    answer = client.post(f"/q/{question.id}/answers", data=body, content_type=kind)

    assert answer.status_code in {400, 415, 422}


PATHS = [
    *(
        "/admin/",
        "//admin",
        "/./admin",
        "/x/../admin",
        "/%2e/admin",
        "/x/%2e%2e/admin",
        "/admin;/",
        "/admin%00",
        "/ADMIN",
    ),
    *(
        "/admin%2f",
        "/admin%20",
        "/admin/.",
        "/%61dmin",
        "/admin?x=/static/",
        "/admin#/static/",
        "/admin\\",
        "/..;/admin",
    ),
    *(
        "/static/../app/config.py",
        "/static/%2e%2e/app/config.py",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static//etc/passwd",
    ),
    *(
        "/static/..%5c..%5capp",
        "/static/%c0%ae%c0%ae/app/config.py",
        "/static/css/../../wsgi.py",
        "/static/%252e%252e/app",
    ),
    *("/files/../samen.db", "/files/%2e%2e/secret_key", "/files/" + "0" * 32 + "/..%2f..%2fsecret_key", "/.git/config"),
    *(
        "/.env",
        "/instance/secret_key",
        "/instance/samen.db",
        "/wsgi.py",
        "/console",
        "/?__debugger__=yes",
        "/%",
        "/%zz",
    ),
    *("/" + "a/" * 4_000, "/" + "%" * 3_000, "/q/1/" + "é" * 3_000, "/q/%31", "/q/1%2f..", "/tags/" + "%2e" * 500),
]


@pytest.mark.parametrize("role", ["visitor", "customer"])
def test_no_way_of_writing_a_path_leads_past_a_gate(client: FlaskClient, cast: Cast, role: str) -> None:
    if role == "customer":
        sign_in(client, cast.customer)
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert not re.search(rb"class Config|root:x:0|SECRET_KEY|\[core\]", answer.data), path
        if "admin" in path.lower():
            assert "/admin/deliveries" not in answer.text, path


def test_headers_that_are_sent_do_not_come_back_as_headers(client: FlaskClient, database: Session) -> None:
    for path in (
        "/questions?lang=nl%0d%0aX-Evil:%201",
        "/questions?theme=dark%0d%0aSet-Cookie:%20a=b",
        "/sign-in?next=/x%0d%0aX-Evil:%201",
        "/q/1/%0d%0aX-Evil:%201",
        "/tags/%0d%0aX-Evil:%201",
        "/feeds/search.atom?q=%0d%0aX-Evil:%201",
    ):
        answer = client.get(path, headers={"X-Request-ID": "evil evil", "Accept-Language": "nl\x0b"})

        assert "X-Evil" not in answer.headers, path
        assert all("a=b" not in each for each in answer.headers.getlist("Set-Cookie")), path
        assert answer.headers["X-Request-ID"] != "evil evil"


def test_many_ranges_make_no_large_answer(client: FlaskClient, database: Session) -> None:
    sheet = re.search(r'href="(/static/[^"]+\.css[^"]*)"', client.get("/questions").text)
    assert sheet is not None
    whole = len(client.get(sheet[1]).data)

    many = client.get(sheet[1], headers={"Range": "bytes=" + ",".join(["0-"] * 2_000)})

    assert many.status_code in {200, 206, 416}
    assert len(many.data) <= whole + 1_000


def test_strange_cookies_and_languages_break_nothing_and_take_no_time(client: FlaskClient, cast: Cast) -> None:
    name = client.application.config["SESSION_COOKIE_NAME"]
    odd = ["x", "." * 5_000, "eyJ9.x.y", '"' * 999, "é", "\\", ".eJw" + "A" * 4_000, f"{name}={name}", "a; b", "null"]
    began = time.thread_time()
    for value in odd:
        header = f"{name}={value}; theme={value}; lang={value}; {name}={value}"
        answer = client.get("/questions", headers={"Cookie": header.encode().decode("latin-1")})
        assert answer.status_code == 200, value
    for languages in ("nl," * 20_000, "*;q=" + "9" * 20_000, "en-" * 20_000, "nl;q=0.5;q=" * 5_000, ";;;,,,==="):
        assert client.get("/questions", headers={"Accept-Language": languages}).status_code == 200

    assert time.thread_time() - began < 4


def test_field_sent_twice_is_read_once(client: FlaskClient, cast: Cast) -> None:
    """Whoever checks one and uses the other is fooled: the same one counts throughout, and only one answer is made."""
    question = make.question(cast.customer)
    sign_in(client, cast.peer)
    fields = [("csrf_token", csrf_token(client)), ("once_key", "first"), ("once_key", "second")]
    fields += [("body", "The first of two answers."), ("body", "The second of two answers.")]

    for _turn in range(2):
        answer = client.post(f"/q/{question.id}/answers?body=A+third+of+all+answers", data=_pairs(fields))
        assert answer.status_code == 303

    made = [one.body for one in question_answers(question.id)]
    assert made == ["The first of two answers."]


def _pairs(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


def question_answers(question_id: int) -> list[Answer]:

    return list(db.session.scalars(sa.select(Answer).where(Answer.question_id == question_id)))


def test_link_of_one_letter_opens_nothing_else(client: FlaskClient, cast: Cast, database: Session) -> None:
    """Tokens of letters are for one purpose: the one that ends letters neither confirms, resets nor takes over."""
    token = unsubscribe_token(cast.customer.id, make.question(cast.customer).id)
    before = database.get_one(Login, cast.customer.id).password_hash

    for path in ("/confirm", "/reset/new", "/take-over"):
        shown = client.get(path, query_string={"token": token})
        sent = submit(client, path, token=token, password="four quiet boats at noon")
        assert 400 <= sent.status_code < 500 or sent.location in {"/reset", "/sign-up", "/sign-in"}, path
        assert shown.status_code < 500
    database.expire_all()
    assert database.get_one(Login, cast.customer.id).password_hash == before


def test_words_are_no_template(client: FlaskClient, cast: Cast) -> None:
    words = "{{7*191}} ${7*191} #{7*191} <%= 7*191 %> {%print(7*191)%} {{config}} %(title)s {title} {0.__class__}"
    question = make.question(cast.customer, title=words, body=words)
    cast.customer.name = words[:80]

    for path in (
        f"/q/{question.id}",
        "/questions",
        f"/people/{cast.customer.handle}",
        f"/search?q={words}",
        "/feeds/questions.atom",
    ):
        page = client.get(path)
        page = (client.get(page.location) if page.status_code == 301 else page).text
        assert "1337" not in page, path
        assert "SECRET_KEY" not in page, path
