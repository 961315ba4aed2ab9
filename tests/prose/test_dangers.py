"""Nothing dangerous survives rendering, as a real browser sees it: the whole XSS corpus, and what it does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.prose import parser, plain, rendering
from app.prose.addresses import Mentions
from tests.prose.attacks import mutations, payloads
from tests.prose.judge import IMPORTED, WRITTEN, Judge

FORMATS = [("markdown", WRITTEN), ("plain", WRITTEN), ("html", IMPORTED)]
SEED = 20_251_121


@pytest.fixture(scope="module")
def judge(browser: Browser) -> Iterator[Judge]:
    judge = Judge(browser)
    yield judge
    judge.page.close()


@pytest.fixture(scope="module")
def originals(shared_data) -> list[str]:
    found = list(payloads(shared_data / "corpora" / "xss"))
    assert len(found) > 7_500
    return found


def survivors(judge: Judge, attacks: list[str], source_format: str, allowed: dict) -> list[tuple[str, str]]:
    """Return what the judge found, with the attack it came from. Everybody and everything may be mentioned."""
    pages = [
        rendering.render(attack, source_format=source_format, mention_url=lambda handle: f"/people/{handle}").html
        for attack in attacks
    ]
    verdicts = judge.dangers(pages, allowed)
    return [(verdict, attack) for verdict, attack in zip(verdicts, attacks, strict=True) if verdict]


@pytest.mark.needs_shared
@pytest.mark.parametrize("source_format, allowed", FORMATS)
def test_nothing_of_the_corpus_survives(judge, originals, source_format, allowed) -> None:
    assert survivors(judge, originals, source_format, allowed) == []


@pytest.mark.needs_shared
@pytest.mark.parametrize("source_format, allowed", FORMATS)
def test_nothing_of_what_nobody_listed_survives(judge, originals, source_format, allowed) -> None:
    attacks = list(mutations(originals, 5_000, SEED))

    assert survivors(judge, attacks, source_format, allowed) == []


@pytest.mark.needs_shared
def test_without_the_sanitiser_imported_html_is_judged_dangerous(judge, originals, monkeypatch) -> None:
    """The control: the same attacks, the same judge, only the guards gone."""
    monkeypatch.setattr(rendering, "clean_imported", lambda html: html)
    monkeypatch.setattr(rendering, "imported_to_html", lambda html: html)

    assert len(survivors(judge, originals[::4], "html", IMPORTED)) > 1_000


@pytest.mark.needs_shared
def test_markdown_that_lets_html_through_is_judged_dangerous(judge, originals) -> None:
    pages = [parser.strict_commonmark(attack) for attack in originals[::4]]

    assert sum(verdict is not None for verdict in judge.dangers(pages, WRITTEN)) > 1_000


@pytest.mark.needs_shared
def test_without_the_sanitiser_markdown_and_plain_text_are_already_escaped(judge, originals, monkeypatch) -> None:
    """The second wall stands by itself: only what the sanitiser adds to links and boxes is missing."""
    monkeypatch.setattr(rendering, "clean_written", lambda html: html)

    for source_format in ("markdown", "plain"):
        found = survivors(judge, originals[::4], source_format, WRITTEN)
        assert [verdict for verdict, _ in found if verdict != "missing rel on a"] == []


@pytest.mark.parametrize(
    "html, verdict",
    [
        ("<script>1</script>", "element script"),
        ("<p onclick=x>", "event onclick"),
        ("<p id=main>", "attribute id on p"),
        ("<p style=color:red>", "attribute style on p"),
        ("<p data-copy>", "attribute data-copy on p"),
        ("<pre hx-get=/x>", "attribute hx-get on pre"),
        ("<a href=javascript:1 rel='nofollow ugc noopener'>", "scheme javascript:"),
        ("<a href=' java\nscript:1' rel='nofollow ugc noopener'>", "scheme javascript:"),
        ("<a href=data:text/html,1 rel='nofollow ugc noopener'>", "scheme data:"),
        ("<a href=/x>", "missing rel on a"),
        ("<input type=checkbox>", "missing disabled on input"),
        ("<input type=text disabled>", "value type=text"),
        ("<span class=button>", "value class=button"),
        ("<code class=language-x:y>", "language language-x:y"),
        ("<svg></svg>", "foreign element svg"),
        ("<math><mi>x</mi></math>", "foreign element math"),
        ("<!-- x -->", "node #comment"),
        ("<img src=/x>", "picture /x"),
        (
            "<img src=//e.org/files/0123456789abcdef0123456789abcdef/picture.png>",
            "picture //e.org/files/0123456789abcdef0123456789abcdef/picture.png",
        ),
        ("<img srcset=/x>", "attribute srcset on img"),
        ("<img width=100%>", "length 100%"),
        ("</div><p>", "leaves its box"),
        ("<h1>x</h1>", "element h1"),
        ("<h3>x</h3><p>fine</p>", None),
        ("<a href=//example.org rel='nofollow ugc noopener'>", None),
    ],
)
def test_judge_sees_each_kind_of_danger(judge: Judge, html: str, verdict: str | None) -> None:
    assert judge.dangers([html], WRITTEN) == [verdict]


def test_renderers_by_themselves_make_only_what_the_lists_allow(judge: Judge) -> None:
    """What the sanitiser takes away from our own markup would be a mistake of ours: nothing is there to take."""
    markdown = "# a\n- [x] b\n\n|a|\n|-:|\n|@c|\n\n```python\nif 1: '2'\n```\n![p](/x) ~~s~~ https://e.org\n\n> q"
    everybody = Mentions(lambda handle: f"/people/{handle}")
    pages = [parser.markdown_to_html(markdown, everybody), plain.plain_to_html("@a https://e.org\n\nb", everybody)]
    with_rel = [page.replace("<a ", '<a rel="nofollow ugc noopener" ') for page in pages]

    assert judge.dangers(with_rel, WRITTEN) == [None, None]
