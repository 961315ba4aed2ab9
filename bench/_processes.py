"""Processes of an installation and the memory they take."""

import os
from pathlib import Path


def family(pid: int) -> list[int]:
    """Return the process and everything that descends from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents.setdefault(int(words[1]), []).append(int(path.parent.name))
    found, due = [], [pid]
    while due:
        found.append(due.pop())
        due += parents.get(found[-1], [])
    return found


def memory(pid: int) -> tuple[float, float, float]:
    """Return RSS, PSS (what is shared counted in parts) and private memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024, private / 1024


def processor(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
