"""From parsed Markdown to HTML, where ours differs: people, headings, pictures, tables, task lists, code.

All of it works on the parser's tokens, so that nothing a person typed is taken for markup. Addresses and line breaks
are settled in `parser`; safety is `sanitise`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.prose.addresses import Mentions, people_in
from app.prose.highlight import coloured, language_of
from app.prose.page_rules import Outline, OwnPicture, picture_words


def install_finishing(parser: MarkdownIt) -> None:
    """Make a parser finish its tokens our way."""
    # Before escapes are joined with the text around them: \@name is not a mention.
    parser.core.ruler.before("text_join", "people", _link_people)
    parser.core.ruler.push("finish", _finish)
    parser.add_render_rule("fence", _render_fence)


def link_tokens(href: str, words: str, *, title: str = "", css_class: str = "") -> list[Token]:
    """Return the three tokens of a link."""
    attributes = {"href": href, "title": title, "class": css_class}
    opening = Token("link_open", "a", 1, attrs={name: value for name, value in attributes.items() if value})
    return [opening, _text(words), Token("link_close", "a", -1)]


def _link_people(state: StateCore) -> None:
    """Link e-mail addresses and mentions in text that is not code and not in a link."""
    mentions: Mentions = state.env["mentions"]
    for block in state.tokens:
        if block.type != "inline" or "@" not in block.content:
            continue
        children: list[Token] = []
        for token, in_link in _with_links(block.children or []):
            if token.type == "text" and not in_link and "@" in token.content:
                children += _linked(token.content, mentions)
            else:
                children.append(token)
        block.children = children


def _linked(text: str, mentions: Mentions) -> Iterator[Token]:
    done = 0
    for found in people_in(text, mentions):
        yield _text(text[done : found.start])
        words = text[found.start : found.end]
        yield from link_tokens(found.href, words, css_class="mention" if found.is_mention else "")
        done = found.end
    yield _text(text[done:])


def _finish(state: StateCore) -> None:
    """Rewrite the tokens of a whole text."""
    outline = Outline()
    finished: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type == "heading_open":
            token.tag = f"h{outline.level(int(token.tag[1]))}"
        elif token.type == "heading_close":
            # A heading holds no heading: the one it closes was the last to open.
            token.tag = f"h{outline.current}"
        elif token.type == "list_item_open" and "checked" in token.meta:
            _finish_task(token, state.tokens[index + 2 : index + 3])
        elif token.type in {"th_open", "td_open"} and "style" in token.attrs:
            token.attrs = {"class": f"align-{str(token.attrs['style']).removeprefix('text-align:')}"}
        elif token.type == "inline":
            token.children = list(_without_pictures(state, token.children or []))
            _spend_on_links(state, token.children)
        if token.type == "table_open":
            # The box scrolls where a table is wider than a phone, so it takes focus, to be scrolled with keys.
            finished.append(_block("div", 1, {"class": "table-scroll", "tabindex": "0"}))
        finished.append(token)
        if token.type == "table_close":
            finished.append(_block("div", -1))
    state.tokens = finished


def _finish_task(item: Token, following: Sequence[Token]) -> None:
    """Put the box of a task and its words in one label, so that a screen reader says which box it is."""
    attributes: dict[str, str | int | float] = {"class": "task-list-item-checkbox", "type": "checkbox", "disabled": ""}
    if item.meta.pop("checked"):
        attributes["checked"] = ""
    if following and following[0].type == "inline":
        box = Token("task_box", "input", 0, attrs=attributes)
        label = Token("label_open", "label", 1), Token("label_close", "label", -1)
        following[0].children = [label[0], box, _text(" "), *(following[0].children or []), label[1]]


def _without_pictures(state: StateCore, tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield inline tokens with a link in place of each picture, or just its words where it already is in a link.

    A picture that was added here is shown, as a link to itself: on a phone one wants to see it larger.
    """
    renderer = state.md.renderer
    assert isinstance(renderer, RendererHTML)
    for token, in_link in _with_links(tokens):
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs.get("src", ""))
        described = renderer.renderInlineAsText(token.children, state.md.options, state.env)
        own: OwnPicture | None = state.env["pictures"].get(address)
        words = picture_words(described, address)
        if own is not None:
            shown = _shown(address, own, " ".join(described.split()))
            yield from [shown] if in_link else [link_tokens(address, "")[0], shown, Token("link_close", "a", -1)]
        elif in_link or not address:
            yield _text(words)
        else:
            yield from link_tokens(address, words, title=str(token.attrs.get("title", "")))


def _shown(address: str, own: OwnPicture, described: str) -> Token:
    sizes: dict[str, str | int | float] = {"width": str(own.width), "height": str(own.height)}
    return Token("picture", "img", 0, attrs={"src": address, "alt": described or own.words, **sizes})


def _spend_on_links(state: StateCore, tokens: Sequence[Token]) -> None:
    """Count what links add to the page: one long address, defined once, may be referred to ten thousand times."""
    for token in tokens:
        if token.type in {"link_open", "picture"}:
            state.env["work"].spend(sum(len(str(value)) for value in token.attrs.values()))


def _with_links(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """Yield each inline token and whether it stands in a link."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        yield token, depth > 0


def _render_fence(
    self: RendererHTML,  # noqa: ARG001
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,  # noqa: ARG001
    env: EnvType,
) -> str:
    """Return a fenced block, coloured where its language is one we know."""
    code, language = tokens[index].content, language_of(tokens[index].info)
    if language is None:
        return f"<pre><code>{escape(code, quote=False)}</code></pre>\n"
    inside = coloured(code, language, env["colour"])
    return f'<pre class="highlight"><code class="language-{language}">{inside}</code></pre>\n'


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _block(tag: str, nesting: int, attributes: dict[str, str | int | float] | None = None) -> Token:
    return Token(f"{tag}_box", tag, nesting, attrs=attributes or {}, block=True)  # type: ignore[arg-type]
