"""Colour code in fenced blocks: Pygments decides what a word is, and we write its class, never a style.

Pygments' lexers are lists of regular expressions, and nearly each has an input on which it takes quadratic time or
worse. So: only the languages below (no guessing, no plug-ins), only code of a usual size and shape, and a clock that is
looked at between two tokens. Where one of the bounds is met, the rest of the code is shown without colour, which loses
nothing. The colours are in static/css/prose.css.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,
)

# Measured over 44 lexers with hostile input of this size: between two tokens at most 0.12 s pass (bench/prose.py).
LONGEST_CODE = 8_000
# Expressions that look for the end of a line are quadratic in lines, not in texts.
LONGEST_LINE = 400
ENOUGH_S = 0.2

# As people write it after the fence: as Pygments calls it.
_LEXERS = {
    "apache": "apacheconf",
    "bash": "bash",
    "bat": "batch",
    "c": "c",
    "c#": "csharp",
    "c++": "cpp",
    "console": "bash",
    "cpp": "cpp",
    "cs": "csharp",
    "csharp": "csharp",
    "css": "css",
    "diff": "diff",
    "docker": "docker",
    "dockerfile": "docker",
    "elixir": "elixir",
    "go": "go",
    "golang": "go",
    "graphql": "graphql",
    "haskell": "haskell",
    "html": "html",
    "http": "http",
    "ini": "ini",
    "java": "java",
    "javascript": "javascript",
    "js": "javascript",
    "json": "json",
    "jsx": "javascript",
    "kotlin": "kotlin",
    "lua": "lua",
    "makefile": "make",
    "nginx": "nginx",
    "patch": "diff",
    "perl": "perl",
    "php": "php",
    "powershell": "powershell",
    "properties": "properties",
    "ps1": "powershell",
    "py": "python",
    "pycon": "pycon",
    "python": "python",
    "r": "r",
    "rb": "ruby",
    "rs": "rust",
    "ruby": "ruby",
    "rust": "rust",
    "scala": "scala",
    "scss": "scss",
    "sh": "bash",
    "shell": "bash",
    "sql": "sql",
    "swift": "swift",
    "toml": "toml",
    "ts": "typescript",
    "tsx": "typescript",
    "typescript": "typescript",
    "vim": "vim",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zsh": "bash",
}
LANGUAGE_CLASSES = {f"language-{name}" for name in _LEXERS.values()}

# Pygments tells some hundred kinds of token apart; readers are served by a dozen.
_CLASS_OF = {
    Comment: "c",
    Comment.Preproc: "cp",
    Generic.Deleted: "gd",
    Generic.Heading: "gh",
    Generic.Inserted: "gi",
    Generic.Prompt: "c",
    Generic.Subheading: "gu",
    Keyword: "k",
    Name.Attribute: "na",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Decorator: "nd",
    Name.Function: "nf",
    Name.Tag: "nt",
    Name.Variable: "nv",
    Number: "m",
    Operator.Word: "ow",
    String: "s",
}
CLASSES = set(_CLASS_OF.values())


class Allowance:
    """The seconds of computing that all the code blocks of one text may spend together."""

    def __init__(self, seconds: float = ENOUGH_S) -> None:
        self.left_s = seconds


def language_of(info: str) -> str | None:
    """Return the language a fence names, as Pygments calls it, or None for one we do not colour."""
    words = info[:40].split(maxsplit=1)
    return _LEXERS.get(words[0].lower().strip("{}.")) if words else None


def coloured(code: str, language: str, allowance: Allowance) -> str:
    """Return code as escaped HTML with a span around each word that has a colour. Lowers the allowance."""
    if len(code) > LONGEST_CODE or allowance.left_s <= 0 or max(map(len, code.split("\n"))) > LONGEST_LINE:
        return escape(code, quote=False)
    parts = []
    for css_class, words in _joined(_tokens(code, language, allowance)):
        text = escape(words, quote=False)
        parts.append(f'<span class="{css_class}">{text}</span>' if css_class and not words.isspace() else text)
    return "".join(parts)


def _tokens(code: str, language: str, allowance: Allowance) -> Iterator[tuple[str, str]]:
    """Yield (class or "", words) until the code or the allowance is at an end; then the rest of the code at once."""
    # Computing time of this thread, not the time of day: a busy machine must not take colours away.
    started_s = time.thread_time()
    ends_s = started_s + allowance.left_s
    position = 0
    for at, kind, words in _lexer(language).get_tokens_unprocessed(code):
        # A lexer inside a lexer may go back or skip; the code itself is the truth.
        if at != position:
            break
        position = at + len(words)
        yield _class_of(kind), words
        if time.thread_time() > ends_s:
            break
    allowance.left_s -= time.thread_time() - started_s
    if position < len(code):
        yield "", code[position:]


def _joined(tokens: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the same with neighbours of one class made one."""
    current = ""
    words: list[str] = []
    for css_class, more in tokens:
        if css_class != current:
            yield current, "".join(words)
            current, words = css_class, []
        words.append(more)
    yield current, "".join(words)


@functools.cache
def _class_of(kind: _TokenType) -> str:
    while kind is not Token and kind.parent is not None:
        if kind in _CLASS_OF:
            return _CLASS_OF[kind]
        kind = kind.parent
    return ""


@functools.cache
def _lexer(language: str) -> Lexer:
    # `startinline`: PHP is mostly quoted without its opening tag. The others do not know the option.
    return get_lexer_by_name(language, stripnl=False, ensurenl=True, startinline=True)
