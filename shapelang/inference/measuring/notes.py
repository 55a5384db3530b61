"""What the figures mean: which of them to trust, said in a sentence where the solid IoU misleads or is low."""

from __future__ import annotations

from typing import Final

from shapelang.inference.measuring.evidence import Evidence

_LOW: Final = 0.8
"""An IoU below this is explained."""

_THIN: Final = 1.5
"""Walls of fewer cells are met or missed by chance."""

_NOTHING: Final = 0.01
"""Walls of fewer cells are none: near a flat sheet rounding puts some cells inside."""

_OPEN: Final = 0.2
"""Part of the area on open pieces from which on the inside of the mesh is a guess."""

_CLOSE: Final = 0.5
"""A Chamfer distance below this, in % of the diagonal, is a program that looks like its mesh."""

_TOLD: Final = 5
"""Parts that are left out, told one by one."""


def notes_on(evidence: Evidence) -> tuple[str, ...]:
    """Notes on parts that are left out, the largest first, and on an IoU below 0.8 or of what is not solid."""
    more = len(evidence.missing) - _TOLD
    others = (f"So do {more} smaller ones.",) if more > 0 else ()
    return (*(part.note for part in evidence.missing[:_TOLD]), *others, *_figures(evidence))


def _figures(evidence: Evidence) -> tuple[str, ...]:
    if evidence.iou64 < _LOW:
        return (_low(evidence),)
    if evidence.open_share <= _OPEN or evidence.chamfer <= _CLOSE:
        return ()
    return (
        f"The solid IoU of {evidence.iou64:.2f} is that of the filled mesh and says nothing of its rims and hollows: "
        f"{_torn(evidence)}. Trust {_chamfer(evidence)}, which is not close.",
    )


def _low(evidence: Evidence) -> str:
    if evidence.thickness < _NOTHING:
        return (
            "The mesh encloses no volume (its winding number is above 1/2 next to nowhere), so that the solid IoU "
            f"says nothing; trust {_chamfer(evidence)}."
        )
    causes = _causes(evidence)
    if not causes:
        return f"The solid IoU of {evidence.iou64:.2f} is low: the solids that were found explain the shape poorly."
    verdict = "which is close" if evidence.chamfer < _CLOSE else "which is not close either"
    return (
        f"The solid IoU of {evidence.iou64:.2f} says little: {'; '.join(causes)}. "
        f"Trust {_chamfer(evidence)}, {verdict}."
    )


def _causes(evidence: Evidence) -> list[str]:
    thin = evidence.thickness < _THIN
    torn = evidence.open_share > _OPEN
    return [
        *([f"the walls are {evidence.thickness:.1f} cells of 64 thick on average"] if thin else []),
        *([_torn(evidence)] if torn else []),
    ]


def _torn(evidence: Evidence) -> str:
    share = f"{100.0 * evidence.open_share:.0f} % of the surface"
    return (
        f"the mesh is open, {share} has holes at its rims, and it was taken as filled "
        "where its winding number is above 1/2"
    )


def _chamfer(evidence: Evidence) -> str:
    return f"the Chamfer distance, {evidence.chamfer:.2f} % of the diagonal"
