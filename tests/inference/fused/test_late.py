"""What looks along axes looks at the clock before each of them."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.fused.axes import Turned, rounds_of, smooth_patches
from shapelang.inference.fused.bows import bows
from shapelang.inference.fused.facets import facets_of
from shapelang.inference.fused.hollow import bores
from shapelang.inference.fused.turned import solids_turned
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.inference.solids.stacked_prisms import stacked_prisms
from shapelang.metrics.triangles import Triangles


def after(looks: int) -> Callable[[], bool]:
    """Late from so many looks at the clock on."""
    left = [looks]

    def late() -> bool:
        left[0] -= 1
        return left[0] < 0

    return late


def made(text: str) -> Triangles:
    return fused(leaves_of(text))


PIPES = made(
    "a = difference {\n  own = cylinder(0.5, 2)\n  hole = cylinder(0.3, 3)\n}\n"
    "b = difference {\n  own = cylinder(0.4, 2)\n  hole = cylinder(0.2, 3)\n} rotate x 90 at (3, 0, 0)\n"
    "c = cuboid(3, 0.1, 0.1) at (1.6, 0.7, 0)\n"
)


def test_no_further_axis_is_looked_along_when_it_is_late() -> None:
    facets, inside = facets_of(PIPES), closed_test(PIPES).inside
    patches = [one for patch in smooth_patches(facets) for one in rounds_of(facets, patch, lambda: False)]
    turned = [one for one in patches if isinstance(one, Turned)]
    for looked in (solids_turned, bores):
        both, first = (list(looked(facets, turned, inside, after(looks))) for looks in (99, 1))
        assert len(both) == 2 and [fit.centre.tolist() for fit in first] == [both[0].centre.tolist()], looked
    assert list(solids_turned(facets, turned, inside, after(0))) == []


def test_no_further_surface_is_looked_at_when_it_is_late() -> None:
    ring = "a = intersection {\n  own = torus(radius: 1, tube: 0.2)\n  half = cuboid(1.5, 1, 2.5) at (0.75, 0, 0)\n}\n"
    half = made(ring)
    facets, inside = facets_of(half), closed_test(half).inside
    patches = [one for patch in smooth_patches(facets) for one in rounds_of(facets, patch, lambda: False)]
    turned = [one for one in patches if isinstance(one, Turned)]
    found, none = (list(bows(facets, turned, inside, after(looks))) for looks in (99, 0))
    assert (len(found), len(none)) == (1, 0)


def test_prisms_are_stacked_along_the_axes_that_there_is_time_for() -> None:
    steps = made("a = cuboid(2, 1, 2)\nb = prism(height: 1, sides: 5, radius: 0.5) at (0, 1, 0)\n")
    assert len(stacked_prisms(steps)) == 2
    assert stacked_prisms(steps, after(0)) == []
