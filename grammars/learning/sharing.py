"""Places at which one and the same terminal stands: whether it is told once for all, or for each place by itself.

Merging saves the text of a terminal, whose draws it does not know yet (`plain.py`); two of about one size are merged by
that alone. A place of one terminal is no nonterminal, so that telling them apart makes no further rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from grammars.learning.clusters import Cluster
from grammars.learning.merging import Class, class_of
from grammars.learning.numbers import Constant, Drawn
from grammars.learning.plain import apart, written
from grammars.learning.slots import Seen, Slot


def unshared(classes: Sequence[Class], places: Mapping[Slot, Seen], grid: float) -> list[Class]:
    """The classes, those of one terminal as one for each place where that is likelier: by all that its draws may be."""
    ways = [_by_place(one, places, grid) for one in classes]
    if not any(ways):
        return list(classes)
    columns: list[list[int]] = []
    pieces: list[list[list[int]]] = []
    owners: list[int] = []
    for k, (one, way) in enumerate(zip(classes, ways, strict=True)):
        for cluster in one.clusters:
            for j in _drawn(cluster):
                columns.append(_column(cluster, j))
                pieces.append([_column(piece.clusters[0], j) for piece in way] or [columns[-1]])
                owners.append(k)
    saved = [-_constants(one, len(way), grid) for one, way in zip(classes, ways, strict=True)]
    for k, bits in zip(owners, apart(columns, pieces, grid), strict=True):
        saved[k] += bits
    chosen = zip(classes, ways, saved, strict=True)
    return [piece for one, way, bits in chosen for piece in (way if way and bits > 0.0 else [one])]


def _by_place(one: Class, places: Mapping[Slot, Seen], grid: float) -> list[Class]:
    """A class of one terminal as classes of one place; none where it has one, or where a place has it otherwise."""
    if not one.alone or len(one.slots) == 1:
        return []
    found = [class_of((slot,), places[slot], grid) for slot in one.slots]
    alike = all(piece.alone for piece in (one, *found)) and all(
        _drawn(a.clusters[0]) == _drawn(b.clusters[0]) for a, b in pairwise((one, *found))
    )
    return found if alike else []


def _drawn(cluster: Cluster) -> list[int]:
    return [j for j, pattern in enumerate(cluster.patterns) if isinstance(pattern, Drawn)]


def _column(cluster: Cluster, j: int) -> list[int]:
    return [vector[j] for vector in cluster.vectors]


def _constants(one: Class, times: int, grid: float) -> float:
    """Bits of writing the constants of a terminal as often more as it is told by itself."""
    patterns = [pattern for cluster in one.clusters for pattern in cluster.patterns]
    once = sum(written(pattern.steps * grid) for pattern in patterns if isinstance(pattern, Constant))
    return once * max(times - 1, 0)
