"""Array shapes checked at run time, and the profiles of hypothesis."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

# The rooms whose functions take arrays. The others handle trees and single numbers, which pyright checks; there the
# check costs 3 µs a call (30 times a vector addition) and would find nothing new.
# It is installed here and not by pytest's option `--jaxtyping-packages`, which cannot take several packages together
# with a checker that has arguments. It must come before the first import of a room.
ROOM_OF_METRICS = Path(__file__).parents[1] / "shapelang" / "metrics"
ROOM_OF_FILES = Path(__file__).parents[1] / "shapelang" / "io"
ROOMS_OF_ARRAYS = [
    "shapelang.geometry",
    "shapelang.primitives",
    "shapelang.representations",
    "shapelang.io.read",
    *(f"shapelang.io.{path.stem}" for path in sorted(ROOM_OF_FILES.glob("[a-z]*.py"))),
    *(f"shapelang.fields.{name}" for name in ("blocks", "grid", "interval")),
    # Not the kernels: numba must see the functions themselves.
    *(f"shapelang.metrics.{path.stem}" for path in sorted(ROOM_OF_METRICS.glob("[a-z]*.py"))),
]
# The tower: an int may stand where a float is asked for, as in the rest of Python's typing.
install_import_hook(ROOMS_OF_ARRAYS, "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))")

# Times vary on shared machines, so no profile has a deadline.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "nightly",
    max_examples=20_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
