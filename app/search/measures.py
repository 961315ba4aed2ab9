"""Figures for /metrics: how far the index is behind."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from app.search.services import stale_count


def search_measures() -> Iterator[Metric]:
    """Yield what waits for the index."""
    yield GaugeMetricFamily("samen_search_stale_documents", "Documents that wait for the search index", stale_count())
