"""The kept runs: which there are, what each learns from and with which settings, for how long, and how it is measured.

This is the one place to change them. A row is what `shapelang train` is called with; `kept.py` trains and
measures them. What stands upon another run, or is measured by one, comes after it. Those for a GPU are a group apart,
which is asked for by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, final

from shapelang.diagnostics import UsageError, closest


@unique
@final
class Source(Enum):
    """Sets of shapes, as `--data` takes them; archives of the shared data are unpacked first."""

    CHAIRS = "ShapeAssembly chairs"
    TABLES = "ShapeAssembly tables"
    DIGITS = "mnist10k"
    LETTER_A = "letter-a"
    PRIMITIVES = "primitives"


@final
@dataclass(frozen=True, slots=True)
class Licence:
    """Of a set. given_on: whether weights that learned from it may be."""

    text: str
    given_on: bool


LICENCES: Final = {
    Source.CHAIRS: Licence("non-commercial research only", False),
    Source.TABLES: Licence("non-commercial research only", False),
    Source.DIGITS: Licence("CC BY-SA", False),
    Source.LETTER_A: Licence("MIT: made by shapelang itself", True),
    Source.PRIMITIVES: Licence("MIT: made by shapelang itself", True),
}


@final
@dataclass(frozen=True, slots=True)
class Kept:
    """A run that is kept.

    source: what it learns from; a name of another run for what stands upon it. minutes: of training at most, all calls
    together. settings: further words of `shapelang train`. measured: further words of `shapelang eval`; None where it
    has no measure of its own yet, and its sheets are looked at. features: the run of the classifier it is measured by.
    """

    name: str
    system: str
    source: Source | str
    steps: int
    batch: int
    minutes: float
    settings: tuple[str, ...] = ()
    measured: tuple[str, ...] | None = ()
    features: str | None = None


_SOLIDS: Final = ("--count", "200")
_DRAWN: Final = ("--count", "1000")
_NATS: Final = ("--count", "500", "--samples", "20")
_VOLUMES: Final = ("--volumes", "100", "--samples", "10")

# Minutes are those that the steps take (`paces.py` tells) and a tenth more; a machine with other work ends a run before
# its steps are done: give it more there. Only GANs upon codes and 3D-GAN are meant to end by their minutes: those of
# all autoencoders alike, and 3D-GAN after as long as IM-AE and IM-GAN together.
RUNS: Final = (
    # IM-NET's shapes: 32³ cells, held out by skeleton.
    Kept("chairs-cnn-ae", "cnn-ae", Source.CHAIRS, 4000, 16, 14),
    Kept("chairs-im-ae", "im-ae", Source.CHAIRS, 4000, 16, 17),
    Kept("tables-cnn-ae", "cnn-ae", Source.TABLES, 12_000, 16, 42),
    Kept("tables-im-ae", "im-ae", Source.TABLES, 12_000, 16, 51),
    Kept("chairs-cnn-gan", "latent-gan", "chairs-cnn-ae", 20_000, 64, 10, measured=_SOLIDS),
    Kept("chairs-im-gan", "latent-gan", "chairs-im-ae", 20_000, 64, 10, measured=_SOLIDS),
    Kept("chairs-point-ae", "point-ae", Source.CHAIRS, 4000, 16, 17),
    Kept("chairs-point-gan", "latent-gan", "chairs-point-ae", 20_000, 64, 10, measured=_SOLIDS),
    Kept("chairs-3d-gan", "3d-gan", Source.CHAIRS, 4000, 32, 27, measured=_SOLIDS),
    # IM-NET's toy: a letter that wanders.
    Kept("letters-cnn-ae", "cnn-ae", Source.LETTER_A, 2400, 16, 2),
    Kept("letters-im-ae", "im-ae", Source.LETTER_A, 2400, 16, 7),
    Kept("letters-cnn-vae", "cnn-vae", Source.LETTER_A, 2400, 16, 2, measured=_NATS),
    Kept("letters-im-vae", "im-vae", Source.LETTER_A, 2400, 16, 5, measured=_NATS),
    Kept("letters-cnn-wgan", "cnn-wgan", Source.LETTER_A, 6600, 16, 12, measured=None),
    Kept("letters-im-wgan", "im-wgan", Source.LETTER_A, 6600, 16, 24, measured=None),
    # IM-NET's seven generators of digits, on the two autoencoders, by the features of one classifier.
    Kept("digits-classifier", "classifier", Source.DIGITS, 1500, 64, 2),
    Kept("digits-cnn-ae", "cnn-ae", Source.DIGITS, 5000, 32, 2),
    Kept("digits-im-ae", "im-ae", Source.DIGITS, 5000, 32, 2),
    Kept("digits-dcgan", "dcgan", Source.DIGITS, 9000, 64, 13, (), _DRAWN, "digits-classifier"),
    Kept("digits-cnn-gan", "latent-gan", "digits-cnn-ae", 20_000, 64, 5, (), _DRAWN, "digits-classifier"),
    Kept("digits-im-gan", "latent-gan", "digits-im-ae", 20_000, 64, 5, (), _DRAWN, "digits-classifier"),
    Kept("digits-cnn-vae", "cnn-vae", Source.DIGITS, 5000, 32, 2, (), _DRAWN, "digits-classifier"),
    Kept("digits-im-vae", "im-vae", Source.DIGITS, 5000, 32, 2, (), _DRAWN, "digits-classifier"),
    Kept("digits-cnn-wgan", "cnn-wgan", Source.DIGITS, 2500, 32, 11, (), _DRAWN, "digits-classifier"),
    Kept("digits-im-wgan", "im-wgan", Source.DIGITS, 2500, 32, 16, (), _DRAWN, "digits-classifier"),
    # Volumes in several steps, beside one step with as many weights.
    Kept("primitives-2-writes", "sequential", Source.PRIMITIVES, 9000, 16, 15, ("--writes", "2"), _VOLUMES),
    Kept("primitives-6-writes", "sequential", Source.PRIMITIVES, 9000, 16, 15, ("--writes", "6"), _VOLUMES),
    Kept("primitives-one-step", "volume-vae", Source.PRIMITIVES, 9000, 16, 15, ("--writes", "6"), _VOLUMES),
)


GPU: Final = "gpu"
"""The name of the group below."""
_FULL: Final = ("--size", "full", "--bf16")
_FINE: Final = (*_FULL, "--resolution", "64")

# As published, with 64³ cells, in order of worth and for half an hour in all; their minutes end them, not their steps.
GPU_RUNS: Final = (
    Kept("gpu-chairs-im-ae", "im-ae", Source.CHAIRS, 200_000, 32, 9, _FINE),
    Kept(
        "gpu-primitives-12-writes",
        "sequential",
        Source.PRIMITIVES,
        200_000,
        32,
        8,
        (*_FULL, "--writes", "12"),
        _VOLUMES,
    ),
    Kept("gpu-chairs-cnn-ae", "cnn-ae", Source.CHAIRS, 200_000, 32, 5, _FINE),
    Kept("gpu-chairs-im-gan", "latent-gan", "gpu-chairs-im-ae", 200_000, 64, 3, _FULL, _SOLIDS),
    Kept("gpu-chairs-3d-gan", "3d-gan", Source.CHAIRS, 200_000, 32, 5, _FINE, _SOLIDS),
)

SHIPPED: Final = {"chairs-im-ae": (), "chairs-im-gan": ("--count", "60"), "primitives-sequential": _VOLUMES}
"""Words of `shapelang eval` for the nets that come with the package, by their names."""


def runs_of(names: Sequence[str]) -> list[Kept]:
    """Those of the given names in the order of their groups, none before what it stands upon; `RUNS` without names.

    Raises UsageError for a name of none.
    """
    every = (*RUNS, *GPU_RUNS)
    known = [GPU, *(kept.name for kept in every)]
    for name in names:
        if name not in known:
            raise UsageError(
                f"no run is called '{name}'; {closest(name, known) or 'there are ' + ', '.join(known[1:])}"
            )
    if not names:
        return list(RUNS)
    return [kept for kept in every if kept.name in names or (GPU in names and kept in GPU_RUNS)]
