"""Failures that were met once, each in its smallest form; those of mutated texts are files of `tests/corpus`."""

from __future__ import annotations

import pytest

from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.budget import Limits
from shapelang.execution.replay import ReplayError, replay
from shapelang.execution.simulate import simulate
from tests.execution.test_batch import check
from tests.language.runs import message, program, run, sizes


@pytest.mark.parametrize("name", ["metallic", "roughness", "opacity"])
def test_a_property_of_a_material_that_a_param_takes_out_of_its_range(name: str) -> None:
    text = f"param share = 0.5\nmaterial m = {{ {name}: share }}\nsphere(1) with m"
    assert f"'{name}' lies in [0, 1]" in message(text, {"share": 1.5})
    assert f"'{name}' lies in [0, 1]" in message(text, {"share": -0.1})
    assert run(text, given={"share": 1}).assembly.root.count == run(text).assembly.root.count


@pytest.mark.parametrize("value", [(2.0, 0.0, 0.0), (0.0, -0.1, 0.0), (0.0, float("nan"), 0.0)])
def test_a_colour_from_outside_is_one(value: tuple[float, float, float]) -> None:
    text = "param paint = #ff0000\nmaterial m = { color: paint }\nsphere(1) with m"
    with pytest.raises(UsageError, match="'paint' takes a colour"):
        simulate(program(text), 0, {"paint": value})


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf")], ids=["huge", "low", "infinite"])
def test_a_number_from_outside_that_no_double_holds(value: float) -> None:
    with pytest.raises(UsageError, match="'width' takes a real"):
        simulate(program("param width = 0.8\nsphere(width)"), 0, {"width": value})
    drawn = program("let x ~ uniform(0, 1)\nsphere(1 + x)")
    with pytest.raises(ReplayError, match="it is a finite number"):
        replay(drawn, {"x": value})


def test_a_label_has_no_range() -> None:
    assert message('let s ~ categorical(a: 1, b: 2) in ["a"]\nsphere(1)').startswith(
        "t:1:36: error[E316]: a label has no range\n"
    )


def test_a_vector_is_passed_to_a_used_program_as_one() -> None:
    block = "param size = (1, 2, 3)\nc = cuboid(size.x, size.y, size.z)"
    assert sizes(run('use "block.shape"\na = block(size: (3, 2, 1))', block=block)) == {"a/c": (3, 2, 1)}
    assert "error[E3" in message('use "block.shape"\na = block(size: 3)', block=block)


MIXED = {
    "vectors": "let x ~ uniform(0, 1)\nsphere(1) at (1, x, 2)",
    "conditionals": "let x ~ uniform(0, 1)\nlet y = if x > 0.5 then 1 else x\nsphere(1) at (0, y, 0)",
    "extremes": "let x ~ uniform(0, 2)\nsphere(1) at (min(1, x), max(1, x), clamp(x, 0, 1))",
    "interpolation": "let x ~ uniform(0, 1)\nsphere(1) at (lerp(1, 2, x), lerp(0, x, 1), 0)",
    "whole numbers": "let n: int ~ categorical(1: 1, 2: 1)\nsphere(1) at (n, n / 2, if n > 1 then 0.5 else n)",
}


@pytest.mark.parametrize("name", MIXED)
def test_ints_among_reals_have_the_bits_of_lanes(name: str) -> None:
    check(program(MIXED[name]))


def test_a_chain_has_the_fuel_of_one_run() -> None:
    """With a billion steps allowed, only fuel can end it."""
    p = program("let x ~ uniform(0, 1)\nsphere(1)\nrequire x > 2")
    with pytest.raises(ProgramError, match="require"):
        simulate(p, 0, limits=Limits(fuel=5_000, tries=3, chain_steps=10**9))
