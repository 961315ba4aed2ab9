"""A torn search index (R7): each of its files deleted, halved, emptied, with bytes flipped and with zeros.

    ./dev bench faults_index [--documents 5000]

First each damage is done to a copy of an index: a new reader must tell, or answer as before. Then one is done to a
running installation: search goes on from the database, and the index is made anew by itself. The control is the search
library's own reader.
"""

import argparse
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from whoosh.index import open_dir
from whoosh.query import Every

from app.search.backend import IndexUnusable
from app.search.whoosh_engine.engine import WhooshEngine
from bench._figures import conclude, control, state
from bench._server import get, installation, visitor
from tests.accounts import make as accounts
from tests.community import make
from tests.search.make import document, made_up, request
from tests.search.test_whoosh_engine import DAMAGES, files
from tests.support.live import LiveServer

MENDS_WITHIN_S = 10.0


def main() -> None:
    """Measure the engine, then an installation."""
    parser = argparse.ArgumentParser(prog="./dev bench faults_index")
    parser.add_argument("--documents", type=int, default=5000)
    documents = parser.parse_args().documents
    with tempfile.TemporaryDirectory(prefix="samen-bench-") as folder:
        _tear(Path(folder))
        _rebuild(Path(folder), documents)
    with installation("") as server:
        _live(server)
    conclude()


def _tear(folder: Path) -> None:
    sound = folder / "sound"
    engine = WhooshEngine(sound)
    engine.rebuild(made_up(60))
    engine.apply([document(100, "Two parts are better than one")], [])
    ours, theirs = Counter[str](), Counter[str]()
    for damage in DAMAGES.values():
        for path in files(sound):
            torn = folder / "torn"
            shutil.copytree(sound, torn)
            damage(torn / path.relative_to(sound))
            ours[_seen(torn)] += 1
            theirs[_seen_by_whoosh(torn)] += 1
            shutil.rmtree(torn)
    told = f"{ours.total()} cases: {dict(sorted(ours.items()))}"
    state(
        "R7", "each file damaged in each way", told, "told, or answered as before", set(ours) <= {"told", "as before"}
    )
    control("R7", "the same, read by the library itself", str(dict(sorted(theirs.items()))), fails=len(theirs) > 1)


def _seen(folder: Path) -> str:
    try:
        total = WhooshEngine(folder).search(request("better")).total
    except IndexUnusable:
        return "told"
    except Exception as error:  # what kind it is, is the figure
        return type(error).__name__
    return "as before" if total == 1 else "wrong"


def _seen_by_whoosh(folder: Path) -> str:
    try:
        inside = next(folder.glob("index_*"))
        with open_dir(str(inside), indexname="samen").searcher() as searcher:
            count = len(searcher.search(Every(), limit=None))
    except Exception as error:  # what kind it is, is the figure
        return type(error).__name__
    return "as before" if count == 61 else "wrong"


def _rebuild(folder: Path, documents: int) -> None:
    engine = WhooshEngine(folder / "large")
    made = list(made_up(documents, words_each=60))
    began = time.perf_counter()
    engine.rebuild(made)
    per_s = documents / (time.perf_counter() - began)
    (folder / "large" / "lock").write_text("left behind")
    WhooshEngine(folder / "large").apply([document(10**6, "After the lock")], [])
    harmless = WhooshEngine(folder / "large").status().documents == documents + 1
    state(
        "R7",
        f"{documents} posts of 60 words put into a new index",
        f"{per_s:,.0f} per second",
        ">= 1,000",
        per_s >= 1000,
    )
    state("R7", "a lock file left behind", "harmless" if harmless else "in the way", "harmless", harmless)


def _live(server: LiveServer) -> None:
    """Damage the index of a running installation and watch it mend itself."""
    with server.rows():
        asker, shelf = accounts.person("Asker"), make.category()
        for number in range(50):
            make.question(asker, category=shelf, title=f"Where is the spare key {number}?")
    cookie = visitor(server).cookie
    server.app.test_cli_runner().invoke(args=["search", "rebuild"])
    worst, statuses, empty = 0.0, Counter[int](), 0
    for name, damage in DAMAGES.items():
        for path in files(server.config.search_index)[:: max(1, len(files(server.config.search_index)) // 3)]:
            if not path.exists() or not path.stat().st_size:
                continue
            damage(path)
            began = time.monotonic()
            while time.monotonic() - began < MENDS_WITHIN_S * 3:
                answer = get(server.url, f"/search?q=spare+key&n={name}{time.monotonic()}", cookie=cookie)
                statuses[answer.status] += 1
                empty += answer.status == 200 and b"spare key" not in answer.body
                if _is_sound(server.config.search_index):
                    break
                time.sleep(0.1)
            worst = max(worst, time.monotonic() - began)
    told = f"{dict(statuses)}, {empty} found nothing"
    held = set(statuses) <= {200, 429} and not empty
    state("R7", "searches while the index was torn", told, "200, all find", held)
    state("R7", "mended by itself after at most", f"{worst:.1f} s", f"< {MENDS_WITHIN_S:.0f} s", worst < MENDS_WITHIN_S)


def _is_sound(folder: Path) -> bool:
    try:
        return WhooshEngine(folder).search(request("spare")).total == 50
    except IndexUnusable:
        return False


if __name__ == "__main__":
    main()
