"""Compiled templates on disk: used where they are exactly what this installation wrote, missed by nobody where not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from app.web.compiled_templates import SIGNATURE_BYTES, CompiledTemplates

SOURCE = "Hello {{ name }}"


class Counting(Environment):
    """Counts what it compiles."""

    compiled = 0

    def _compile(self, source, filename):
        self.compiled += 1
        return super()._compile(source, filename)


def environment(folder: Path, source: str = SOURCE, *, key: str = "a key", made_with: str = "") -> Counting:
    kept = CompiledTemplates(folder, key, made_with)
    return Counting(loader=DictLoader({"hello": source, "bye": "Bye {{ name }}"}), bytecode_cache=kept)


def say(env: Environment, template: str = "hello") -> str:
    return env.get_template(template).render(name="Noor")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which one template is kept."""
    say(environment(tmp_path / "templates"))
    return tmp_path / "templates"


def test_a_template_is_compiled_once(folder: Path) -> None:
    later = environment(folder)

    assert say(later) == "Hello Noor"
    assert later.compiled == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("changed", [{"source": "Hoi {{ name }}"}, {"key": "another"}, {"made_with": "other options"}])
def test_what_was_made_from_something_else_is_made_anew_and_replaced(folder: Path, changed: dict[str, str]) -> None:
    first, second = environment(folder, **changed), environment(folder, **changed)

    assert say(first) == say(second) == changed.get("source", SOURCE).replace("{{ name }}", "Noor")
    assert (first.compiled, second.compiled) == (1, 0)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("harm", ["halved", "emptied", "first bit", "last bit", "a folder"])
def test_a_torn_file_is_made_anew(folder: Path, harm: str) -> None:
    (file,) = folder.iterdir()
    content = file.read_bytes()
    torn = {
        "halved": content[: len(content) // 2],
        "emptied": b"",
        "first bit": bytes([content[0] ^ 1]) + content[1:],
        "last bit": content[:-1] + bytes([content[-1] ^ 1]),
    }
    file.unlink()
    if harm == "a folder":
        file.mkdir()
    else:
        file.write_bytes(torn[harm])
    env = environment(folder)

    assert say(env) == "Hello Noor"
    assert env.compiled == 1
    assert harm == "a folder" or file.read_bytes() == content
    assert len(list(folder.iterdir())) == 1


def test_code_that_this_installation_did_not_write_is_not_run(folder: Path) -> None:
    (file,) = folder.iterdir()
    env = environment(folder)
    kept = env.bytecode_cache
    assert kept is not None
    bucket = kept.get_bucket(env, "hello", None, SOURCE)
    bucket.code = compile("raise SystemExit", "forged", "exec")
    file.write_bytes(file.read_bytes()[:SIGNATURE_BYTES] + bucket.bytecode_to_string())

    assert say(environment(folder)) == "Hello Noor"
    kept.dump_bytecode(bucket)  # signed, it would run
    with pytest.raises(SystemExit):
        say(environment(folder))


def test_the_file_of_another_template_is_not_taken(folder: Path) -> None:
    (hello,) = folder.iterdir()
    say(environment(folder), "bye")
    (bye,) = set(folder.iterdir()) - {hello}
    shutil.copy(bye, hello)

    assert say(environment(folder)) == "Hello Noor"


def test_where_nothing_can_be_kept_nothing_is_missed(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.write_text("")

    assert say(environment(nowhere)) == "Hello Noor"
    assert nowhere.read_text() == ""
