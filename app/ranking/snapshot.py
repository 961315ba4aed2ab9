"""A state as one file of plain arrays, and back: what a process starts from, instead of history.

No pickle: a snapshot from outside can be wrong, but it cannot run anything. Its version must be ours; a state that
cannot be read is rebuilt from events.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import ANSWERS, NOBODY, PROVIDERS, REQUESTS, TOPICS
from app.ranking.latent import Basis
from app.ranking.pace import Pace
from app.ranking.state import State
from app.ranking.survival import Chance

VERSION = 3

Arrays = dict[str, NDArray[Any]]


def save_state(state: State, file: BinaryIO) -> None:
    """Write the whole state. Loading it gives a state that answers every question the same."""
    arrays: Arrays = {"version": np.array(VERSION), "epoch": np.array(state.epoch), "events": np.array(state.events)}
    for name, table in _tables(state).items():
        arrays |= {f"{name}.{column}": table[column] for column in table.columns}
    words = [word.encode() for word in state.index.terms]
    arrays["words"] = np.frombuffer(b"".join(words), dtype=np.uint8)
    arrays["words.each"] = np.array([len(word) for word in words], dtype=np.int64)
    arrays |= _flat("postings", state.index.postings, np.uint32)
    arrays["index.length"] = state.index.texts["length"]
    arrays["request_topics"] = np.array(state.request_topics, dtype=np.int64)
    arrays |= _flat("topic_providers", state.topic_providers, np.int64)
    arrays |= _flat("topic_answers", state.topic_answers, np.float64)
    arrays |= _flat("topic_faded", state.topic_faded, np.float64)
    arrays["basis.row_of"], arrays["basis.weights"] = state.basis.row_of, state.basis.weights
    arrays["basis.texts"] = np.array(state.basis_texts)
    chance, pace = state.chance, state.pace
    arrays["chance.overall"], arrays["chance.by_hour"] = np.array(chance.overall), chance.by_hour
    arrays["chance.by_topic"], arrays["chance.topic_weight"] = chance.by_topic, chance.topic_weight
    arrays["pace"] = np.array([pace.helpers_hour, pace.helpers_day, pace.log_minutes, pace.spread])
    if state.words is not None:
        arrays["people"] = np.fromiter(state.words, dtype=np.int64, count=len(state.words))
        arrays["words_of_people"] = np.fromiter(state.words.values(), dtype=np.float64, count=len(state.words))
    # Not compressed: a web process reads this at its start, and reading must be faster than computing.
    np.savez(file, allow_pickle=False, **arrays)


def load_state(file: BinaryIO) -> State:
    """Read a state. Raises ValueError when the file is not a whole snapshot of this version."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        if int(arrays["version"]) != VERSION:
            raise ValueError("the snapshot has another version")
        return _state(arrays)
    except (KeyError, OSError, EOFError, IndexError, TypeError, BadZipFile, UnicodeDecodeError) as error:
        raise ValueError("this is not a snapshot of a ranking state") from error


def state_bytes(state: State) -> bytes:
    """Return a snapshot as bytes."""
    file = BytesIO()
    save_state(state, file)
    return file.getvalue()


def _state(arrays: Arrays) -> State:
    state = State()
    state.epoch, state.events = float(arrays["epoch"]), int(arrays["events"])
    for (name, table), columns in zip(_tables(state).items(), (PROVIDERS, REQUESTS, ANSWERS, TOPICS), strict=True):
        table.load({column: arrays[f"{name}.{column}"] for column in columns})
    text = arrays["words"].tobytes()
    ends = np.cumsum(arrays["words.each"])
    starts = ends - arrays["words.each"]
    words = (text[start:end].decode() for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    state.index.terms = {word: term for term, word in enumerate(words)}
    state.index.postings = _unflat(arrays, "postings", "I")
    state.index.texts.load({"length": arrays["index.length"]})
    state.index.total_length = float(arrays["index.length"].sum(dtype=np.float64))
    state.request_topics = array("q", arrays["request_topics"].astype(np.int64).tobytes())
    state.topic_providers = _unflat(arrays, "topic_providers", "q")
    state.topic_answers = _unflat(arrays, "topic_answers", "d")
    state.topic_faded = _unflat(arrays, "topic_faded", "d")
    state.basis = Basis(arrays["basis.row_of"], arrays["basis.weights"])
    state.basis_texts = int(arrays["basis.texts"])
    state.chance = Chance(
        float(arrays["chance.overall"]),
        arrays["chance.by_hour"],
        arrays["chance.by_topic"],
        arrays["chance.topic_weight"],
    )
    helpers_hour, helpers_day, log_minutes, spread = map(float, arrays["pace"])
    state.pace = Pace(helpers_hour, helpers_day, log_minutes, spread)
    if "people" in arrays:
        state.words = dict(zip(arrays["people"].tolist(), arrays["words_of_people"].tolist(), strict=True))
    _name_rows(state)
    if not len(state.index) == len(state.requests) or not len(state.topics) == len(state.topic_providers):
        raise ValueError("the parts of the snapshot do not belong together")
    return state


def _name_rows(state: State) -> None:
    state.provider_row = _rows(state.providers["id"])
    state.request_row = _rows(state.requests["id"])
    state.answer_row = _rows(state.answers["id"])
    state.topic_row = {int(topic): row for row, topic in enumerate(state.topics["id"])}
    state.place_in_topic = {
        (topic, provider): place
        for topic, providers in enumerate(state.topic_providers)
        for place, provider in enumerate(providers)
    }


def _rows(ids: NDArray[np.int64]) -> dict[int, int]:
    return {number: row for row, number in enumerate(ids.tolist()) if number != NOBODY}


def _tables(state: State) -> dict[str, Any]:
    return {
        "providers": state.providers,
        "requests": state.requests,
        "answers": state.answers,
        "topics": state.topics,
    }


def _flat(name: str, lists: Sequence[array[Any]], dtype: Any) -> Arrays:
    sizes = np.array([len(each) for each in lists], dtype=np.int64)
    joined = array(lists[0].typecode) if lists else array("q")
    for each in lists:
        joined.extend(each)
    return {name: np.array(joined, dtype=dtype), f"{name}.each": sizes}


def _unflat(arrays: Arrays, name: str, typecode: str) -> list[array[Any]]:
    lists: list[array[Any]] = []
    joined, start = arrays[name], 0
    for size in arrays[f"{name}.each"].tolist():
        lists.append(array(typecode, joined[start : start + size].tobytes()))
        start += size
    return lists
