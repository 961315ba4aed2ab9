"""Pages of the application opened in a real Chromium, which tells what ran and what in them could run.

The browser asks the application in this process: what was written in a test's own transaction can be seen. Every page
has its functions that people notice (alert and the like) hooked; each element is hovered over, focused and pressed.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Error, Route
from werkzeug.test import TestResponse

HOME = "http://127.0.0.1:5000"
PATIENCE_MS = 10_000
HOOKS = """
window.__ran = [];
for (const name of ["alert", "confirm", "prompt", "print"])
  Object.defineProperty(window, name, { value: (...said) => { window.__ran.push(`${name} ${said}`) } });
"""
# Everything in the page is pressed; what would only lead on to another page is not followed.
PRESS = """
async () => {
  addEventListener("submit", (event) => {
    if (!/^https?:$/.test(new URL(event.target.action, location).protocol)) return;
    event.preventDefault(); event.stopImmediatePropagation();
  }, true);
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], area[href]");
    if (link && /^(https?|mailto|tel):$/.test(link.protocol)) event.preventDefault();
  }, true);
  const all = [...document.querySelectorAll("body *")].slice(0, 20000);
  for (const each of all)
    for (const kind of ["pointerenter", "mouseover", "mouseenter", "mousemove", "wheel", "focus", "toggle",
                        "mousedown", "mouseup", "click", "contextmenu", "keydown", "input", "change", "mouseleave"])
      each.dispatchEvent(kind === "click" ? new MouseEvent("click", { bubbles: true, cancelable: true })
                                          : new Event(kind, { bubbles: true, cancelable: true }));
  await new Promise((done) => setTimeout(done, 30));
  return window.__ran;
}
"""
# What a page of ours never holds, whatever people wrote.
JUDGE = """
() => {
  const tree = document, found = [];
  if (tree.contentType !== "text/html") return found; // a text, in the browser's own page for texts
  const addresses = ["href", "src", "action", "formaction", "data", "poster", "srcset", "background", "xlink:href",
                     "hx-get", "hx-post"];
  for (const element of tree.querySelectorAll("*")) {
    const name = element.localName;
    if (["iframe", "frame", "object", "embed", "applet", "base", "marquee", "frameset", "portal"].includes(name))
      found.push(`element ${name}`);
    if (name === "script" && !(element.nonce || element.getAttribute("nonce") !== null || element.src.startsWith(
        "http://127.0.0.1:5000/static/") || (element.getAttribute("src") ?? "").startsWith("/static/")
        || ["application/json", "application/ld+json", "importmap"].includes(element.type)))
      found.push(`script ${element.outerHTML.slice(0, 80)}`);
    if (name === "meta" && element.httpEquiv) found.push(`meta ${element.httpEquiv}`);
    for (const { name: key, value } of element.attributes) {
      if (key.startsWith("on")) found.push(`event ${key} on ${name}`);
      if (key === "srcdoc" || key === "style") found.push(`attribute ${key} on ${name}`);
      if (addresses.includes(key) && URL.canParse(value, "http://127.0.0.1:5000/")) {
        const scheme = new URL(value, "http://127.0.0.1:5000/").protocol;
        if (!["http:", "https:", "mailto:"].includes(scheme)) found.push(`scheme ${scheme} in ${key} of ${name}`);
      }
    }
  }
  return [...new Set(found)];
}
"""

Ask = Callable[[str], TestResponse]


@dataclass
class Opened:
    """What was seen while pages were opened, and how many those were."""

    pages: int = 0
    landed: int = 0
    ran: list[str] = field(default_factory=list)
    dangers: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    interrupted: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def broken(self) -> list[str]:
        """Return the pages that the application could not make."""
        return [f"{status} {path}" for path, status in self.statuses.items() if status >= 500]


class Window:
    """A browser for pages of the application. `spoil` is given each page's HTML and returns what the browser gets."""

    def __init__(
        self, browser: Browser, app: Flask, *, with_policy: bool, spoil: Callable[[str], str] = lambda html: html
    ) -> None:
        self.seen, self._spoil = Opened(), spoil
        self._client = app.test_client()
        self._around = contextvars.copy_context()  # the browser calls back from outside of the test
        self._kept: dict[str, dict[str, Any]] = {}
        self._context = browser.new_context(bypass_csp=not with_policy, service_workers="block")
        self._context.set_default_timeout(PATIENCE_MS)
        self._context.add_init_script(HOOKS)
        self._context.route("**/*", self._answer)
        self._context.on("page", lambda page: page.on("dialog", lambda dialog: dialog.dismiss()))
        self._page = self._context.new_page()

    def sign_in(self, cookie: str) -> None:
        """Be somebody else from now on; "" is a visitor."""
        name = self._client.application.config["SESSION_COOKIE_NAME"]
        self._client.delete_cookie(name)
        if cookie:
            self._client.set_cookie(name, cookie)

    def open(self, paths: Iterable[str]) -> Opened:
        """Open pages one after another; return everything seen so far."""
        for path in paths:
            self.seen.pages += 1
            try:
                self._page.goto(HOME + path, wait_until="domcontentloaded")
                self.seen.landed += self._told("() => document.body === null || document.body.childElementCount > 0")
                self.seen.dangers += [f"{each} in {path}" for each in self._told(JUDGE)]
                self.seen.ran += [f"{each} in {path}" for each in self._told(PRESS)]
            except Error:  # led elsewhere, which was noted, or kept busy for ever by a script that ran
                self.seen.interrupted.append(path)
                self._page = self._context.new_page()
            for other in self._context.pages:
                if other is not self._page:
                    other.close()
        return self.seen

    def _told(self, script: str) -> Any:
        """Return what a script in the page says. Unlike `evaluate`, this ends where the page is kept busy."""
        return self._page.wait_for_function(f"async () => [await ({script})()]").json_value()[0]

    def close(self) -> None:
        self._context.close()

    def _answer(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" != HOME:
            self.seen.elsewhere.append(route.request.url)
            route.abort()
            return
        path = asked.path + (f"?{asked.query}" if asked.query else "")
        if path not in self._kept:
            method = route.request.method if route.request.method in {"GET", "POST"} else "GET"
            answer = self._around.run(self._client.open, path, method=method, base_url=HOME)
            # Followed here: the browser would ask for the next address past this function.
            while answer.status_code in {301, 302, 303, 308} and answer.location.startswith("/"):
                answer = self._around.run(self._client.get, answer.location, base_url=HOME)
            body, kind = answer.get_data(), answer.mimetype
            if kind == "text/html":
                self.seen.statuses[path] = answer.status_code
                body = self._spoil(body.decode()).encode()
            answered = {"status": answer.status_code, "headers": dict(answer.headers), "body": body}
            if asked.path.startswith("/static/"):
                self._kept[path] = answered
        route.fulfill(**self._kept.get(path, {})) if path in self._kept else route.fulfill(**answered)
