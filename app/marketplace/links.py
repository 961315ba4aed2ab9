"""Addresses of services. Built without a request, so that letters carry them too."""

from __future__ import annotations

from flask import current_app

from app.community.links import slug_of


def service_url(service_id: int, title: str) -> str:
    """Return the address of a service's page."""
    adapter = current_app.url_map.bind("")
    return adapter.build("services.service", {"service_id": service_id, "slug": slug_of(title)})
