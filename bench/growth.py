"""Whether pages stay as fast as the community grows: 10,000, 100,000 and 1,000,000 posts.

    ./dev bench growth [--sizes 10000,100000,1000000] [--rounds N]

Each community is made of the Thunderbird community's sentences (bench/_recombined.py), imported once and kept under
instance/bench/growth-N/. Measured inside one process on SQLite, in milliseconds of the processor (p50), which other
work on the machine disturbs least; what counts is the ratio to the smallest community, so the sizes take turns, and an
hour in which the machine is slow is one for all. Pages are made anew each time.
Search is as docs/deployment.md recommends for the size: Whoosh in the smallest community, Tantivy in the larger ones.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

import sqlalchemy as sa

from app.config import Config
from app.db import db
from app.factory import create_app
from app.search.growing import MOST_DOCUMENTS
from bench._figures import conclude, state
from bench._helper import session_of_a_helper
from bench._installation import ARCHIVE, ROOT, Installation, installations
from bench._measuring import cost, counted
from bench._recombined import Recombined

SEED = 20_261_122
MOST = 1.2
TURNS = 4
POSTS_PER_QUESTION = 3  # in this community
ONE = "--one"


def main() -> None:
    """Make the communities, measure each in a process of its own, compare."""
    if sys.argv[1:2] == [ONE]:
        _measure(int(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(prog="./dev bench growth")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", default="60")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    made = {size: _with_posts(size) for size in sizes}
    used: dict[int, dict[str, list[float]]] = {size: {} for size in sizes}
    ran: dict[tuple[int, str], str] = {}
    command = [sys.executable, "-m", "bench.growth", ONE, str(-(-int(options.rounds) // TURNS))]
    for _turn in range(TURNS):
        for size, installation in made.items():
            variables = installation.variables
            said = subprocess.run(command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
            for line in said.stdout.splitlines():
                page, ran[size, line.split("\t")[0]], *took = line.split("\t")
                used[size].setdefault(page, []).extend(map(float, took))
    for size in sizes:
        for page, costs in used[size].items():
            spent = statistics.median(costs)
            ratio = spent / statistics.median(used[sizes[0]][page])
            measured = f"{ratio:.2f} x ({spent:.2f} ms of the processor, {ran[size, page]} statements)"
            held = None if size == sizes[0] else ratio <= MOST
            state("growth", f"{size:,} posts: {page}", measured, f"<= {MOST}" if held is not None else "", held)
    conclude()


def _with_posts(size: int) -> Installation:
    """Return an installation with so many posts, made and imported unless it is there already."""
    installation = next(each for each in installations(f"growth-{size}") if each.name == "sqlite")
    engine = "tantivy" if size > MOST_DOCUMENTS["whoosh"] * POSTS_PER_QUESTION else "whoosh"
    installation.variables["SAMEN_SEARCH_ENGINE"] = engine
    marker = installation.folder / "imported"
    installation.flask("db", "upgrade")
    if not marker.exists():
        with tempfile.TemporaryDirectory(dir=installation.folder) as folder:
            different = Recombined(ARCHIVE).write(Path(folder), size)
            took = installation.flask("import", "archive", folder)
        marker.write_text(f"{different}\t{took:.0f}\n")
    elif not installation.does("search", "status"):
        installation.flask("search", "rebuild")  # made by another engine, or by an earlier Samen
    words, seconds = marker.read_text().split("\t")
    made = f"{int(words):,} different words, imported in {float(seconds):.0f} s, search by {engine}"
    state("growth", f"{size:,} posts: the community", made)
    return installation


def _measure(rounds: int) -> None:
    """Print each page's cost in this installation."""
    said, sys.stderr = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 (until the process ends)
    app = create_app(replace(Config.from_environment(), kept_pages_mb=0))
    chance = random.Random(SEED)
    with app.app_context():
        newest = db.session.execute(sa.text("SELECT max(id) FROM questions")).scalar_one()
        ids = sorted({chance.randint(1, newest) for _number in range(200)})
        usual = "SELECT id, title FROM questions WHERE answers_count BETWEEN 1 AND 4 AND id IN :ids"
        asked = sa.text(usual).bindparams(sa.bindparam("ids", expanding=True))
        rows = db.session.execute(asked, {"ids": ids}).all()[:rounds]
        token = session_of_a_helper()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": token, "_fresh": True, "_permanent": True})
    questions = [str(client.get(f"/q/{row.id}").location or f"/q/{row.id}") for row in rows]
    words = [quote_plus(" ".join(row.title.split()[:3])) for row in rows]
    pages = {
        "home": ["/"],
        "list": ["/questions"],
        "unanswered": ["/questions?order=unanswered"],
        "a page from the middle": ["/questions?after=1710000000000000~1"],
        "largest tag": ["/tags/thunderbird"],
        "tags": ["/tags"],
        "people": ["/people"],
        "question": questions,
        "search": [f"/search?q={each}" for each in words],
        "as you type": [f"/ask/similar?title={each}" for each in words],
        "ask": ["/ask"],
    }
    for name, paths in pages.items():
        for path in paths[:5]:
            client.get(path)
        with counted() as statements:
            answer = client.get(paths[0])
        assert answer.status_code == 200, (name, paths[0], answer.status_code)
        used = [cost(client, paths[number % len(paths)])[1] for number in range(rounds)]
        print(name, len(statements), *(f"{each:.2f}" for each in used), sep="\t", file=said)


if __name__ == "__main__":
    main()
