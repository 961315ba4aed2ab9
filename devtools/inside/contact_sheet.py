"""Photograph pages in every dress and lay the pictures out on one sheet: URL CHROMIUM TARGET LOGIN ONLY PAGE…"""

from __future__ import annotations

import base64
import sys
from dataclasses import dataclass
from html import escape
from typing import Literal

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from app.web.language import LANGUAGE_COOKIE, THEME_COOKIE
from devtools.inside.driving import ARGUMENTS, sign_in

TALLEST = {"phone": 2300, "desk": 1150}  # pixels of a page that are shown
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
SHOWN_WIDTH = {"phone": 234, "desk": 540}  # on a full sheet; a sheet of three or fewer shows them at true size
FEW = 3


@dataclass(frozen=True)
class Dress:
    """One way to look at a page."""

    screen: Literal["phone", "desk"]
    scheme: Literal["light", "dark"]
    language: Literal["en", "nl"]
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.screen} {self.scheme} {self.language}{'' if self.scripts else ' without scripts'}"


DRESSES = [
    Dress("phone", "light", "nl"),
    Dress("phone", "dark", "nl"),
    Dress("phone", "light", "en"),
    Dress("phone", "dark", "en"),
    Dress("desk", "light", "nl"),
    Dress("desk", "dark", "nl"),
    Dress("desk", "light", "en"),
    Dress("desk", "dark", "en"),
    Dress("desk", "light", "en", scripts=False),
]


def main(url: str, chromium: str, target: str, login: str, only: str, *pages: str) -> int:
    """Draw the sheet; return 1 when a page answers with an error."""
    dresses = [dress for dress in DRESSES if set(only.split()) <= set(str(dress).split())]
    pictures: dict[tuple[str, Dress], bytes] = {}
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for dress in dresses:
            page = _dressed(browser, dress, url)
            if login:
                sign_in(page, login)
            for path in pages:
                answer = page.goto(path)
                if answer is None or answer.status >= 400:
                    wrong.append(f"{path}: {answer.status if answer else 'no answer'} ({dress})")
                pictures[path, dress] = _picture(page, dress)
            page.context.close()
        sheet = browser.new_page(viewport={"width": 2120 if len(dresses) > FEW else 1320, "height": 900})
        sheet.set_content(_sheet(list(pages), dresses, pictures))
        sheet.screenshot(path=target, full_page=True)
        browser.close()
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def _dressed(browser: Browser, dress: Dress, url: str) -> Page:
    width, height = SIZES[dress.screen]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme=dress.scheme,
        locale={"nl": "nl-NL", "en": "en-GB"}[dress.language],
        java_script_enabled=dress.scripts,
        reduced_motion="reduce",
    )
    # A person's own settings must not win from the dress.
    chosen = {LANGUAGE_COOKIE: dress.language, THEME_COOKIE: dress.scheme}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in chosen.items()])
    return context.new_page()


def _picture(page: Page, dress: Dress) -> bytes:
    tall = page.evaluate("() => document.documentElement.scrollHeight")
    clip: FloatRect = {"x": 0, "y": 0, "width": SIZES[dress.screen][0], "height": min(tall, TALLEST[dress.screen])}
    return page.screenshot(type="jpeg", quality=85, full_page=True, clip=clip)


def _sheet(pages: list[str], dresses: list[Dress], pictures: dict[tuple[str, Dress], bytes]) -> str:
    widths = SHOWN_WIDTH if len(dresses) > FEW else {screen: size[0] for screen, size in SIZES.items()}
    rows = []
    for path in pages:
        blocks = []
        for screen in SIZES:
            cells = "".join(
                f'<figure style="inline-size:{widths[screen]}px"><figcaption>{dress}</figcaption>'
                f'<img src="data:image/jpeg;base64,{base64.b64encode(pictures[path, dress]).decode()}"></figure>'
                for dress in dresses
                if dress.screen == screen
            )
            blocks.append(f"<div class={screen}>{cells}</div>")
        rows.append(f"<h1>{escape(path)}</h1><section>{''.join(blocks)}</section>")
    style = (
        "body{font:14px system-ui;margin:16px;background:#999}h1{font-size:20px;margin:8px 0}section,div{display:flex;"
        "gap:12px;align-items:start}.desk{flex-wrap:wrap}figure{margin:0}img{inline-size:100%;display:block}"
    )
    return f"<!doctype html><meta charset=utf-8><title>shots</title><style>{style}</style>{''.join(rows)}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
