"""A model of arrangements: weights of features by name, as they are learned, kept and read by a person.

A Markov random field over sets of things (a Gibbs point process on cells): the probability of an arrangement in a room
is proportional to the exponential of the weights of all features that it has, and 0 where it is not allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.space import Kind
from shapelang.diagnostics import UsageError, closest

ALONE: Final = (
    "back to a wall", "back near a wall", "side at a wall", "side near a wall", "looks at a wall", "at a window",
    "near a door", "in the middle", "in the middle of its wall", "log area", "something before it",
)  # fmt: skip
"""Features of a thing by itself, in the order of the kernels; the last counts all that stands close before it."""

_SEEN: Final = (
    "before, touching", "before, near", "before, further", "beside, touching", "beside, near", "behind, touching",
    "behind, near", "on its middle line", "beside, backs level",
)  # fmt: skip

TOGETHER: Final = (
    *(f"second {name}" for name in _SEEN), *(f"first {name}" for name in _SEEN),
    "looking the same way", "looking at opposite sides", "looking across", "one over the other", "on one middle",
    "in one room",
)  # fmt: skip
"""Features of two things: where the second is, seen from the first; where the first is, seen from the second."""

LEAST: Final = 0.02
"""Weights below that are not written."""

STEPS: Final = 9
"""Weights of the first, the second, … thing of a kind."""

Weights = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class ArrangementModel:
    """Kinds, and weights: `alone` (kinds, features), `together` (kinds, kinds, features; the first not after the
    second), and by purpose `steps` (kinds, STEPS) with how many there may be at `most` (kinds,).
    """

    kinds: tuple[Kind, ...]
    alone: Weights
    together: Weights
    steps: Mapping[str, Weights]
    most: Mapping[str, NDArray[np.int32]]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the kinds."""
        return tuple(kind.name for kind in self.kinds)

    def purpose(self, name: str) -> str:
        """A purpose that the model knows; raises ArrangementError for another."""
        if name not in self.most:
            hint = closest(name, self.most) or f"it knows {', '.join(sorted(self.most))}"
            raise ArrangementError(f"the model knows no room '{name}'; {hint}")
        return name

    def theta(self, purpose: str) -> Weights:
        """All weights for a purpose in one row, as the kernels take them."""
        return np.concatenate([self.alone.ravel(), self.together.ravel(), self.steps[purpose].ravel()])

    def json(self) -> dict[str, Any]:
        """The weights that are not 0, by name."""
        names = self.names
        return {
            "kinds": {k.name: [k.width, k.depth, k.height, *(["flat"] if k.flat else [])] for k in self.kinds},
            "alone": {name: _row(ALONE, row) for name, row in zip(names, self.alone, strict=True) if row.any()},
            "together": {
                f"{names[i]} + {names[j]}": _row(TOGETHER, self.together[i, j])
                for i, j in zip(*np.nonzero((abs(self.together) >= LEAST).any(axis=2)), strict=True)
            },
            "rooms": {
                purpose: {
                    names[k]: [round(float(w), 3) for w in self.steps[purpose][k, : most[k]]]
                    for k in np.nonzero(most)[0]
                }
                for purpose, most in self.most.items()
            },
        }


def _row(names: tuple[str, ...], row: Weights) -> dict[str, float]:
    return {name: round(float(w), 3) for name, w in zip(names, row, strict=True) if abs(w) >= LEAST}


def model_of(data: Any, name: str = "model") -> ArrangementModel:
    """A model from its JSON; raises ArrangementError for one that is none."""
    try:
        kinds = tuple(Kind(k, *(float(s) for s in v[:3]), flat="flat" in v[3:]) for k, v in data["kinds"].items())
        index = {kind.name: k for k, kind in enumerate(kinds)}
        alone, together = np.zeros((len(kinds), len(ALONE))), np.zeros((len(kinds), len(kinds), len(TOGETHER)))
        for kind, row in data["alone"].items():
            for feature, weight in row.items():
                alone[index[kind], ALONE.index(feature)] = weight
        for pair, row in data["together"].items():
            first, second = sorted(index[kind] for kind in pair.split(" + "))
            for feature, weight in row.items():
                together[first, second, TOGETHER.index(feature)] = weight
        steps, most = dict[str, Weights](), dict[str, NDArray[np.int32]]()
        for purpose, rows in data["rooms"].items():
            steps[purpose] = np.zeros((len(kinds), STEPS))
            most[purpose] = np.zeros(len(kinds), np.int32)
            for kind, row in rows.items():
                steps[purpose][index[kind], : len(row)] = row
                most[purpose][index[kind]] = len(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArrangementError(f"{name}: not a model of arrangements ({type(error).__name__}: {error})") from None
    return ArrangementModel(kinds, alone, together, steps, most)


def load_model(name: str = "rooms") -> ArrangementModel:
    """A model that comes with the package (`rooms`), or one in a JSON file; raises UsageError."""
    import json

    folder = resources.files("grammars") / "arrangement" / "models"
    known = sorted(f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json"))
    if name in known:
        return model_of(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")), name)
    path = Path(name)
    if path.suffix != ".json":
        hint = closest(name, known) or f"known are {', '.join(known)}"
        raise UsageError(f"no model '{name}'; {hint}; a model of your own is a .json file")
    try:
        return model_of(json.loads(path.read_text(encoding="utf-8")), name)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"{name}: not JSON ({error})") from None
