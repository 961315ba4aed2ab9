"""Full addresses of our own pages, for letters. The host is the configured one, never what a browser claims."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.config import Config


def full_address(endpoint: str, **values: Any) -> str:
    """Return the address of a page with scheme and host; works without a request."""
    config: Config = current_app.extensions["samen.config"]
    return config.base_url + current_app.url_map.bind("").build(endpoint, values)
