"""Programs that attack: of a stated version, each in a virtual environment of its own under instance/bench/tools/.

They belong to no lock of ours: nothing of the application is in their environment, and nothing of theirs in ours.
"""

import subprocess
import sys
import venv
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / "instance" / "bench" / "tools"
VERSIONS = {"schemathesis": "4.32.5", "sqlmap": "1.10.10", "bandit": "1.9.4"}


def tool(name: str) -> Path:
    """Return the program of that name, installed where it is not there yet. Ends the program where that fails."""
    place = TOOLS / f"{name}-{VERSIONS[name]}"
    program = place / "bin" / name
    if not (place / "installed").exists():
        venv.create(place, with_pip=True, clear=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{name}=={VERSIONS[name]}"]
        if subprocess.run([place / "bin" / "python", *install], check=False).returncode != 0:
            sys.exit(f"{name} {VERSIONS[name]} could not be installed")
        (place / "installed").touch()
    return program
