"""The application's own source as trees, for the tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from devtools.places import ROOT


@dataclass(frozen=True)
class Module:
    """One Python file, under the name by which it is imported."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def subject(self) -> str:
        """What stands in the import order: `app.community.views` → community."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def room(self) -> str:
        """The room within a package: `app.community.services.answers` → services; empty for a file right under app."""
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else ""

    def imports(self) -> Iterator[str]:
        """Yield the full name of every module of ours that this one imports, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if is_ours(alias.name))
            elif isinstance(node, ast.ImportFrom) and node.module and is_ours(node.module):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield full if node.module in PACKAGES else node.module

    def calls(self) -> Iterator[tuple[str, int]]:
        """Yield the dotted name of every call, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno


def is_ours(name: str) -> bool:
    return name == "app" or name.startswith("app.")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted((ROOT / "app").rglob("*.py"))}
MODULES = {name: Module(name, path.read_text()) for name, path in FILES.items()}
PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}
