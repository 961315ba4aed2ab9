"""W15: code that is dangerous wherever it stands, found in the source. Each rule has bad samples that it must see.

The linter has general rules (ruff's S); these are about what this application promises: SQL from parts, HTML that is
not escaped, formats that run code when they are read, calls to elsewhere, rows read past the queries that know who may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from devtools.places import ROOT
from tests.architecture.source import MODULES, Module

RUNS_SQL = {"execute", "exec_driver_sql", "executescript", "executemany", "text", "scalars", "scalar"}
# What a driver's own placeholders cannot say (names of tables and columns, numbers of question marks), made here.
MAKES_SQL = {
    "app.db": "settings of SQLite, from a list beside it",
    "app.backup.rows": "names of tables come from our own models",
    "app.importers.stackexchange.scratch": "as many question marks as there are values, in a file of its own",
}
RUNS_WHAT_IT_READS = re.compile(
    r"^(pickle|cPickle|marshal|shelve|dill|joblib)\.|^yaml\.(load|unsafe_load|full_load)$|^(eval|exec|compile|__import__)$"
    r"|^os\.(system|popen|spawn\w*|exec\w*)$|^(builtins\.)?(eval|exec)$"
)
CALLS_ELSEWHERE = {"requests", "urllib.request", "urllib3", "httpx", "aiohttp", "http.client", "ftplib", "telnetlib"}
KNOW_SOCKETS = {
    "app.notifications.live": "keeps the connections that browsers opened",
    "app.worker": "the name of this machine",
    "app.web.overload": "asks how long a connection waited",
}
NAPS = {
    "app.db": "how long to wait for a lock",
    "app.web.overload": "when to come back",
}
READS_XML = {"xml.etree", "xml.dom", "xml.sax", "xml.parsers", "lxml"}
# Written, not read; and read by a reader of its own that refuses every declaration (tests/importers/test_xml_rows.py).
MAY_KNOW_XML = {"app.feeds.sitemaps", "app.importers.stackexchange.xml_rows"}
STARTS_PROGRAMS = {"app.attachments.making"}
SECRET = re.compile(r"password|secret|token|cookie|csrf|authorization", re.IGNORECASE)
SAYS = re.compile(r"(^|\.)(print|echo|debug|info|warning|error|exception|critical)$")
NO_SECRETS = re.compile(r"digest|hint|forget|token_missing|bad_token")
MAKES_IT_SAFE = {"_ui/prose.html": "the HTML that app.prose made"}
TELLS_ALL = {"app.importers.commands.demo": "the demo's password, which everybody may know"}
READS_BY_ID = {
    "app.accounts.views.settings": "the row of who is signed in",
    "app.notifications.views.unsubscribing": "ids that we signed ourselves, in the link of a letter",
}


def sql_from_parts(module: Module) -> Iterator[str]:
    """What is sent to the database is written out, or put together by SQLAlchemy."""
    for call in _calls(module):
        name = ast.unparse(call.func).rpartition(".")[2]
        if name in RUNS_SQL and call.args and _is_put_together(call.args[0]) and module.name not in MAKES_SQL:
            yield f"{module.name}:{call.lineno} puts SQL together"


def raw_like(module: Module) -> Iterator[str]:
    """Words that people typed hold % and _, which mean something in a pattern: autoescape=True."""
    for call in _calls(module):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"contains", "startswith", "endswith", "like"}:
            wants = call.func.attr != "like" and _is_column(call.func.value)
            if wants and not any(keyword.arg == "autoescape" for keyword in call.keywords):
                yield f"{module.name}:{call.lineno} looks for words without autoescape"


def reads_that_run(module: Module) -> Iterator[str]:
    for name, line in module.calls():
        if RUNS_WHAT_IT_READS.search(name):
            yield f"{module.name}:{line} calls {name}"


def calls_elsewhere(module: Module) -> Iterator[str]:
    """Nothing is asked of other machines; mail goes through app.mail alone."""
    for name, line in _imported(module):
        if any(name == each or name.startswith(f"{each}.") for each in CALLS_ELSEWHERE):
            yield f"{module.name}:{line} imports {name}"
        if name.startswith("smtplib") and module.name != "app.mail":
            yield f"{module.name}:{line} sends mail"
        if name.startswith("socket") and module.name not in KNOW_SOCKETS:
            yield f"{module.name}:{line} opens sockets"


def other_xml(module: Module) -> Iterator[str]:
    for name, line in _imported(module):
        if any(name.startswith(each) for each in READS_XML) and module.name not in MAY_KNOW_XML:
            yield f"{module.name}:{line} imports {name}"


def programs(module: Module) -> Iterator[str]:
    for name, line in _imported(module):
        if name.partition(".")[0] in {"subprocess", "pty"} and module.name not in STARTS_PROGRAMS:
            yield f"{module.name}:{line} imports {name}"
    for call in _calls(module):
        if any(keyword.arg == "shell" for keyword in call.keywords):
            yield f"{module.name}:{call.lineno} starts a shell"


def secrets_told(module: Module) -> Iterator[str]:
    """No secret is printed or logged."""
    for call in _calls(module) if module.name not in TELLS_ALL else ():
        if SAYS.search(ast.unparse(call.func)) and not ast.unparse(call.func).endswith("form.errors"):
            for each in [*call.args, *(keyword.value for keyword in call.keywords)]:
                for node in ast.walk(each):
                    name = (
                        node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
                    )
                    if SECRET.search(name) and not NO_SECRETS.search(name):
                        yield f"{module.name}:{call.lineno} tells {name}"


def rows_read_past_their_queries(module: Module) -> Iterator[str]:
    """Views and the API ask queries, which name their viewer, and never the session by an id that somebody sent."""
    if module.name in READS_BY_ID:
        return
    if module.room in {"views", "forms"} or (module.subject in {"api", "feeds"} and module.room != "queries"):
        for name, line in module.calls():
            if re.search(r"session\.(get|get_one|execute|scalars?|query)$|\.query\.(get|filter\w*)$", name):
                yield f"{module.name}:{line} calls {name}"


def weak_randomness(module: Module) -> Iterator[str]:
    """What nobody may guess comes from `secrets`; the ranking's chances are no secret and come in as arguments."""
    for name, line in _imported(module):
        if name.partition(".")[0] == "random" and not (
            module.subject in {"ranking", "routing", "importers"} or module.name in NAPS
        ):
            yield f"{module.name}:{line} imports {name}"
    for name, line in module.calls():
        if re.search(r"^hashlib\.(md5|sha1)$", name) and module.name != "app.importers.addresses":
            yield f"{module.name}:{line} calls {name}"


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _imported(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _is_put_together(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in (node.left, node.right))
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and node.func.attr in {"format", "join"} and isinstance(node.func.value, ast.Constant)


def _is_column(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node).partition(".")[0][:1].isupper()


RULES = [
    sql_from_parts,
    raw_like,
    reads_that_run,
    calls_elsewhere,
    other_xml,
    programs,
    secrets_told,
    rows_read_past_their_queries,
    weak_randomness,
]
BAD = [
    (sql_from_parts, 'session.execute(f"SELECT * FROM {table}")'),
    (sql_from_parts, 'connection.exec_driver_sql("SELECT \'" + name + "\'")'),
    (sql_from_parts, 'sa.text("SELECT %s" % name)'),
    (sql_from_parts, 'session.scalar("SELECT {}".format(name))'),
    (raw_like, "select(Person).where(Person.name.contains(words))"),
    (raw_like, "Tag.name.startswith(typed)"),
    (reads_that_run, "pickle.loads(body)"),
    (reads_that_run, "yaml.load(body)"),
    (reads_that_run, "eval(words)"),
    (reads_that_run, "os.system(words)"),
    (calls_elsewhere, "import requests"),
    (calls_elsewhere, "from urllib.request import urlopen"),
    (calls_elsewhere, "import smtplib"),
    (calls_elsewhere, "import http.client"),
    (other_xml, "import xml.etree.ElementTree as ET"),
    (other_xml, "from lxml import etree"),
    (programs, "import subprocess"),
    (programs, "run(words, shell=True)"),
    (secrets_told, "print(password)"),
    (secrets_told, 'log.info("made", token=row.token)'),
    (secrets_told, 'log.warning(f"refused {secret}")'),
    (rows_read_past_their_queries, "db.session.get(Question, question_id)"),
    (rows_read_past_their_queries, "Question.query.get(question_id)"),
    (rows_read_past_their_queries, "db.session.get_one(Draft, draft_id)"),
    (weak_randomness, "import random"),
    (weak_randomness, "hashlib.md5(words)"),
]


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_everywhere(rule) -> None:
    assert [said for module in MODULES.values() for said in rule(module)] == []


@pytest.mark.parametrize("rule, text", BAD)
def test_rule_sees_a_bad_sample(rule, text: str) -> None:
    assert list(rule(Module("app.community.views.bad", text)))


def unescaped(name: str, text: str) -> list[str]:
    """Return what in a template is not escaped."""
    found = re.findall(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)
    return [] if name in MAKES_IT_SAFE else [f"{name}: {each}" for each in found]


def test_templates_escape_everything_but_prose() -> None:
    folder = ROOT / "templates"
    found = [
        said
        for path in folder.rglob("*")
        if path.is_file()
        for said in unescaped(str(path.relative_to(folder)), path.read_text())
    ]

    assert found == []
    assert all((folder / name).exists() for name in MAKES_IT_SAFE)
    for bad in ("{{ body|safe }}", "{{ body | safe }}", "{% autoescape false %}"):
        assert unescaped("community/question.html", bad)


def unlocked(text: str) -> list[str]:
    """Return the packages of a lock that are not held to a version and to hashes."""
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [
        entry.partition("\n")[0]
        for entry in entries
        if entry.strip() and ("==" not in entry.partition("\n")[0] or "--hash=sha256:" not in entry)
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-postgres.txt"])
def test_each_package_is_held_to_a_version_and_hashes(name: str) -> None:
    assert unlocked((ROOT / name).read_text()) == []


@pytest.mark.parametrize("text", ["flask>=3\n", "flask==3.1.0\n    # via app\n", "git+https://example.org/flask\n"])
def test_package_that_is_not_held_is_seen(text: str) -> None:
    assert unlocked(f"a==1 \\\n    --hash=sha256:aa\n{text}")
