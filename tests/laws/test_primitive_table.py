"""What each row of the table must say about itself, and what each primitive refuses."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT, NUMPY
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.polygon import crossing, signed_area, simple, triangles
from shapelang.primitives.prism import Prism
from shapelang.primitives.protocol import Primitive, Slot
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.table import PRIMITIVE_BY_KIND, PRIMITIVES
from shapelang.primitives.torus import Torus
from tests.laws.solids import ALIKE, SOLIDS, polygons

# The run-time check of types looks at a random item of a tuple of points, which hypothesis takes for a draw of ours.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

UNITS = {"length": "metres", "points": "metres", "angle": "degrees"}
LACKS_NO_DEFAULT = ("length", "points")
"""Sizes and points are always written; everything else has a default."""


def row_faults(row: type) -> list[str]:
    """What a row of the table does not say."""
    found = [] if row.__doc__ and getattr(row, "doc", "") else ["no documentation"]
    fields = [field.name for field in dataclasses.fields(row)]
    if fields != [slot.name for slot in row.slots]:
        return [*found, "slots are not its fields"]
    for slot in row.slots:
        if not slot.doc:
            found.append(f"{slot.name}: no documentation")
        if UNITS.get(slot.type, "") not in slot.doc:
            found.append(f"{slot.name}: no unit")
        if slot.default is None and slot.type not in LACKS_NO_DEFAULT:
            found.append(f"{slot.name}: no default")
    for field in dataclasses.fields(row):
        slot = next(slot for slot in row.slots if slot.name == field.name)
        if slot.default is not None and field.default != slot.default:
            found.append(f"{slot.name}: two defaults")
    return found


@pytest.mark.parametrize("row", PRIMITIVES, ids=lambda row: row.kind)
def test_a_row_says_everything(row: type[Primitive]) -> None:
    assert row_faults(row) == []


def test_every_row_has_its_random_solids_and_a_name_of_its_own() -> None:
    assert list(SOLIDS) == list(ALIKE) == list(PRIMITIVE_BY_KIND)
    assert len(PRIMITIVE_BY_KIND) == len(PRIMITIVES)


def test_a_row_that_says_too_little_is_refused() -> None:
    @final
    @dataclass(frozen=True, slots=True)
    class Blob:
        """A blob."""

        width: float
        turn: float
        bulge: float = 1.0

        doc: ClassVar[str] = ""
        slots: ClassVar[tuple[Slot, ...]] = (
            Slot("width", "length", "extent in x"),
            Slot("turn", "angle", ""),
            Slot("bulge", "number", "how far it bulges", default=2.0),
        )

    assert row_faults(Blob) == [
        "no documentation",
        "width: no unit",
        "turn: no documentation",
        "turn: no unit",
        "turn: no default",
        "bulge: two defaults",
    ]


def test_slots_that_are_not_the_fields_are_refused() -> None:
    @final
    @dataclass(frozen=True, slots=True)
    class Blob:
        """A blob."""

        width: float

        doc: ClassVar[str] = "a blob"
        slots: ClassVar[tuple[Slot, ...]] = (Slot("height", "length", "extent in y, metres"),)

    assert row_faults(Blob) == ["slots are not its fields"]


# --- Refusals --------------------------------------------------------------------------------------------------------


def refused(solid: Primitive) -> list[str]:
    return [message for test, message in solid.refusals(FLOAT) if test]


def changed(solid: Primitive, name: str, value: Real) -> Primitive:
    return type(solid)(*[value if slot.name == name else getattr(solid, slot.name) for slot in solid.slots])


@pytest.mark.parametrize("kind", PRIMITIVE_BY_KIND)
@settings(max_examples=25)
@given(data=st.data())
def test_possible_solids_are_not_refused(kind: str, data: st.DataObject) -> None:
    assert refused(data.draw(SOLIDS[kind])) == []


@pytest.mark.parametrize("bad", [0.0, -1.0, 1e-8, 2e6, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("kind", PRIMITIVE_BY_KIND)
@settings(max_examples=3)
@given(data=st.data())
def test_every_size_is_limited(kind: str, bad: float, data: st.DataObject) -> None:
    solid = data.draw(ALIKE[kind])
    for slot in solid.slots:
        if slot.type == "length":
            assert refused(changed(solid, slot.name, bad)) != []
            with np.errstate(all="ignore"):
                tests = changed(solid, slot.name, np.array([getattr(solid, slot.name), bad])).refusals(NUMPY)
            assert np.any([np.broadcast_to(test, (2,)) for test, _ in tests], axis=0).tolist() == [False, True]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e7, 1e7])
def test_wild_points_are_refused(bad: float) -> None:
    assert refused(Prism(1.0, points=((0.0, 0.0), (1.0, bad), (0.0, 1.0)))) != []
    assert refused(Lathe(((1.0, 0.0), (1.0, bad)))) != []
    assert refused(Lathe(((bad, 0.0), (1.0, 1.0)))) != []


SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
BOW_TIE = ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))
REFUSED = [
    (Sphere(-1.0), "radius must be above 0, not -1"),
    (Cuboid(1.0, 1.0, 2e6), "depth must be between 1e-07 and 1e+06 m"),
    (Cone(1.0, 1.0, -0.5), "top_radius must lie in [0, 1e+06]"),
    (Cone(1.0, 1.0, 1e-9), "top_radius must be 0 or at least 1e-07 m"),
    (Capsule(1.0, 1.9), "height must be at least twice the radius, for it includes both caps"),
    (Torus(1.0, 1.0), "tube must be below radius, else the surface cuts itself"),
    (Torus(1.0, 0.5, 0.5), "arc must lie in [1, 360]"),
    (Torus(1.0, 0.5, math.nan), "arc must lie in [1, 360]"),
    (Prism(1.0), "a prism has either sides and radius, or points"),
    (Prism(1.0, 5, 1.0, SQUARE), "a prism has either sides and radius, or points"),
    (Prism(1.0, 2, 1.0), "sides must lie in [3, 256]"),
    (Prism(1.0, 5), "radius must be above 0, not 0"),
    (Prism(1.0, points=SQUARE[:2]), "a polygon has 3 to 256 points"),
    (Prism(1.0, points=BOW_TIE), "the polygon's edges cross or touch"),
    (Prism(1.0, points=(*SQUARE, (0.0, 1.0))), "points that follow one another must lie 1e-07 m apart"),
    (Prism(1.0, points=((0.0, 0.0), (1.0, 0.0), (2.0, 0.0))), "the polygon has no area"),
    (Lathe(((1.0, 0.0),)), "a profile has 2 to 256 points"),
    (Lathe(((1.0, 0.0), (-1.0, 1.0))), "a profile has no radius below 0"),
    (Lathe(((1.0, 0.0), (0.0, 1.0), (1.0, 2.0))), "only the ends of a profile may touch the axis"),
    (Lathe(((0.0, 0.0), (0.0, 1.0))), "the profile has no extent"),
    (Lathe(((0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (3.0, 1.0), (1.0, -1.0))), "the profile cuts or touches itself"),
    (Superquadric(1.0, 1.0, 1.0, 0.05), "e1 must lie in [0.1, 2]"),
    (Superquadric(1.0, 1.0, 1.0, 1.0, 2.1), "e2 must lie in [0.1, 2]"),
    (Superquadric(1.0, 1.0, 1.0, taper_x=1.0), "taper_x must lie in [-0.9, 0.9]"),
    (Superquadric(1.0, 1.0, 1.0, bend=181.0), "bend must lie in [-180, 180]"),
    (Superquadric(1.0, 1.0, 1.0, bend=120.0), "the bend is tighter than the solid is wide"),
]


@pytest.mark.parametrize(("solid", "message"), REFUSED)
def test_impossible_solids_are_refused_in_words(solid: Primitive, message: str) -> None:
    assert message in refused(solid)


def test_lanes_refuse_the_crossing_variant_alone() -> None:
    """The last corner moves across the opposite edge in the second lane only."""
    y = np.array([1.0, -1.0])
    prism = Prism(1.0, points=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, y)))
    tests = [np.broadcast_to(test, (2,)) for test, message in prism.refusals(NUMPY) if "cross" in message]
    assert [test.tolist() for test in tests] == [[False, True]]


# --- Polygons --------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(polygons())
def test_triangles_of_a_polygon_are_upright_and_cover_it(points: tuple[tuple[float, float], ...]) -> None:
    corners = points if signed_area(points) > 0 else points[::-1]
    found = triangles(corners)
    areas = [signed_area([corners[k] for k in triangle]) for triangle in found]
    assert len(found) == len(corners) - 2
    assert min(areas) > 0.0
    assert sum(areas) == pytest.approx(signed_area(corners), rel=1e-12)


def test_corners_of_half_a_turn_make_no_flat_triangle() -> None:
    points = ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (0.0, 2.0), (0.0, 1.0))
    assert min(signed_area([points[k] for k in triangle]) for triangle in triangles(points)) > 0.0


@pytest.mark.parametrize(
    ("points", "good"),
    [
        (SQUARE, True),
        (SQUARE[::-1], True),
        (BOW_TIE, False),
        (SQUARE[:2], False),
        ((*SQUARE, SQUARE[-1]), False),
        (((0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, 1.0)), False),  # goes back on itself
        (((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 0.0), (0.0, 2.0)), False),  # a corner on an edge
        (((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 2.0)), True),  # a corner of 180°
    ],
)
def test_simple_polygons(points: tuple[tuple[float, float], ...], good: bool) -> None:
    assert simple(points) == good


def test_an_open_line_has_no_closing_edge() -> None:
    line = ((0.0, 0.0), (0.0, 1.0), (2.0, 1.0), (2.0, -1.0), (3.0, -1.0), (3.0, 0.0))  # its closing edge would cross
    assert crossing(FLOAT, line, closed=False) is False
    assert simple(line) is False
