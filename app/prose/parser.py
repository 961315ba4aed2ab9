"""Markdown as people know it from GitHub, parsed in bounded time.

markdown-it-py and not Python-Markdown: the latter takes 12 s for 8,000 opening brackets and does not know CommonMark;
markdown-it-py keeps to 652 of the 655 examples of CommonMark (of which 3 are a matter of white space) and has had its
quadratic places repaired one by one. Those that are left are met by a rule of ours instead of a list of bad inputs:
every line looked at and every token skipped spends a unit of `Work`, and a text that has spent it all is TooTangled,
to be shown as plain text. The units are counted, not timed, so that the same text gives the same page everywhere.

Differences from CommonMark, on purpose:

- A single line break is a line break, as in GitHub's comments: people press Enter where they want a new line, and who
  pastes a letter or a log wants its lines kept. Two spaces at the end of a line are a secret of few.
- HTML is shown as typed. A question about `<table>` must not become a table.
- Tables, task lists, ~~strike~~, bare addresses and @mentions, as on GitHub.

What the tokens become in HTML is in `finishing`; nothing here makes text safe, that is `sanitise`.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from app.prose.addresses import LONGEST_ADDRESS, Mentions, address_around, address_at
from app.prose.finishing import install_finishing
from app.prose.highlight import Allowance
from app.prose.page_rules import NO_PICTURES, Pictures

# Quotations in quotations in lists: deeper than this, the rest is kept as text.
DEEPEST = 24
# The densest honest text of 30,000 characters found spends 60,000: a column of single letters (bench/prose.py).
ENOUGH_WORK = 200_000

_REFUSED = "refused:"
_SCHEMES = ("http:", "https:", "mailto:")


class TooTangled(Exception):
    """The text would take too long to parse, or become many times its length."""


class Work:
    """Counts what parsing one text has cost so far."""

    def __init__(self, enough: int = ENOUGH_WORK) -> None:
        self.left = enough

    def spend(self, units: int) -> None:
        """Note some work done. Raises TooTangled when it was too much."""
        self.left -= units
        if self.left < 0:
            raise TooTangled


def markdown_to_html(text: str, mentions: Mentions, pictures: Pictures = NO_PICTURES) -> str:
    """Return the HTML of a Markdown text, not yet sanitised. Raises TooTangled."""
    env = {"work": Work(), "mentions": mentions, "pictures": pictures, "colour": Allowance()}
    return str(_FRIENDLY.render(text, env))


def strict_commonmark(text: str) -> str:
    """Return the HTML that the same parser makes without our additions: for the conformance test only."""
    return str(_STRICT.render(text, {"work": Work()}))


class _Blocks(ParserBlock):
    """Counts the lines that quotations look through: some are looked through again and again without being used up."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        if state.parentType == "blockquote":
            state.env["work"].spend(endLine - startLine)
        super().tokenize(state, startLine, endLine)


class _Inlines(ParserInline):
    """Counts every step over a token: looking for the end of a link takes them all, again for each bracket."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        state.env["work"].spend(1)
        super().skipToken(state)


class _Parser(MarkdownIt):
    """The parser with the counting parts in place of its own."""

    def __init__(self, **options: bool) -> None:
        super().__init__("zero")
        self.block = _Blocks()
        self.inline = _Inlines()
        self.configure("commonmark", options_update={"maxNesting": DEEPEST, **options})
        everywhere = ["paragraph", "reference", "blockquote", "list"]
        self.block.ruler.before("table", "counted", _count_line, {"alt": everywhere})
        self.inline.ruler.before("text", "counted", _count_token)


class _Friendly(_Parser):
    """Markdown for people, with links only to where links may lead."""

    def __init__(self) -> None:
        super().__init__(html=False, breaks=True, xhtmlOut=False, tasklists=True, strikethrough_single_tilde=True)
        self.disable(["html_block", "html_inline"]).enable(["table", "strikethrough"])
        self.block.ruler.after("counted", "too_deep", _too_deep)
        self.inline.ruler.push("bare_addresses", _bare_addresses)
        self.inline.add_terminator_char("w")
        install_finishing(self)

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        # Writing a host name in ASCII is quadratic in its length.
        return super().normalizeLink(url) if len(url) <= LONGEST_ADDRESS else _REFUSED

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Say whether a link may be made at all; what is not shows as typed, instead of as a link that is dead."""
        before, colon, _after = url.partition(":")
        return not colon or any(mark in before for mark in "/?#") or f"{before.strip().lower()}:" in _SCHEMES


def _count_line(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: ARG001, N803
    state.env["work"].spend(1)
    return False


def _count_token(state: StateInline, silent: bool) -> bool:  # noqa: ARG001
    state.env["work"].spend(1)
    return False


def _too_deep(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """Take what is nested too deeply as one paragraph; the parser itself would drop the words."""
    if silent or state.level < DEEPEST - 2:
        return False
    state.line = endLine
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(startLine, endLine, state.blkIndent, False).strip()
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _bare_addresses(state: StateInline, silent: bool) -> bool:
    """Link web addresses that stand in the text without brackets. Nothing inside a link is linked again.

    This is done while parsing, and not afterwards as for people: `_` and `*` in an address are part of it.
    """
    at = state.pos
    if state.src[at] not in ":w" or silent or state.linkLevel > 0:
        return False
    found = None
    if state.src.startswith("://", at):
        found = address_around(state.src, at, at - len(state.pending), state.posMax)
    elif state.src.startswith("www.", at):
        found = address_at(state.src, at, state.posMax)
    if found is None:
        return False
    if found.start < at:
        state.pending = state.pending[: found.start - at]
    state.push("link_open", "a", 1).attrs = {"href": found.href}
    state.push("text", "", 0).content = state.src[found.start : found.end]
    state.push("link_close", "a", -1)
    state.pos = found.end
    return True


_STRICT = _Parser()
_FRIENDLY = _Friendly()
