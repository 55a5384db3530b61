"""With the groups of a mesh kept each of them has solids, also what another one covers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.alternatives.families import Explanations, Family
from shapelang.inference.bodies.bodies import Body
from shapelang.inference.bodies.copies import Copy
from shapelang.inference.solids.sheets import sheet_fits
from shapelang.metrics.triangles import Triangles

_SHEETS: Final = 8
"""For a group that no solid was found of."""


def with_all_groups(
    explained: Explanations, groups: Sequence[Triangles], diagonal: float, late: Callable[[], bool]
) -> Explanations:
    """Explanations, with sheets for each of the groups that no solid is of.

    Bodies are found over all groups, since what closes one may be of another, such as a front of darker wood. Panels
    let into a solid and what is hidden in one are left out there. Explained by themselves those would be taken for
    solids where they are rooms: as sheets they add next to no volume.
    """
    told = {group for family in explained.families for _, group in family.readings[0]}
    left = [k for k, group in enumerate(groups) if k not in told and len(group.faces)]
    more = [_sheets(groups[k], k, diagonal, late) for k in left]
    return replace(explained, families=[*explained.families, *(family for family in more if family.readings[0])])


def _sheets(shell: Triangles, group: int, diagonal: float, late: Callable[[], bool]) -> Family:
    body = Body(shell, np.full(len(shell.faces), group, np.int64), False, shell)
    fits = sheet_fits(shell, diagonal, _SHEETS, late)
    return Family([Copy(body, np.eye(3), np.zeros(3))], [[(fit, group) for fit in fits]])
