"""Names for parts: from the mesh's own names, else from what a part looks like and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np

from shapelang.inference.solids.kinds import Cone, Ellipsoid, Lathe
from shapelang.inference.solids.plain import Solid
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.builtins import CONSTANTS, DISTRIBUTIONS, FUNCTIONS
from shapelang.syntax.words import KEYWORDS

RESERVED: Final = frozenset({*KEYWORDS, *CONSTANTS, *DISTRIBUTIONS, *FUNCTIONS, *PRIMITIVE_BY_KIND})

UNTOLD: Final = frozenset(("block",))
"""Roles that say no more than that something is there."""

ROLES: Final = UNTOLD | frozenset(
    (
        "ball back bar base body brace cover divider drum foot frame front knob ledge leg mattress panel post rail seat"
        " shade shelf side top upright"
    ).split()
)
"""What `role` calls parts."""

_DULL: Final = frozenset(
    (
        "root_node rootnode mesh object obj node group geometry default material mat root "
        "scene cube cylinder sphere plane model untitled none"
    ).split()
)
_SEATS: Final = ("chair", "bench", "sofa", "stool", "lounge", "couch", "seat", "armchair")
_BEDS: Final = frozenset(("bed", "beds"))
_LEVELS: Final = frozenset(("top", "base", "shelf", "ledge"))

_UPRIGHT: Final = 0.98
"""The cosine of the angle within which something is not askew."""


@final
@dataclass(slots=True)
class Names:
    """Gives each name once."""

    taken: set[str] = field(default_factory=lambda: set(RESERVED))

    def fresh(self, wish: str) -> str:
        """The wish, or the wish with the first free number behind it."""
        name, number = wish, 2
        while name in self.taken:
            name, number = f"{wish}_{number}", number + 1
        self.taken.add(name)
        return name


def identifier(text: str, otherwise: str) -> str:
    """Letters, digits and underscores of a text, in lower case words; `otherwise` when nothing is left."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    plain = re.sub(r"[^0-9a-z]+", "_", words.lower()).strip("_")
    if not plain:
        return otherwise
    return f"n_{plain}" if plain[0].isdigit() else plain[:40].rstrip("_")


def own_name(texts: Iterable[str], model: str, material: str | None) -> str | None:
    """What the mesh calls a part, unless that is the model's name, the material's, or a modeller's default."""
    dull = {*_DULL, model, identifier(material or "", "")}
    for text in texts:
        name = identifier(re.sub(r"\.(obj|glb|gltf|stl|ply|off|fbx)\b.*$", "", text, flags=re.I), "")
        bare = re.sub(r"(_?\d+)+$", "", name)
        if len(bare) > 1 and bare not in dull and not bare.startswith("n_") and not model.startswith(bare):
            return bare
    return None


def role(solid: Solid, low: np.ndarray, high: np.ndarray, model: str) -> str:
    """What a part looks like in the whole, whose box is given: leg, top, seat, back, shelf, rail, side, base."""
    size = np.maximum(high - low, 1e-12)
    bottom, top = solid.bounds
    w, h, d = (top - bottom).tolist()
    foot, head = float((bottom[1] - low[1]) / size[1]), float((top[1] - low[1]) / size[1])
    across = float(w * d / (size[0] * size[2]))
    small = max(w, h, d) < 0.1 * float(np.sqrt((size**2).sum()))
    middle = (0.5 * (bottom + top) - low) / size
    if _leans(solid):
        return "leg" if foot < 0.1 else "brace"
    if small:
        return "foot" if foot < 0.02 else "knob" if isinstance(solid.kind, Cone | Ellipsoid | Lathe) else "block"
    if h > 2.5 * max(w, d) and max(w, d) < 3.0 * min(w, d):
        if "lamp" in model and across > 0.3:
            return "shade"
        if foot < 0.06:
            return "post" if head > 0.75 and across < 0.1 and size[1] > 0.5 * max(size[0], size[2]) else "leg"
        return "bar" if head < 0.7 else "upright"
    if h < 0.35 * min(w, d):
        return _flat_role(foot, head, across, model)
    if _seats(model) and foot > 0.3 and w > 0.5 * size[0] and h > 2.0 * d:
        return "back"
    return _standing_role(solid, (w, h, d), middle, across)


def _leans(solid: Solid) -> bool:
    """Whether a board or a rod stands askew."""
    extents = sorted(solid.kind.size)
    askew = bool(np.abs(solid.frame).max(axis=0).min() < _UPRIGHT)
    return askew and extents[2] > 3.0 * extents[1]


def _seats(model: str) -> bool:
    return any(word in model for word in _SEATS)


def in_row(name: str) -> str:
    """What one of several above each other is called: what would be a top or a base alone is a shelf."""
    return "shelf" if name in _LEVELS else name


def _flat_role(foot: float, head: float, across: float, model: str) -> str:
    if across > 0.25:
        if _seats(model) and 0.15 < head < 0.75:
            return "seat"
        if _BEDS & {model.split("_")[0], model.split("_")[-1]}:
            return "frame" if foot < 0.2 else "mattress" if head - foot > 0.12 else "cover"
        if head > 0.9:
            return "top"
        return "base" if foot < 0.08 else "shelf"
    return "ledge" if foot > 0.08 else "foot"


def _standing_role(solid: Solid, size: tuple[float, float, float], middle: np.ndarray, across: float) -> str:
    w, h, d = size
    if isinstance(solid.kind, Ellipsoid):
        return "ball"
    if isinstance(solid.kind, Cone | Lathe):
        return "drum"
    if d < 0.35 * min(w, h):
        return "back" if middle[2] < 0.35 else "front" if middle[2] > 0.65 else "panel"
    if w < 0.35 * min(h, d):
        return "side" if abs(middle[0] - 0.5) > 0.2 else "divider"
    if max(w, d) > 2.5 * max(h, min(w, d)):
        return "rail"
    return "body" if across > 0.3 else "block"
