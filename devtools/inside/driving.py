"""How Chromium is started and how a person signs in with it, for tests and ./dev shots alike."""

from __future__ import annotations

from playwright.sync_api import Page

# Without a sandbox because root (containers) cannot have one; the rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

DEMO_PASSWORD = "samen-linderland"  # noqa: S105  printed at every ./dev run


def sign_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
    """Sign in through the page that people use."""
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
