"""The promises of devtools/inside/locks.py: a lock holds what is asked for, hashed, and names no place to fetch it."""

from __future__ import annotations

import pytest

from devtools.inside.locks import complaints_about

HASHED = "flask==3.1.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via -r requirements.in\n"


@pytest.mark.parametrize(
    "asked, lock, complaint",
    [
        ("flask>=3.1,<3.2\n", HASHED, None),
        ("Flask\n", HASHED, None),
        ("flask\n", HASHED.replace("3.1.3", "3.1.3 ; python_full_version >= '3.11'"), None),
        ("flask\nnh3\n", HASHED, "does not have nh3"),
        ("flask>=3.2\n", HASHED, "flask>=3.2 is asked for"),
        ("flask\n", "flask==3.1.3\n", "flask has no hash"),
        ("flask\n", f"--index-url somewhere\n{HASHED}", "names a place to download from"),
        ("flask\n", f"{HASHED}other @ https://example.org/other.whl\n", "names a place to download from"),
    ],
)
def test_lock_is_compared_with_what_is_asked_for(tmp_path, asked, lock, complaint):
    (tmp_path / "requirements.in").write_text(asked)
    (tmp_path / "requirements.txt").write_text(lock)

    found = "\n".join(complaints_about(tmp_path / "requirements.in"))

    assert found == "" if complaint is None else complaint in found


def test_included_file_is_asked_for_too(tmp_path):
    (tmp_path / "requirements.in").write_text("flask\n")
    (tmp_path / "requirements-dev.in").write_text("-r requirements.in\npytest\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.2.0 \\\n    --hash=sha256:aa\n")

    assert list(complaints_about(tmp_path / "requirements-dev.in")) == ["requirements-dev.txt does not have flask"]
