"""Planted programs come back from two or three examples: as many params, the same relations, each example again."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.cheapest.equal import differing
from grammars.learning.cheapest.numbers import Told
from grammars.learning.cheapest.program import Cheapest, cheapest_program
from grammars.learning.cheapest.relations import cheapest, costs_of, distinct, expressions_of
from grammars.learning.shapes.reading import body_of
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

STOOL = """
param w = 0.4 in [0.1, 1]
param h = 0.45 in [0.1, 1]
param t = 0.04 in [0.01, 0.1]
seat = cuboid(w, 0.03, w) at (0, h - 0.015, 0)
mirror x, z { leg = cuboid(t, h - 0.03, t) attach bottom(1, 1) to (w / 2, 0, w / 2) }
"""

SHELF = """
param w = 0.8 in [0.1, 2]
param h = 1.5 in [0.1, 3]
param n: int = 3 in [1, 9]
back = cuboid(w, h, 0.01) at (0, h / 2, 0)
array n by (0, 0.3, 0) { board = cuboid(w - 0.04, 0.02, 0.25) } attach bottom to (0, 0.1, 0.13)
"""

LAMP = """
param r = 0.1 in [0.01, 1]
base = cylinder(r, 0.02) at (0, 0.01, 0)
pole = cylinder(0.012, 2 * r) attach bottom to (0, 0.02, 0)
shade = sphere(r / 2) attach bottom to (0, 0.02 + 2 * r, 0)
"""


def learned(text: str, *given: dict[str, float], tolerance: float = 1e-5) -> Cheapest:
    bodies = [body_of(simulate(check_text(text, "planted.shape"), 0, values).assembly) for values in given]
    found = cheapest_program([body for body in bodies if body is not None], tolerance)
    assert found is not None
    return found


def varying(found: Cheapest) -> set[str]:
    return {name for name in found.params if len({g[name] for g in found.given if name in g}) > 1}


def test_one_param_and_what_hangs_on_it() -> None:
    found = learned(LAMP, {"r": 0.1}, {"r": 0.17})
    assert not found.missing and found.proved
    assert varying(found) == {"pole_height"}
    # A lamp that was no example: the same relations make it.
    again, planted = (
        body_of(simulate(check_text(text, "a.shape"), 0, given).assembly)
        for text, given in ((found.text, {"pole_height": 0.26}), (LAMP, {"r": 0.13}))
    )
    assert again is not None and planted is not None and not differing(again, planted, 1e-4)


@pytest.mark.parametrize("third", [False, True])
def test_two_params(third: bool) -> None:
    examples = [{"w": 0.4, "h": 0.45}, {"w": 0.52, "h": 0.71}, {"w": 0.47, "h": 0.6}][: 3 if third else 2]
    found = learned(STOOL, *examples)
    assert not found.missing and found.proved
    assert len(varying(found)) == 2
    for relation in ("cuboid(width, 0.03, width)", "width / 2, 0, width / 2"):
        assert relation in " ".join(found.text.split())


def test_three_params_from_three_examples() -> None:
    examples = [{"w": 0.4, "h": 0.45, "t": 0.03}, {"w": 0.52, "h": 0.71, "t": 0.056}, {"w": 0.47, "h": 0.6, "t": 0.041}]
    found = learned(STOOL, *examples)
    assert not found.missing
    assert len(varying(found)) == 3
    assert "cuboid(leg_width, seat_bottom, leg_width)" in found.text


def test_a_count_is_a_param() -> None:
    found = learned(SHELF, {"n": 3}, {"n": 4, "w": 0.9})
    assert not found.missing
    assert varying(found) == {"width", "board_count"}
    assert "array board_count by (0, 0.3, 0)" in found.text
    assert "width - 0.04" in found.text


def test_what_one_example_lacks_is_a_choice() -> None:
    body = "seat = cuboid(0.4, 0.04, 0.4) at (0, 0.43, 0)\nfoot = cuboid(0.3, 0.41, 0.3) at (0, 0.205, 0)\n"
    back = "back = cuboid(0.4, 0.3, 0.02) at (0, 0.6, -0.19)\n"
    texts = (body, body + back)
    bodies = [body_of(simulate(check_text(text, "a.shape")).assembly) for text in texts]
    found = cheapest_program([b for b in bodies if b is not None], 1e-5)
    assert found is not None and not found.missing
    assert [given["back_or_not"] for given in found.given] == ["without_back", "with_back"]


def test_one_example_has_params_to_set() -> None:
    """Numbers that recur are params: the seat's square, and the legs'."""
    found = learned(STOOL, {})
    assert not found.missing and {"width"} <= set(found.params) and "cuboid(width, 0.03, width)" in found.text
    wide = simulate(check_text(found.text, "again.shape"), 0, {"width": 0.6}).assembly
    body = body_of(wide)
    assert body is not None and body.size[0] == pytest.approx(0.6) and body.size[2] == pytest.approx(0.6)


def test_the_choice_is_the_cheapest_of_all() -> None:
    """Against every set of params of a small problem, each number told in its cheapest way."""
    columns = ([0.4, 0.5], [0.2, 0.25], [0.7, 0.7], [0.3, 0.2], [0.7, 0.7], [0.9, 1.2])
    known = [Told(f"n{k}", np.array(c), "length", k % 3) for k, c in enumerate(columns)]
    slots = [(told,) for told in known]
    found = cheapest(slots, known, 1e-6)
    candidates = distinct(known, 1e-6)
    options = [list(expressions_of(slot, candidates, 1e-6)) for slot in slots]
    costs = costs_of(candidates, 1e-6)
    best = float("inf")
    for mask in range(2 ** len(candidates)):
        there = [k for k in range(len(candidates)) if mask >> k & 1]
        told = [[e.bits for e in of if all(p in there for p, _ in e.terms)] for of in options]
        if all(told):
            best = min(best, sum(costs[k] for k in there) + sum(map(min, told)))
    assert found.bits == pytest.approx(best) and found.proved


def test_too_many_numbers_are_none() -> None:
    parts = "".join(f"p{k} = cuboid(0.{k + 11}, 0.{k + 13}, 0.1) at ({k * k}, 0.05, {k})\n" for k in range(40))
    body = body_of(simulate(check_text(parts, "a.shape")).assembly)
    assert body is not None and cheapest_program([body], 1e-5) is None
