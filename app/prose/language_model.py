"""The language model, unpacked once: a copy on disk that every process of an installation maps into its memory.

The library packs its model tightly, and each process that needs it would unpack it for itself: 0.6 s of computing and
some 70 MB. The copy has only the columns of the languages asked for, costs a start some milliseconds, and its pages
are shared by whatever runs on the machine. It may be deleted at any time, is made anew where it is not exactly what was
written, and where it cannot be made nothing is missed but the time. Another version of the library makes a copy of its
own: what others have mapped over a network is never taken from under them.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

Arrays = dict[str, NDArray[Any]]

# What an identifier is made of (py3langid.modelio): chances per sequence of letters and language, chances per
# language, and the automaton that finds the sequences: for each state its row of next states, and what it has found.
PARTS = ("ptc", "pc", "nextmove", "row", "output")


def load(languages: Sequence[str], folder: Path | None) -> LanguageIdentifier:
    """Return an identifier of these languages; with a folder, from the copy in it (made where there is none)."""
    languages = sorted(languages)
    if folder is None:
        return _made_of(_unpacked(languages), languages)
    copy = folder / "-".join(["language_model", version("py3langid"), *languages])
    arrays = _read(copy)
    if arrays is None:
        arrays = _unpacked(languages)
        with contextlib.suppress(OSError):  # read-only, or full: then each process has its own, as without a folder
            _write(copy, arrays)
    return _made_of(arrays, languages)


def _made_of(arrays: Arrays, languages: list[str]) -> LanguageIdentifier:
    return LanguageIdentifier(
        arrays["ptc"],
        arrays["pc"],
        languages,
        arrays["nextmove"].data,
        arrays["output"].tolist(),
        norm_probs=True,
        tk_row=arrays["row"].data,
    )


def _unpacked(languages: list[str]) -> Arrays:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    columns = [whole.nb_classes.index(language) for language in languages]
    return {
        "ptc": np.ascontiguousarray(whole.nb_ptc[:, columns]),
        "pc": whole.nb_pc[columns],
        "nextmove": np.asarray(whole.tk_nextmove),
        "row": np.asarray(whole.tk_row),
        "output": np.asarray(whole.tk_output, np.int32),
    }


def _read(copy: Path) -> Arrays | None:
    """Map the copy; None where there is none, or not byte for byte what was written."""
    try:
        arrays = {part: np.load(copy / f"{part}.npy", mmap_mode="r", allow_pickle=False) for part in PARTS}
        written = int((copy / "sum").read_text())
    except (OSError, ValueError, EOFError):
        return None
    return arrays if written == _sum(arrays) else None


def _write(copy: Path, arrays: Arrays) -> None:
    """Put a copy in the place of what is there, whole or not at all. Raises OSError."""
    draft = Path(tempfile.mkdtemp(dir=copy.parent, prefix="new-language-model-"))
    try:
        for part, array in arrays.items():
            with (draft / f"{part}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
        (draft / "sum").write_text(str(_sum(arrays)))
        draft.chmod(0o755)  # a command that another user of the machine runs reads it too
        shutil.rmtree(copy, ignore_errors=True)
        draft.rename(copy)  # refused where another process was faster: its copy is as good
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sum(arrays: Arrays) -> int:
    found = 0
    for part in PARTS:
        found = zlib.crc32(arrays[part].view(np.uint8).data, found)
    return found
