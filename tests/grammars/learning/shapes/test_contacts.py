"""What touches in the examples touches in samples of what is learned from them."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.contacts import leaves_of, near
from grammars.learning.shapes.frames import anchored, share_of
from grammars.learning.shapes.learned import learned
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from grammars.learning.shapes.roles import roles_of
from grammars.learning.shapes.supports import Hung, assigned, common_parts, standing_of
from shapelang.assembly.assembly import Assembly
from shapelang.execution.simulate import simulate
from shapelang.metrics.rooted import box_distance, boxes_of, rooted
from shapelang.semantics.check import check_text

SHELF = """
let y ~ uniform(0.2, 0.9)
let x ~ uniform(-0.4, 0.4)
let h ~ uniform(0.3, 1.2)
wall = cuboid(1, 2, 0.1) at (0, 1, 0)
board = cuboid(0.5, 0.04, 0.3) attach back to wall.point(x, 2 * y - 1, 1)
leg = cuboid(0.05, h, 0.05) attach top to board.bottom(0.2, 0.5)
"""

ARMS = """
let w ~ normal(0.5, 0.1) in [0.3, 0.7]
let t ~ uniform(0.1, 0.4)
seat = cuboid(w, t, 0.5) at (0, 0.5, 0)
let lean ~ uniform(5, 15)
back = cuboid(w, 0.6, 0.05) rotate x -lean attach bottom(0, -1) to seat.top(0, -1)
let u ~ uniform(-0.5, 0.9)
rest = choose {
  2: arms = mirror x { arm = cuboid(0.05, 0.3, 0.3) attach bottom(1, 0) to seat.top(1, u) }
  1: wings = mirror x { wing = cuboid(0.2, 0.1, 0.05) attach right to back.left(u, 0) }
  1: none = {}
}
"""

BLOCKS = """
part frame(w, h, n: int) {
  let pitch = (w - 0.05) / (n - 1)
  for i in 0..n { post = cuboid(0.05, h, 0.05) at (i * pitch - (w - 0.05) / 2, 0, 0) }
  let v ~ uniform(-0.8, 0.8)
  rail = cuboid(w, 0.04, 0.04) attach center to post[0].point(0, v, 0) + (w / 2 - 0.025, 0, 0)
}
let w ~ uniform(0.5, 1.5)
let h ~ uniform(0.3, 0.9)
let n: int ~ categorical(3: 1, 4: 2, 5: 1)
board = cuboid(w, 0.05, 0.6) at (0, 0.7, 0)
mirror z { frame(w, h, n) attach top(0, 1) to board.bottom(0, 0.8) }
"""


def shapes(text: str, count: int) -> list[Assembly]:
    program = check_text(text, "planted.shape")
    return [simulate(program, seed).assembly for seed in range(count)]


def bodies(text: str, count: int) -> list[Body]:
    return [body for shape in shapes(text, count) if (body := body_of(shape)) is not None]


@pytest.mark.parametrize("text", [SHELF, ARMS, BLOCKS], ids=["shelf", "arms", "blocks"])
@pytest.mark.parametrize("count", [8, 40])
def test_samples_of_what_is_learned_are_rooted_as_the_examples_are(text: str, count: int) -> None:
    assert all(rooted(boxes_of(shape)) for shape in shapes(text, count))
    examples = bodies(text, count)
    found = learned(examples, [], precision_of(examples, 0.004), count=1).grammar
    assert all(not found.explained(body).missing for body in examples)
    hanging = [k for k, shape in enumerate(shapes(found.text, 40)) if not rooted(boxes_of(shape))]
    assert hanging == []


@pytest.mark.parametrize("text", [SHELF, ARMS, BLOCKS], ids=["shelf", "arms", "blocks"])
def test_leaves_of_items_are_those_of_the_assembly(text: str) -> None:
    for shape in shapes(text, 5):
        body = body_of(shape)
        assert body is not None
        boxes = boxes_of(shape)
        low = np.min([np.array(b.centre) - b.reach() for b in boxes], axis=0)
        high = np.max([np.array(b.centre) + b.reach() for b in boxes], axis=0)
        origin = np.array([0.5 * (low[0] + high[0]), low[1], 0.5 * (low[2] + high[2])])
        ours = sorted(tuple(np.round(leaf.centre, 3) + 0.0) for item in body.items for leaf in leaves_of(item))
        theirs = sorted(tuple(np.round(np.array(b.centre) - origin, 3) + 0.0) for b in boxes)
        assert np.array(ours) == pytest.approx(np.array(theirs), abs=0.002)


def test_items_are_near_where_their_boxes_are() -> None:
    for shape in shapes(ARMS, 5):
        body = body_of(shape)
        assert body is not None
        seat, back = (next(item for item in body.items if item.name == name) for name in ("seat", "back"))
        a, b = (
            next(box for leaf, box in zip(shape.leaves(), boxes_of(shape), strict=True) if leaf.path == (name,))
            for name in ("seat", "back")
        )
        far = box_distance(a, b)
        assert near(leaves_of(seat), leaves_of(back), far + 1e-3).any()


def test_a_row_has_a_leaf_for_each_of_its_count() -> None:
    size, zero = np.array([0.1, 1.0, 0.1]), np.zeros(3)
    row = Item("", "cuboid", (0.1, 1.0, 0.1), (), None, "z", Row(3, np.array([0.8, 0.0, 0.0])), size, zero + 0.5, zero)
    middles = sorted(tuple(np.round(leaf.centre, 6).tolist()) for leaf in leaves_of(row))
    assert middles == [(x, 0.5, z) for x in (0.1, 0.5, 0.9) for z in (-0.5, 0.5)]


def test_a_share_of_a_box_is_1_at_its_end_however_it_is_turned() -> None:
    turned = Item(
        "",
        "cuboid",
        (2.0, 4.0, 6.0),
        (),
        None,
        "",
        None,
        np.array([2.0, 4.0, 6.0]),
        np.ones(3),
        np.array([0.0, 0.0, 90.0]),
    )
    assert anchored(turned, (0, 1, 0)) == pytest.approx(np.array([-1.0, 1.0, 1.0]))
    assert share_of(turned, np.array([-1.0, 1.0, 1.0])) == pytest.approx(np.array([0.0, 1.0, 0.0]))


def test_one_role_is_a_part_for_each_thing_that_it_hangs_on() -> None:
    found = bodies(ARMS.replace("wing = cuboid", "arm = cuboid"), 24)
    roles, assignments = roles_of(found)
    standings = [standing_of(body, a, 0.01) for body, a in zip(found, assignments, strict=True)]
    parts = common_parts(standings, 1)
    names = [roles[part.key[0]].label for part in parts]
    assert parts[0].support is None
    arms = {names[p.support] for p, name in zip(parts, names, strict=True) if name == "arm" and p.support is not None}
    assert arms <= {"seat", "back"} and "seat" in arms
    for standing in standings:
        for number in assigned(standing, parts):
            support = parts[number].support
            assert support is None or standing.touch(parts[number].key, parts[support].key)
    assert all(part.support is None or part.support < k for k, part in enumerate(parts))
    assert Hung(parts[0].key, None) == parts[0]


def test_what_touches_a_block_and_now_and_then_a_cuboid_hangs_on_that_where_it_is() -> None:
    text = """part frame() {
      mirror x { stile = cuboid(0.1, 0.4, 0.1) at (0.3, 0, 0) }
      sill = cuboid(0.7, 0.1, 0.1) at (0, -0.15, 0)
    }
    seat = cuboid(1, 0.1, 1) at (0, 0.5, 0)
    frame() at (0, 0.25, 0)
    rail = cuboid(0.05, 0.05, 0.3) at (0, 0.1, 0.2)
    """
    post = "post = cuboid(0.1, 0.4, 0.1) at (0, 0.25, 0.4)"
    found = [*bodies(text + post, 6), *bodies(text, 6)]
    roles, assignments = roles_of(found)
    standings = [standing_of(body, a, 0.01) for body, a in zip(found, assignments, strict=True)]
    parts = common_parts(standings, 1)
    names = [roles[part.key[0]].label for part in parts]
    assert [names[p.support] for p, n in zip(parts, names, strict=True) if n == "rail" and p.support is not None] == [
        "post", "frame"
    ]  # fmt: skip
