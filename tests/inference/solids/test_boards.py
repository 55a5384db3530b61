"""Bodies made of boxes are found as those boxes."""

from __future__ import annotations

import numpy as np

from shapelang.execution.simulate import simulate
from shapelang.inference.bodies.bodies import bodies_of
from shapelang.inference.sampling.cells import Cells, cells_of
from shapelang.inference.sampling.maximal_kernels import maximal_boxes
from shapelang.inference.solids.boards import PLANES, boards
from shapelang.metrics.triangles import triangles
from shapelang.representations.solids.build import united
from shapelang.semantics.check import check_text

Sizes = list[tuple[tuple[float, ...], tuple[float, ...]]]


def cells(text: str) -> Cells:
    """Those of the union of all that a program makes, which is one body."""
    mesh = united(simulate(check_text(text, "<boxes>")).assembly)
    shell = triangles(mesh.positions, mesh.faces)
    (body,) = bodies_of([shell], shell.diagonal, lambda: False)
    found = cells_of(body, np.eye(3), 1, PLANES)
    assert found is not None
    return found


def found(text: str) -> Sizes:
    """Extents and middles of the boxes that are found."""
    made = boards(cells(text), 1e-6, 40, lambda: False)
    return sorted((_short(fit.kind.size), _short(fit.centre)) for fit, _ in made)


def _short(values: object) -> tuple[float, ...]:
    return tuple(round(float(v), 6) + 0.0 for v in np.asarray(values))


def test_a_leg_ends_at_the_seat_that_it_carries_and_a_post_goes_on() -> None:
    text = """seat = cuboid(1, 0.1, 1) at (0, 0.95, 0)
mirror x { leg = cuboid(0.1, 0.9, 0.1) at (0.45, 0.45, 0.45) }
post = cuboid(0.1, 2, 0.1) at (0, 1, -0.45)
"""
    assert found(text) == [
        ((0.1, 0.9, 0.1), (-0.45, 0.45, 0.45)),
        ((0.1, 0.9, 0.1), (0.45, 0.45, 0.45)),
        ((0.1, 2.0, 0.1), (0.0, 1.0, -0.45)),
        ((1.0, 0.1, 1.0), (0.0, 0.95, 0.0)),
    ]


def test_a_shelf_with_more_planes_than_every_box_could_be_tried_for() -> None:
    text = "mirror x { side = cuboid(0.05, 4, 0.6) at (0.5, 2, 0) }\n"
    text += "for i in 0..18 { shelf = cuboid(0.95, 0.05, 0.5) at (0, 0.1 + 0.21 * i, 0.01) }\n"
    made = found(text)
    assert len(made) == 20
    assert sum(size == (0.95, 0.05, 0.5) for size, _ in made) == 18


def test_largest_boxes_are_full_held_by_no_other_and_cover_all() -> None:
    random = np.random.default_rng(5)
    for _ in range(40):
        full = random.random((4, 5, 3)) < 0.6
        boxes = maximal_boxes(full, 500)
        covered = np.zeros_like(full)
        for a, b, c, d, e, f in boxes:
            assert full[a:d, b:e, c:f].all()
            covered[a:d, b:e, c:f] = True
        assert (covered == full).all()
        low, high = boxes[:, :3], boxes[:, 3:]
        held = (low[:, None] <= low[None]).all(axis=2) & (high[:, None] >= high[None]).all(axis=2)
        assert held.sum() == len(boxes)
        assert len(boxes) == _count(full)


def _count(full: np.ndarray) -> int:
    """Full boxes that cannot grow by one layer, by trying all."""
    spans = [[(i, j) for i in range(n) for j in range(i + 1, n + 1)] for n in full.shape]
    boxes = {(a, b, c, d, e, f) for a, d in spans[0] for b, e in spans[1] for c, f in spans[2]}
    solid = {box for box in boxes if full[box[0] : box[3], box[1] : box[4], box[2] : box[5]].all()}
    return sum(not any(_grown(box, side) in solid for side in range(6)) for box in solid)


def _grown(box: tuple[int, ...], side: int) -> tuple[int, ...]:
    return tuple(v + (k == side) * (1 if side > 2 else -1) for k, v in enumerate(box))
