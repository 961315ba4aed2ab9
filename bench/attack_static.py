"""W15: bandit over what is shipped, each exception with its reason; our own rules over the source; locks with hashes.

    ./dev bench attack_static

Bandit stands in an environment of its own under instance/bench/tools/. The rules and their bad samples are in
tests/architecture/, where each run asks them.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench._figures import conclude, control, state
from bench._tools import tool

ROOT = Path(__file__).resolve().parent.parent
# What bandit finds and we mean, by its number and by where it stands.
EVERYWHERE = {
    "B101": "an assert says what the code itself guarantees; nothing that a person sends is judged by one",
    "B404": "that programs are started is judged where they are",
    "B603": "programs of fixed names without a shell; the application itself starts one, its own",
}
EXPLAINED = {
    ("B608", "app/backup/rows.py"): "names of tables, from our own models",
    ("B608", "app/importers/stackexchange/scratch.py"): "as many question marks as there are values",
    ("B608", "migrations/versions/0017_editing.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0029_notices_of_moderation.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0042_cases.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0048_notices_of_cases.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0050_notices_of_moves.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0053_search_alerts.py"): "written out, from constants of the file",
    ("B608", "migrations/versions/0054_notices_of_handovers.py"): "written out, from constants of the file",
    ("B311", "app/db.py"): "how long to nap between two tries at a lock",
    ("B311", "app/web/overload.py"): "when to come back, spread by chance; nothing to guess",
    ("B105", "app/organisations/services/domains.py"): "what stands before a token made by chance",
    ("B704", "app/web/forms.py"): "an option whose value and words are escaped",
    ("B405", "app/feeds/sitemaps.py"): "XML is written there, none is read",
    ("B105", "app/importers/demo.py"): "the demo's password, printed at each start",
    ("B105", "devtools/inside/driving.py"): "the same",
    ("B704", "app/web/panels.py"): "templates have escaped it",
    ("B704", "app/web/templating.py"): "stored HTML that app.prose made; and a time whose words are escaped",
    ("B104", "devtools/listening.py"): "compares an address that was asked for, to tell people another",
    ("B108", "devtools/postgres.py"): "a socket's path must be short; the folder is made for us alone",
    ("B606", "devtools/environment.py"): "hands the process over to Python itself",
}
BAD = """import pickle, subprocess, yaml
def bad(name, session):
    subprocess.call("ls " + name, shell=True)
    session.execute("SELECT * FROM people WHERE name = '%s'" % name)
    return pickle.loads(name), yaml.load(name), eval(name)
"""


def main() -> None:
    shipped = ["app", "devtools", "migrations", "wsgi.py"]
    found = Counter((number, place) for number, place in bandit(*shipped))
    unexplained = [each for each in found if each[0] not in EVERYWHERE and each not in EXPLAINED]
    what = f"bandit on {', '.join(shipped)}: {found.total()} findings, unexplained"
    state(
        "W15",
        what,
        str(len(unexplained)) + "".join(f"; {number} {place}" for number, place in unexplained),
        "0",
        not unexplained,
    )
    idle = sorted(EXPLAINED.keys() - found.keys())
    state("W15", "explanations for what is no longer there", f"{len(idle)} {idle or ''}".strip(), "0", not idle)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bad.py").write_text(BAD)
        kinds = {number for number, _place in bandit(folder)}
    control("W15", "bandit on a file with five faults: kinds found", str(len(kinds)), fails=len(kinds) >= 5)
    rules("tests/architecture/test_dangerous_code.py", "tests/architecture/test_house_rules.py")
    conclude()


def bandit(*where: str) -> list[tuple[str, str]]:
    """Return the number and the place of each finding."""
    command = [str(tool("bandit")), "-q", "-r", *where, "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["results"]
    return [(each["test_id"], each["filename"].removeprefix("./")) for each in results]


def rules(*tests: str) -> None:
    """Ask our own rules, and each of them about its bad samples."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=line", *tests]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    passed = [line for line in said.splitlines() if line.startswith("PASSED")]
    held = [line for line in passed if "bad_sample" not in line and "is_seen" not in line]
    broken = said.count("\nFAILED") + said.count("\nERROR")
    state("W15", f"own rules over the source and locks, {len(held)} that hold; broken", str(broken), "0", broken == 0)
    seen = len(passed) - len(held)
    control("W15", "bad samples that the rules see", str(seen), fails=seen >= 25 and broken == 0)


if __name__ == "__main__":
    main()
