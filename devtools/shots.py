"""`./dev shots PAGE…`: pages as people see them, on one sheet: phone, desk, light, dark, nl, en, without scripts.

The pages come from a demo community of its own that exists only meanwhile, or with --url from a server that runs.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from devtools import environment, mending, running, translations
from devtools.listening import address, listen
from devtools.places import instance
from devtools.speaking import Trouble, good, step
from devtools.supervisor import Supervisor


def command(arguments: list[str]) -> int:
    """Take the pictures and say where the sheet is."""
    options = _options(arguments)
    environment.ensure(environment.DEVELOPMENT)
    translations.ensure()
    browser = mending.browser(strict=True)
    target = Path(options.to or instance() / "shots" / f"{_plain(options.pages[0])}.png").absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with _server(options.url) as url:
        to_draw = [url, str(browser), str(target), options.login or "", options.only, *options.pages]
        code = environment.inside(["-m", "devtools.inside.contact_sheet", *to_draw])
    if not target.exists():
        raise Trouble("The pictures could not be taken; the reason is above.")
    good(f"The sheet is {target}")
    return code


@contextlib.contextmanager
def _server(url: str | None) -> Iterator[str]:
    """Yield the address of the server to look at; start one with a fresh demo unless `url` names one."""
    if url:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="samen-shots-") as folder, listen("127.0.0.1", 0) as listener:
        here = address(listener)
        variables = environment.variables(
            SAMEN_ENV="development",
            SAMEN_INSTANCE=folder,
            SAMEN_SEARCH_INDEX=str(Path(folder, "search_index")),
            SAMEN_DATABASE_URL="",
            SAMEN_BASE_URL=here,
        )
        step("Starting a demo community for the pictures")
        with Path(folder, "log").open("wb") as log:
            web, worker = running.services(listener, variables, web_processes=2, prepares=True)
            with Supervisor([web], output=log.fileno()) as supervisor:
                running.wait_until_up(supervisor, here)
                supervisor.add(worker)
                yield here


def _plain(page: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in page).strip("-") or "home"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev shots", description="Draw pages on one contact sheet.")
    parser.add_argument("pages", nargs="+", metavar="PAGE", help="a path, e.g. / or /ask")
    parser.add_argument("--as", dest="login", metavar="LOGIN", help="sign in first, as this e-mail of the demo")
    parser.add_argument("--only", metavar="WORDS", default="", help='fewer and larger pictures, e.g. "desk en"')
    parser.add_argument("--url", help="a server that runs already, instead of a fresh demo")
    parser.add_argument("--to", metavar="FILE", help="where to write the sheet (default: instance/shots/PAGE.png)")
    return parser.parse_args(arguments)
