"""Every page of the community, gathered on its blueprint: importing the modules adds their routes."""

from __future__ import annotations

from app.community.views import (  # noqa: F401
    activity,
    closing,
    commenting,
    deleting,
    editing,
    evidence,
    filters,
    following,
    history,
    lists,
    merging,
    naming,
    ordering,
    reading,
    reporting,
    splitting,
    suggestions,
    tags,
    thread,
    wiki,
)
from app.community.views.blueprint import bp  # noqa: F401
