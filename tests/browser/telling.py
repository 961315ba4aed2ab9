"""What the two stories share: who comes in, in which browser, and the few things that everybody does on a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Person
from tests.cast import browser_cookie
from tests.support.live import LiveServer


class Teller:
    """One person of the story in a browser of her own, in Dutch, acting as one thing all along."""

    def __init__(
        self,
        name: str,
        server: LiveServer,
        new_page: Callable[..., Page],
        person_id: int,
        *,
        options: dict[str, Any] | None = None,
        **session: Any,
    ) -> None:
        self.name = name
        self.page = new_page(locale="nl-NL", **(options or {}))
        with server.rows() as rows:
            cookie = browser_cookie(server.app, rows.get_one(Person, person_id), url=server.url, **session)
        self.page.context.add_cookies([cookie])

    def goes_to(self, address: str) -> None:
        self.page.goto(address)

    def sees(self, text: str) -> Locator:
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible()
        return found

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fills(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def takes_on(self, title: str) -> str:
        """Open a case that nobody has from the desk, take it on, and return its address."""
        self.goes_to("/desk?view=unassigned")
        self.page.get_by_role("link", name=title).first.click()
        self.presses("Neem het op je")
        self.sees("Jij hebt deze zaak nu.")
        return self.page.url

    def promises(self, words: str, by_when: str) -> None:
        self.follows("Iets beloven")
        self.fills("Wat je belooft", words)
        self.fills("Wanneer uiterlijk", by_when)
        self.presses("Dit beloven")
        self.sees(words)

    def waits_for(self, address: str, text: str) -> None:
        """Load a page anew until it says this: parts follow within a second or so."""
        for _try in range(40):
            self.goes_to(address)
            if self.page.get_by_text(text).count():
                return
            self.page.wait_for_timeout(250)
        self.sees(text)

    def asks_if_solved(self) -> None:
        self.presses("Vraag of het is opgelost")
        self.sees("Wacht op de klant")

    def says_it_is_solved(self, address: str) -> None:
        self.goes_to(address)
        self.presses("Ja, het is opgelost")
        self.sees("Er hoeft nu niets te gebeuren.")

    def hands_over(self, to: str, why: str) -> None:
        self.follows("Draag het over")
        self.page.get_by_label("Wie moet ermee verdergaan?").select_option(label=to)
        self.fills("Waarom zij, en wat is er al gedaan?", why)
        self.presses("Vraag het")
        self.sees("Het is gevraagd.")
