"""How Chromium is started, by tests and by ./dev shots alike."""

from __future__ import annotations

# Without a sandbox because root (containers) cannot have one; the rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
