"""The shipped way to serve: gunicorn with deploy/gunicorn.conf.py, and nginx with deploy/nginx/samen.conf in front.

Of nginx's file only what each installation replaces is replaced: names, ports, certificate, folders, machines. What
Debian's own nginx.conf says around it (768 connections in each of as many processes as there are processors) is kept.
"""

import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench._installation import ROOT
from devtools import mending

HOST = "samen.example.org"
SHIPPED = ROOT / "deploy" / "nginx" / "samen.conf"
AROUND = """
daemon off;
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    types {{ text/html html; text/css css; application/javascript js; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/samen.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """An nginx that runs: where it listens for browsers."""

    host: str
    port: int
    process: subprocess.Popen[bytes]
    folder: Path


def shipped(folder: Path, *, listen: str, upstreams: Sequence[str]) -> str:
    """Return the shipped file for this folder; `listen` is ADDRESS:PORT for https, the next port is http's."""
    address, port = listen.rsplit(":", 1)
    text = SHIPPED.read_text()
    servers = "\n    ".join(f"server {each} max_fails=2 fail_timeout=5s;" for each in upstreams)
    for old, new in (
        (r"listen 443 ", f"listen {listen} "),
        (r"listen 80\b", f"listen {address}:{int(port) + 1}"),
        (r"/etc/letsencrypt/live/samen\.example\.org/", f"{folder}/"),
        (r"/var/cache/nginx/samen", f"{folder}/cache"),
        (r"server 127\.0\.0\.1:8000 .*;", servers),
    ):
        text, found = re.subn(old, new, text)
        if not found:
            sys.exit(f"{SHIPPED} has nothing like {old}")
    return text


def prepare(folder: Path, *, listen: str, upstreams: Sequence[str]) -> Path:
    """Write nginx's files and a certificate; return the main file. Ends the program where there is no openssl."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "samen.conf").write_text(shipped(folder, listen=listen, upstreams=upstreams))
    main = folder / "nginx.conf"
    main.write_text(AROUND.format(folder=folder))
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*make, *files], check=True, capture_output=True)
    return main


def nginx_command(folder: Path) -> list[str]:
    """Return the words that start nginx there. Ends the program where there is none."""
    found = mending.nginx()
    if found is None:
        sys.exit("There is no nginx here.")
    return [str(found), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


@contextmanager
def nginx(folder: Path, *, listen: str, upstreams: Sequence[str], within: Sequence[str] = ()) -> Iterator[Front]:
    """Run the shipped nginx; `within` are words before its command (ip netns exec NAME)."""
    prepare(folder, listen=listen, upstreams=upstreams)
    process = subprocess.Popen([*within, *nginx_command(folder)])
    host, port = listen.rsplit(":", 1)
    try:
        yield Front(host, int(port), process, folder)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def gunicorn(
    variables: Mapping[str, str], *, bind: str, processes: int, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the shipped gunicorn until it answers, and end it afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            gunicorn_command(), cwd=ROOT, env=serving(variables, bind=bind, processes=processes), stderr=output
        )
    try:
        wait_for(lambda: ask(*_parts(bind), "/healthz")[0] == 200, process, what=f"gunicorn on {bind} ({log})")
        yield process
    finally:
        process.terminate()
        process.wait(30)


def gunicorn_command() -> list[str]:
    """Return the command of deploy/systemd/samen-web.service, of this checkout."""
    return [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]


def serving(variables: Mapping[str, str], *, bind: str, processes: int) -> dict[str, str]:
    """Return the environment of a production web process behind nginx."""
    own = {
        "SAMEN_ENV": "production",
        "SAMEN_BASE_URL": f"https://{HOST}",
        "SAMEN_SMTP_URL": "smtp://127.0.0.1:9",
        "SAMEN_MAIL_FROM": f"samen@{HOST}",
        "SAMEN_TRUSTED_HOSTS": f"{HOST},127.0.0.1",
        "SAMEN_PROXIES": "1",
        "SAMEN_METRICS_TOKEN": "for-the-bench",
        "SAMEN_BIND": bind,
        "WEB_CONCURRENCY": str(processes),
    }
    return {**variables, **own}


def ask(
    host: str, port: int, path: str, *, tls: bool = False, source: str | None = None, timeout: float = 20.0
) -> tuple[int, float]:
    """Get a page on a connection of its own; return its status, 0 where there was no whole answer, and the seconds."""
    began = time.perf_counter()
    try:
        with reached(host, port, tls=tls, source=source, timeout=timeout) as raw:
            connection = HTTPConnection(host, port)
            connection.sock = raw
            connection.request("GET", path, headers={"Host": HOST})
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.perf_counter() - began
    except (OSError, HTTPException):
        return 0, time.perf_counter() - began


@contextmanager
def reached(
    host: str, port: int, *, tls: bool, source: str | None = None, timeout: float = 20.0
) -> Iterator[socket.socket]:
    """Open a connection; over TLS it asks for the site by name, as browsers do. Raises OSError."""
    plain = socket.create_connection((host, port), timeout, None if source is None else (source, 0))
    with plain:
        if not tls:
            yield plain
            return
        with _unchecked().wrap_socket(plain, server_hostname=HOST) as connection:
            yield connection


def wait_for(is_so: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, seconds: float = 60.0) -> None:
    """Return when `is_so()` holds. Ends the program when it does not in time, or the process ended."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{what} did not come up")
        time.sleep(0.05)


def free_ports() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now, and neither on the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _parts(bind: str) -> tuple[str, int]:
    host, port = bind.rsplit(":", 1)
    return host, int(port)


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
