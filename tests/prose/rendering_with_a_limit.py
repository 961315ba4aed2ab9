"""A process that renders texts from its standard input and is killed by the system over one that takes too long.

The limit in seconds is its only argument.

Computing time, not time of day, so that a busy machine changes nothing; and a signal that no Python code handles, so
that a regular expression or a parser in another language cannot outlast it. Each name is printed before its turn: the
last one printed is the one that killed it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys

from app.prose.rendering import render

MEMORY = 2 << 30


def main(limit_s: float) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for name, source_format, text in json.load(sys.stdin):
        print(name, flush=True)
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        render(text, source_format=source_format, mention_url=lambda handle: f"/people/{handle}")
    signal.setitimer(signal.ITIMER_PROF, 0)
    print("all done")


if __name__ == "__main__":
    main(float(sys.argv[1]))
