"""Clients that send as slowly as they can: 200 of them from five addresses, heads and bodies, while others read pages.

    ./dev bench slowloris [--seconds 15]

Through the shipped nginx configuration, over TLS, in front of the shipped gunicorn with two processes. Whom the server
cuts off comes back at once. The control is the same without nginx: sync workers must not face browsers.
"""

import argparse
import shutil
import socket
import statistics
import threading
import time

from bench._figures import conclude, control, state
from bench._front import HOST, ask, free_ports, gunicorn, nginx, reached, wait_for
from bench._installation import installations

SLOW, ADDRESSES = 200, [f"127.0.0.{number}" for number in range(11, 16)]
GOOD, EVERY_S = 4, 0.2
HEAD = f"GET /questions HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: slow\r\nX-Padding: {'a' * 500}"
BODY = f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n{'a' * 499}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench slowloris")
    parser.add_argument("--seconds", type=float, default=15.0)
    seconds = parser.parse_args().seconds
    installation = installations("slowloris")[0]
    installation.flask("prepare")
    port = free_ports()
    log, folder = installation.folder / "gunicorn.log", installation.folder / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    with gunicorn(installation.variables, bind=f"127.0.0.1:{port}", processes=2, log=log):
        front_port = free_ports()
        with nginx(folder, listen=f"127.0.0.1:{front_port}", upstreams=[f"127.0.0.1:{port}"]) as front:
            wait_for(lambda: ask("127.0.0.1", front_port, "/healthz", tls=True)[0] == 200, front.process, what="nginx")
            _answers(front_port, tls=True, seconds=2)  # each process answers its first page
            quiet = _answers(front_port, tls=True, seconds=3)
            attacked, cut_off = _under_attack(front_port, tls=True, seconds=seconds)
        bare, _ = _under_attack(port, tls=False, seconds=seconds)
    state("R11", "pages p50 without an attack, through nginx", f"{statistics.median(quiet) * 1000:.0f} ms")
    within = sum(took < 1 for took in attacked)
    what = f"good pages under 1 s, {SLOW} slow heads and bodies from {len(ADDRESSES)} addresses"
    state("R11", what, f"{within} of {len(attacked)}", "99 %", within >= 0.99 * len(attacked) and len(attacked) > 40)
    state("R11", "slowest good page; slow clients cut off", f"{max(attacked) * 1000:.0f} ms; {cut_off}")
    ok = sum(took < 1 for took in bare)
    control("R11", "gunicorn without nginx", f"{ok} of {len(bare)}", fails=ok < 0.99 * len(bare))
    conclude()


def _under_attack(port: int, *, tls: bool, seconds: float) -> tuple[list[float], int]:
    """Return the seconds of each good answer (infinite where there was none), and how often a slow client was cut."""
    over = threading.Event()
    cut: list[int] = []
    slow = [
        threading.Thread(target=_drip, args=(port, ADDRESSES[number % len(ADDRESSES)], number % 2 == 0, tls, over, cut))
        for number in range(SLOW)
    ]
    for thread in slow:
        thread.start()
    time.sleep(2.0)  # until all of them hold what they can
    answers = _answers(port, tls=tls, seconds=seconds)
    over.set()
    for thread in slow:
        thread.join()
    return answers, len(cut)


def _answers(port: int, *, tls: bool, seconds: float) -> list[float]:
    until, found, lock = time.monotonic() + seconds, [], threading.Lock()

    def client(number: int) -> None:
        while time.monotonic() < until:
            path = "/questions" if number % 2 else "/healthz"
            status, took = ask("127.0.0.1", port, path, tls=tls, source=f"127.0.0.{21 + number}", timeout=3.0)
            with lock:
                found.append(took if status == 200 else float("inf"))
            time.sleep(EVERY_S)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(GOOD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _drip(port: int, source: str, is_head: bool, tls: bool, over: threading.Event, cut: list[int]) -> None:
    """Send one byte a second, again and again from the beginning when the server has had enough."""
    text = (HEAD if is_head else BODY).encode()
    start = 40 if is_head else text.index(b"\r\n\r\n") + 4
    while not over.is_set():
        try:
            with reached("127.0.0.1", port, tls=tls, source=source, timeout=5.0) as connection:
                connection.sendall(text[:start])
                for byte in text[start:]:
                    if over.wait(1.0):
                        return
                    connection.sendall(bytes([byte]))
                    if _is_over(connection):
                        break
        except OSError:  # refused, or reset
            pass
        cut.append(1)
        over.wait(0.1)


def _is_over(connection: socket.socket) -> bool:
    """Say whether the server answered or hung up: nobody who is still slow has been answered."""
    connection.settimeout(0.01)
    try:
        connection.recv(1)
    except TimeoutError:
        connection.settimeout(5.0)
        return False
    return True


if __name__ == "__main__":
    main()
