"""The numbers a ranking is made with: a weight per factor, two curves, a version; kept as .npz without pickle."""

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.ranking.calibration import Curve
from app.ranking.features import COLUMNS

# More of a factor is never held against a provider, silence never for one; fitting cannot turn these around.
SIGNS = np.array([-1.0 if column == "silence_minutes" else 1.0 for column in COLUMNS])

# Fitted on Thunderbird support, questions 40 to 60 %: what follows is a test of these numbers too (docs/ranking.md).
DEFAULT_WEIGHTS = (1.77, 0.48, -0.055, 0.28, 4.7, 0.64, 0.67, 0.029, 0.46, 0.30)
HOUR_CURVE = Curve(0.41, 1.25)
DAY_CURVE = Curve(0.39, 1.13)


@dataclass(frozen=True)
class Model:
    """A version of the ranking's numbers.

    weights: (10,), signs as SIGNS; hour and day: curves from share to P(answers within an hour, a day); metrics: what
    it scored when it was made.
    """

    version: str
    weights: NDArray[np.float64]
    hour: Curve
    day: Curve
    metrics: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.weights.shape != (len(COLUMNS),) or not np.all(np.isfinite(self.weights)):
            raise ValueError("a model needs a finite weight for each factor")
        if np.any(self.weights * SIGNS < 0):
            raise ValueError("a weight has the wrong sign")
        if not np.all(np.isfinite([*self.hour, *self.day])) or min(self.hour.slope, self.day.slope) <= 0:
            raise ValueError("a curve must be finite and rise")


def default_model() -> Model:
    """Return the model a new community starts with."""
    return Model(
        version="default-2",
        weights=np.array(DEFAULT_WEIGHTS),
        hour=HOUR_CURVE,
        day=DAY_CURVE,
    )


def save_model(model: Model, file: BinaryIO) -> None:
    """Write a model; the same model always gives the same arrays."""
    text = json.dumps({"version": model.version, "metrics": model.metrics, "columns": COLUMNS})
    np.savez_compressed(file, weights=model.weights, curves=np.array([model.hour, model.day]), text=np.array(text))


def load_model(file: BinaryIO) -> Model:
    """Read a model. Raises ValueError when it is not one, or was made for other factors."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            text = json.loads(str(arrays["text"]))
            weights, curves = arrays["weights"].astype(np.float64), arrays["curves"].astype(np.float64)
    except (KeyError, OSError, EOFError, BadZipFile) as error:
        raise ValueError("this is not a ranking model") from error
    if tuple(text["columns"]) != COLUMNS:
        raise ValueError("this model was made for other factors")
    return Model(
        text["version"], weights, Curve(*map(float, curves[0])), Curve(*map(float, curves[1])), text["metrics"]
    )


def model_bytes(model: Model) -> bytes:
    """Return a model as bytes, for a database column."""
    file = BytesIO()
    save_model(model, file)
    return file.getvalue()
