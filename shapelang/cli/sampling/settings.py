"""What is told of a run as a whole, and by which two runs are known to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapelang.cli.version import version
from shapelang.io.json_text import plain

if TYPE_CHECKING:
    from shapelang.cli.sampling.drawing import Maker
    from shapelang.cli.sampling.making import Files, Work
    from shapelang.cli.sampling.run import Plan


def header_of(work: Work, maker: Maker) -> dict[str, Any]:
    """What manifest.json says of all variants."""
    assert work.files is not None
    return maker.header() | {
        "shapelang": version(),
        "format": work.files.form.value,
        "segments": work.files.look.segments,
        "colliders": work.files.look.colliders,
    }


def settings_of(work: Work, maker: Maker, plan: Plan) -> dict[str, Any]:
    """What a run must have in common with another to go on where that ended; and its count."""
    assert work.files is not None
    recipe = work.recipe
    return (
        header_of(work, maker)
        | {
            "seed": recipe.seed,
            "count": plan.count,
            "shard": [plan.shard.number, plan.shard.of],
            "name": work.files.names.pattern,
            "numbered_folders": work.files.names.numbered,
            "resolution": work.files.look.resolution,
            "limits": plain(recipe.limits),
            "max_triangles": recipe.budgets.triangles,
            "max_parts": recipe.budgets.parts,
            "distinct": plan.distinct,
        }
        | maker.settings()
        | _labels(work.files)
    )


def _labels(files: Files) -> dict[str, Any]:
    labelling = files.labelling
    if labelling is None:
        return {"views": 0}
    return {
        "views": labelling.views,
        "view_size": list(labelling.size),
        "points": labelling.points,
        "categories": dict(labelling.categories),
    }
