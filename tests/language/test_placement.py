"""Placement, symmetry, repetition, splits and solids: positions and relations written by hand."""

from __future__ import annotations

import pytest

from shapelang.assembly.part import Solid
from shapelang.assembly.relation import Adjacency, Alignment, Attachment, Spanning, Symmetry
from tests.language.runs import box, child, message, places, run, sizes


def test_faces() -> None:
    """The two remaining axes in the order x, y, z, never flipped; `left` is +X."""
    text = "a = cuboid(2, 4, 6)\n" + "\n".join(
        f"s{k} = sphere(0.1) at a.{face}(0.5, 1)"
        for k, face in enumerate(("left", "right", "top", "bottom", "front", "back"))
    )
    found = places(run(text + "\np = sphere(0.1) at a.point(1, -1, 0.5)\nc = sphere(0.1) at a"))
    assert [found[f"s{k}"] for k in range(6)] == [
        (1, 1, 3), (-1, 1, 3), (0.5, 2, 3), (0.5, -2, 3), (0.5, 2, 3), (0.5, 2, -3),
    ]  # fmt: skip
    assert (found["p"], found["c"]) == ((1, -2, 1.5), (0, 0, 0))


def test_order_of_modifiers_does_not_matter() -> None:
    """Scaled, then turned about its own origin, then moved."""
    for text in ("scale 2 rotate z 90 at (5, 0, 0)", "at (5, 0, 0) rotate z 90 scale 2"):
        made = run(f"a = {{ b = sphere(1) at (1, 0, 0) }} {text}")
        assert places(made) == {"a/b": (5, 2, 0)}


def test_turns_are_about_fixed_axes_in_the_order_written() -> None:
    """x by 90 takes y to z; y by 90 then takes z to x."""
    assert places(run("a = { b = sphere(1) at (0, 1, 0) } rotate x 90, y 90")) == {"a/b": (1, 0, 0)}
    assert places(run("a = { b = sphere(1) at (0, 1, 0) } rotate y 90, x 90")) == {"a/b": (0, 0, 1)}


def test_attach_turns_the_anchor_with_the_part() -> None:
    """A box lying on its side: its top looks to -X when turned by 90 about z."""
    made = run("a = cuboid(2, 2, 2)\nb = cuboid(1, 4, 1) rotate z 90 attach top to a.right + (0, 0, 0.5)")
    assert places(made)["b"] == (1, 0, 0.5)
    assert child(made, "b").part.box.size == (1, 4, 1)
    assert made.assembly.root.relations == (Attachment("b", "top", "a", "right", (-1.0, 0.0, 0.5)),)


def test_between() -> None:
    """The open size is the distance; the axis turns by the least rotation; the centre is the middle."""
    made = run("a = sphere(1)\nb = sphere(1) at (0, 0, 10)\nc = cylinder(0.1, _) between a.front and b.back")
    assert (places(made)["c"], sizes(made)["c"]) == ((0, 0, 5), (0.2, 8, 0.2))
    assert made.assembly.root.relations == (Spanning("c", "a", "b", (0.0, 0.0, 1.0), (0.0, 0.0, 9.0)),)
    whole = box(run("c = cuboid(1, _, 2) between (0, 0, 0) and (0, -6, 0)"))
    assert whole == ((-0.5, -6, -1), (0.5, 0, 1))


def test_align() -> None:
    """One axis each; what is not aligned stays at 0."""
    made = run("a = cuboid(4, 2, 4) at (1, 1, 1)\nb = cuboid(1, 1, 1) align bottom to a.top align left to a.left")
    assert places(made)["b"] == (2.5, 2.5, 0)
    kinds = [(type(r), r.axis) for r in made.assembly.root.relations if isinstance(r, Alignment)]
    assert kinds == [(Alignment, "y"), (Alignment, "x")]
    assert places(run("a = sphere(1) at (3, 0, 0)\nb = sphere(1) align x center to a.left"))["b"] == (4, 0, 0)


@pytest.mark.parametrize(
    ("modifiers", "code", "text"),
    [
        ("at (0, 0, 0) at (1, 0, 0)", "E322", "a shape has one placement: at, attach, between or align"),
        ("rotate x 1 rotate y 2", "E322", "'rotate' stands here twice"),
        ("scale 1 scale 2", "E322", "'scale' stands here twice"),
        ("scale 0", "E312", "the factor of 'scale' must be above 0"),
        ("scale 1e9", "E402", "after 'scale' the shape's size must lie between 1e-07 and 1e+06 m"),
        ("rotate x 1e10", "E402", "an angle is at most 1e+09 degrees"),
        ("at (0, 2e6, 0)", "E505", "'a' stands beyond 1e+06 m from the origin"),
        ("attach tip to (0, 0, 0)", "E202", "unknown anchor 'tip'"),
        ("at 3", "E301", "the place after 'at' must be a vector, not an int"),
        ("with oak", "E214", "unknown material 'oak'"),
    ],
)
def test_modifiers_refused(modifiers: str, code: str, text: str) -> None:
    """The first line of each message; the whole texts stand in `docs/errors.md`."""
    assert f"error[{code}]: {text}\n" in message(f"a = sphere(1) {modifiers}")


def test_mirror() -> None:
    """Images in the order original, first plane, second plane, both; anchors are reflected too."""
    made = run("mirror x, z { leg = cuboid(1, 1, 1) at (2, 0, 3) }\nb = sphere(0.1) at leg[1].left")
    assert places(made) == {
        "leg[0]": (2, 0, 3), "leg[1]": (-2, 0, 3), "leg[2]": (2, 0, -3), "leg[3]": (-2, 0, -3), "b": (-2.5, 0, 3),
    }  # fmt: skip
    assert made.assembly.root.relations == (
        Symmetry("mirror", ("x", "z"), 4, None, ("leg[0]", "leg[1]", "leg[2]", "leg[3]")),
    )
    assert len({id(c.part) for c in made.assembly.root.children[:4]}) == 1


def test_array_and_ring() -> None:
    """Moved by k steps; turned by 360 k / n. Modifiers behind the block move the group."""
    made = run("array 3 by (0, 2, 0) { a = sphere(1) at (1, 0, 0) } at (0, 5, 0)")
    assert places(made) == {"a[0]": (1, 5, 0), "a[1]": (1, 7, 0), "a[2]": (1, 9, 0)}
    made = run("ring 4 about y { a = sphere(1) at (2, 0, 0) }")
    assert places(made) == {"a[0]": (2, 0, 0), "a[1]": (0, 0, -2), "a[2]": (-2, 0, 0), "a[3]": (0, 0, 2)}
    assert made.assembly.root.relations == (Symmetry("ring", ("y",), 4, None, ("a[0]", "a[1]", "a[2]", "a[3]")),)


def test_nested_symmetry() -> None:
    """Labels and indices go from the outermost block inward."""
    made = run("mirror x { array 2 by (0, 1, 0) { a = sphere(0.1) at (3, 0, 0) } }\nb = sphere(0.1) at a[1][1]")
    assert places(made) == {
        "a[0][0]": (3, 0, 0), "a[0][1]": (3, 1, 0), "a[1][0]": (-3, 0, 0), "a[1][1]": (-3, 1, 0), "b": (-3, 1, 0),
    }  # fmt: skip


def test_for_and_if() -> None:
    """Half-open; `post[i - 1]` is an earlier turn; after the loop the name is the group."""
    made = run(
        "for i in 2..5 {\n  post = sphere(0.1) at (i, 0, 0)\n"
        "  if i > 2 { rail = cylinder(0.1, _) between post[i - 1] and post } else { gate = sphere(1) }\n}\n"
        "end = sphere(0.1) attach left to post.right\none = sphere(0.1) at post[4]"
    )
    assert places(made) == {
        "post[2]": (2, 0, 0), "gate[2]": (0, 0, 0), "post[3]": (3, 0, 0), "rail[3]": (2.5, 0, 0),
        "post[4]": (4, 0, 0), "rail[4]": (3.5, 0, 0), "end": (1.8, 0, 0), "one": (4, 0, 0),
    }  # fmt: skip


def test_blocks() -> None:
    """A named block is a part with its own names; a nameless one groups and shows its names."""
    made = run(
        "a = { b = sphere(1) at (1, 0, 0) } at (0, 5, 0)\n{ c = sphere(1) at (1, 0, 0) } rotate z 90\nd = sphere(1) at c\ne = sphere(1) at a.b"
    )
    assert places(made) == {"a/b": (1, 5, 0), "c": (0, 1, 0), "d": (0, 1, 0), "e": (1, 5, 0)}


def test_split_sizes() -> None:
    """Absolute and % first; the rest shared by `~`; each slice centred in its place; touching slices are neighbours."""
    made = run(
        "split x of (10, 2, 3) { 1: a = cuboid(_, _, _); 20%: b = cuboid(_, 1, _); ~1: {}; ~3: d = cuboid(_, _, 1) }"
    )
    assert places(made) == {"a": (-4.5, 0, 0), "b": (-3, 0, 0), "d": (2.375, 0, 0)}
    assert sizes(made) == {"a": (1, 2, 3), "b": (2, 1, 3), "d": (5.25, 2, 1)}
    assert made.assembly.root.relations == (Adjacency("a", "b", "x"),)


def test_split_repeat() -> None:
    """max(1, floor(7 / 2 + 1/2)) = 4 copies of 1.75; `index` counts them; names become groups."""
    made = run("split y of (1, 8, 1) { 1: {}; repeat 2: a = cuboid(_, _, 0.1 + index) }\nb = sphere(0.1) at a[3].top")
    assert sizes(made)["a[2]"] == (1, 1.75, 2.1)
    assert places(made) == {
        "a[0]": (0, -2.125, 0), "a[1]": (0, -0.375, 0), "a[2]": (0, 1.375, 0), "a[3]": (0, 3.125, 0), "b": (0, 4, 0),
    }  # fmt: skip


def test_split_repeat_group() -> None:
    """The slices of `repeat { … }` stretch together: 5 / (0.6 + 0.4) gives 5 pairs."""
    made = run(
        "split z of (1, 1, 5) { repeat { 0.6: a = cuboid(_, _, _); 0.4: mirror x { b = sphere(0.1) at (1, 0, 0) } } }"
    )
    found = places(made)
    assert (found["a[0]"], found["a[4]"], found["b[1][1]"]) == ((0, 0, -2.2), (0, 0, 1.8), (-1, 0, -0.7))


def test_scope() -> None:
    """A slice binds its size; nested splits take it."""
    made = run(
        "part bay(size) { split y of size { 50%: cuboid(_, _, _); ~1: s = sphere(scope.y / 2) } }\nsplit x of (4, 6, 1) { ~1: a = bay(scope); 3: {} }"
    )
    assert sizes(made) == {"a/cuboid": (1, 3, 1), "a/s": (3, 3, 3)}
    assert places(made) == {"a/cuboid": (-1.5, -1.5, 0), "a/s": (-1.5, 1.5, 0)}


def test_solids() -> None:
    """One leaf with one label; the box is the first's, the common part's or that around all."""
    made = run(
        "a = difference { cuboid(2, 2, 2); sphere(3) }\nb = union { cuboid(2, 2, 2); sphere(3) }\n"
        "c = intersection { cuboid(2, 2, 8); cuboid(8, 1, 1) at (1, 0, 0) }\nd = hull { sphere(1); sphere(1) at (4, 0, 0) }"
    )
    assert sizes(made) == {"a": (2, 2, 2), "b": (6, 6, 6), "c": (2, 1, 1), "d": (6, 2, 2)}
    mirrored = run("a = difference { cuboid(9, 1, 1); mirror x { h = cylinder(0.1, 2) at (3, 0, 0) }; sphere(0.1) }")
    geometry = child(mirrored, "a").part.geometry
    assert isinstance(geometry, Solid)
    assert len(geometry.operands) == 3  # a mirrored hole is one operand: the union of its images


def test_alternatives() -> None:
    """An alternative is known by its name; the choose's modifiers place whichever was taken."""
    text = "a = choose { 1: cuboid(1, 1, 1); 0: tall = cuboid(1, 3, 1); 0: {} } attach bottom to (0, 0, 0)"
    assert places(run(text)) == {"a": (0, 0.5, 0)}
    assert places(run(text, given={"a": "tall"})) == {"a": (0, 1.5, 0)}
    assert places(run(text, given={"a": "empty"})) == {}
    nameless = "choose { 1: cuboid(1, 1, 1); 1: ball = sphere(2) }"
    assert sizes(run(nameless, given={"choose": "ball"})) == {"ball": (4, 4, 4)}


PREDICATES = {
    "overlaps(a, b)": True,
    "overlaps(a, c)": False,
    "overlaps(a, d)": False,
    "inside(e, a)": True,
    "inside(a, e)": False,
    "supported(a)": True,
    "supported(d)": True,
    "supported(c)": False,
    "overlaps(g, a)": True,
}


@pytest.mark.parametrize(("test", "holds"), PREDICATES.items())
def test_predicates(test: str, holds: bool) -> None:
    """a stands on the ground; b cuts it; c hangs in the air; d stands on a; e lies in a; a group is any of its shapes."""
    text = (
        "a = cuboid(2, 2, 2) at (0, 1, 0)\nb = cuboid(1, 1, 1) rotate y 30 at (1.2, 1, 0)\nc = sphere(1) at (9, 9, 9)\n"
        "d = cuboid(1, 1, 1) at (0, 2.5, 0)\ne = sphere(0.5) at (0, 1, 0)\nfor i in 0..2 { g = sphere(1) at (8 - 8 * i, 1, 0) }\n"
    )
    assert sizes(run(f"{text}r = cuboid(if {test} then 2 else 1, 1, 1)"))["r"][0] == (2 if holds else 1)


def test_rejected_runs_leave_nothing_behind() -> None:
    """A shape that only a thrown-away run made is not there, and its tags and meta are not either."""
    text = (
        "part p() {\n  let u ~ uniform(0, 1)\n  if u < 0.9 { early = sphere(1) }\n  if u < 0.9 { meta low = 1 }\n"
        "  require u > 0.9\n  late = cuboid(1, 1, 1)\n}\na = p()"
    )
    made = run(text, seed=3)
    part = child(made, "a").part
    assert made.rejections > 0
    assert ([c.label for c in part.children], part.meta, sorted(part.names or {})) == (["late"], None, ["late"])
