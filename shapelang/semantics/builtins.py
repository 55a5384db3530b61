"""Signatures of the functions and distributions of the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from shapelang.semantics.types import Type

_R, _I, _V = Type.REAL, Type.INT, Type.VECTOR


@final
@dataclass(frozen=True, slots=True)
class Signature:
    """Parameter names and types, and the result; `variadic` repeats the last parameter.

    `numeric` functions give an int when all arguments are ints.
    """

    parameters: tuple[tuple[str, Type], ...]
    result: Type
    doc: str
    variadic: bool = False
    numeric: bool = False


def _of(
    doc: str, result: Type, *parameters: tuple[str, Type], variadic: bool = False, numeric: bool = False
) -> Signature:
    return Signature(parameters, result, doc, variadic, numeric)


FUNCTIONS: Final[dict[str, Signature]] = {
    "min": _of("the least of its arguments", _R, ("a", _R), variadic=True, numeric=True),
    "max": _of("the greatest of its arguments", _R, ("a", _R), variadic=True, numeric=True),
    "abs": _of("absolute value", _R, ("x", _R), numeric=True),
    "sign": _of("-1, 0 or 1", _I, ("x", _R)),
    "mod": _of("remainder with the sign of the divisor: a - b * floor(a / b)", _R, ("a", _R), ("b", _R), numeric=True),
    "floor": _of("the largest int not above x", _I, ("x", _R)),
    "ceil": _of("the smallest int not below x", _I, ("x", _R)),
    "round": _of("the nearest int, halves upward: floor(x + 1/2)", _I, ("x", _R)),
    "sqrt": _of("square root", _R, ("x", _R)),
    "exp": _of("e to the x", _R, ("x", _R)),
    "log": _of("natural logarithm", _R, ("x", _R)),
    "pow": _of("a to the b", _R, ("a", _R), ("b", _R)),
    "sin": _of("sine of an angle in degrees", _R, ("angle", _R)),
    "cos": _of("cosine of an angle in degrees", _R, ("angle", _R)),
    "tan": _of("tangent of an angle in degrees", _R, ("angle", _R)),
    "asin": _of("arc sine, degrees", _R, ("x", _R)),
    "acos": _of("arc cosine, degrees", _R, ("x", _R)),
    "atan2": _of("angle of the point (x, y), degrees in (-180, 180]", _R, ("y", _R), ("x", _R)),
    "lerp": _of("a + (b - a) * t", _R, ("a", _R), ("b", _R), ("t", _R)),
    "clamp": _of("x kept within [low, high]", _R, ("x", _R), ("low", _R), ("high", _R), numeric=True),
    "distance": _of("distance of two points; a shape stands for its centre", _R, ("a", _V), ("b", _V)),
    "length": _of("length of a vector", _R, ("v", _V)),
    "overlaps": _of(
        "whether leaves of one cut leaves of the other, as oriented boxes",
        Type.BOOL,
        ("a", Type.SHAPE),
        ("b", Type.SHAPE),
    ),
    "inside": _of("whether all of a lies in the box of b", Type.BOOL, ("a", Type.SHAPE), ("b", Type.SHAPE)),
    "supported": _of("whether a stands on the ground or on an earlier shape", Type.BOOL, ("a", Type.SHAPE)),
}
"""Every function, by name. Angles are degrees."""

CONSTANTS: Final[dict[str, float]] = {"pi": 3.141592653589793}

DISTRIBUTIONS: Final[dict[str, Signature]] = {
    "normal": _of("bell curve", _R, ("mean", _R), ("sd", _R)),
    "lognormal": _of("exp of a normal: mean and standard deviation of the logarithm", _R, ("mean", _R), ("sd", _R)),
    "uniform": _of(
        "all values of [low, high] alike; of an int, the whole numbers from low to high", _R, ("low", _R), ("high", _R)
    ),
    "beta": _of("on [0, 1], with shape a and b", _R, ("a", _R), ("b", _R)),
    "bernoulli": _of("true with probability p", Type.BOOL, ("p", _R)),
    "poisson": _of("counts with the given mean", _I, ("mean", _R)),
    "categorical": _of(
        "a label with a probability in proportion to its weight", Type.NAME, ("weight", _R), variadic=True
    ),
}
"""Every distribution, by name."""

ANCHORS: Final[dict[str, tuple[int, int]]] = {
    "left": (0, 1),
    "right": (0, -1),
    "top": (1, 1),
    "bottom": (1, -1),
    "front": (2, 1),
    "back": (2, -1),
}
"""Faces of a box: axis and side."""

EXTENTS: Final[dict[str, int]] = {"width": 0, "height": 1, "depth": 2}
BOX_WORDS: Final[frozenset[str]] = frozenset({*ANCHORS, *EXTENTS, "center", "point", "size"})
"""What a dot after a shape always means, whatever its parts are called."""
