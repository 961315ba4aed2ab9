"""Pages held against the HTML standard by html-validate."""

from __future__ import annotations

from tests.cast import sign_in
from tests.community import make
from tests.feeds.pages import page_of


def test_pages_are_valid_html5(app, client, cast, database, html5):
    asked = make.question(
        cast.customer, title="How do I read my meter?", body="| a | b |\n|--|--|\n| 1 | 2 |\n\n- [ ] do"
    )
    make.answer(asked, cast.peer, body="```python\nprint(1)\n```\n\n> quoted")
    paths = ["/", "/questions", "/tags", "/help", "/keyboard", "/offline", f"/q/{asked.id}", "/search?q=meter"]
    paths += ["/sign-in", "/sign-up", "/nowhere", "/organisations", f"/people/{cast.peer.handle}"]
    pages = {f"visitor {path}": page_of(client, path) for path in paths}
    sign_in(client, cast.customer)
    more = ["/ask", "/mine", "/for-you", "/settings/profile", f"/q/{asked.id}/edit", "/following"]
    pages |= {f"customer {path}": page_of(client, path) for path in [*paths[:8], *more]}

    assert html5(pages) == {}


def test_the_validator_sees_what_is_wrong(html5):
    assert html5({"bad": "<!doctype html><html lang=en><title>x</title><p><div></div></p></html>"})
