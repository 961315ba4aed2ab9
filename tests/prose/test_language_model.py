"""The unpacked copy of the language model: as good as the library's own, made anew where it is torn."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from app.prose import language_model
from app.prose.language import LANGUAGES

TEXTS = (
    "Mijn printer doet het niet meer sinds de laatste update, wat kan ik doen?",
    "My printer stopped working after the last update, what can I do?",
    "Mein Drucker geht seit dem letzten Update nicht mehr, was kann ich tun?",
    "Mon imprimante ne marche plus depuis la mise à jour, que puis-je faire ?",
    "ok",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a copy was made."""
    folder = tmp_path_factory.mktemp("instance")
    language_model.load(LANGUAGES, folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with a copy of one's own."""
    return Path(shutil.copytree(made, tmp_path / "instance"))


@pytest.fixture
def unpackings(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Has an entry for each time that the library's model is unpacked."""
    seen: list[bool] = []
    unpacked = language_model._unpacked

    def counted(languages: list[str]) -> language_model.Arrays:
        seen.append(True)
        return unpacked(languages)

    monkeypatch.setattr(language_model, "_unpacked", counted)
    return seen


def test_the_copy_says_what_the_library_says(folder: Path, unpackings: list[bool]) -> None:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages(LANGUAGES)
    ours = language_model.load(LANGUAGES, folder)
    assert not unpackings
    for text in TEXTS:
        said, by_library = dict(ours.rank(text)), dict(whole.rank(text))
        assert said == pytest.approx(by_library, rel=1e-5)


@pytest.mark.parametrize(
    "part, harm",
    [
        *(("nextmove.npy", harm) for harm in ("deleted", "halved", "emptied")),
        *((f"{part}.npy", "flipped") for part in language_model.PARTS),
        ("sum", "deleted"),
        ("sum", "emptied"),
        ("sum", "flipped"),
    ],
)
def test_a_torn_copy_is_made_anew(folder: Path, unpackings: list[bool], part: str, harm: str) -> None:
    (copy,) = folder.iterdir()
    path = copy / part
    content = path.read_bytes()
    torn = {
        "halved": content[: len(content) // 2],
        "emptied": b"",
        "flipped": content[:-1] + bytes([content[-1] ^ 1]),
    }
    path.unlink()
    if harm != "deleted":
        path.write_bytes(torn[harm])
    assert language_model.load(LANGUAGES, folder).classify(TEXTS[0])[0] == "nl"
    assert len(unpackings) == 1
    assert path.read_bytes() == content
    assert list(folder.iterdir()) == [copy]
    language_model.load(LANGUAGES, folder)
    assert len(unpackings) == 1


def test_other_languages_have_a_copy_of_their_own(folder: Path, unpackings: list[bool]) -> None:
    (copy,) = folder.iterdir()
    assert language_model.load(["en", "it"], folder).classify("La stampante non funziona più")[0] == "it"
    assert len(unpackings) == 1
    assert copy in folder.iterdir()
    assert len(list(folder.iterdir())) == 2


def test_where_no_copy_can_be_made_nothing_is_missed(tmp_path: Path, unpackings: list[bool]) -> None:
    nowhere = tmp_path / "no folder"
    for turn in (1, 2):
        assert language_model.load(LANGUAGES, nowhere).classify(TEXTS[1])[0] == "en"
        assert len(unpackings) == turn
    assert not nowhere.exists()


def test_a_process_that_maps_the_copy_keeps_it_when_it_is_replaced(folder: Path) -> None:
    ours = language_model.load(LANGUAGES, folder)
    shutil.rmtree(folder)
    assert [ours.classify(text)[0] for text in TEXTS[:4]] == ["nl", "en", "de", "fr"]
