"""Figures for /metrics: how old the newest backup in the instance folder is, if there is one."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from app import clock
from app.config import Config


def backup_measures() -> Iterator[Metric]:
    """Yield the age and the size of the newest backup."""
    config: Config = current_app.extensions["samen.config"]
    found = [path.stat() for path in (config.instance / "backups").glob("*.zip")]
    if newest := max(found, key=lambda each: each.st_mtime, default=None):
        age = max(0.0, clock.now().timestamp() - newest.st_mtime)
        yield GaugeMetricFamily("samen_backup_age_seconds", "Since the newest backup was made", age)
        yield GaugeMetricFamily("samen_backup_bytes", "Size of the newest backup", newest.st_size)
