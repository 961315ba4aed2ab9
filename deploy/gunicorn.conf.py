"""gunicorn in production, behind nginx (nginx/samen.conf): `gunicorn --config deploy/gunicorn.conf.py wsgi:app`.

Sync workers, because pages are work for the processor and threads would fight for the interpreter; open streams hold
none of them (docs/notices.md). They must not face browsers themselves: one slow client would hold a process.
$SAMEN_BIND says where to listen, $WEB_CONCURRENCY with how many processes.
"""

import os
import tempfile
from pathlib import Path

# Read when prometheus_client is imported: with it the counts of all processes are added up in files.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="samen-metrics-")

bind = os.environ.get("SAMEN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or max(2, os.cpu_count() or 1))
worker_class = "sync"
preload_app = True  # loaded once, and what never changes is shared by all processes
timeout = 30  # a process that is silent for so long is ended and replaced
graceful_timeout = 20  # what was begun may end before a stop
# A slow disk must not look like a dead process.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
limit_request_line = 8190  # as much as nginx lets through; beyond it gunicorn answers in words of its own
loglevel = "warning"  # the application writes a line per request itself
