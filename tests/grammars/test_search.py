"""What a search over derivations must not lose on its way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grammars.explaining import beam, placing
from grammars.explaining.beam import Beam, Hypothesis
from grammars.explaining.placing import Place
from grammars.explaining.prior import Grammar
from grammars.explaining.standing import standing
from shapelang.deadline import NEVER, Deadline
from shapelang.diagnostics import UsageError
from shapelang.execution.constrain import constrain
from shapelang.execution.simulate import simulate
from shapelang.fitting.race import race_of
from shapelang.inference.prior import Derived
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from shapelang.semantics.loader import FileLoader

LOADER = FileLoader(Path("."))
TALL = "let h ~ uniform(1, 3)\npost = cuboid(1, h, 1) at (0, h / 2, 0)\n"
EITHER = """\
part slim() { let h ~ uniform(1, 2); cuboid(0.5, h, 0.5) at (0, h / 2, 0) }
part flat() { cuboid(3, 0.2, 1) at (0, 0.1, 0) }
made = choose { 1: slim(); 1: flat() }
"""


def mesh_of(text: str) -> Triangles:
    flat = flattened(simulate(check_text(text)).assembly)
    return triangles(flat.positions, flat.faces)


def explained(text: str, mesh: Triangles, most: int = 1) -> list[Derived]:
    return list(Grammar(check_text(text), LOADER).derivations(mesh, most, 7, NEVER))


@pytest.mark.parametrize(
    "text",
    [
        "a = cuboid(1, 1, 1)\nlet h = 0.5\npart leg() { cuboid(h, h, h) }\nleg() at (2, 0, 0)\n",
        "let k = 2\na = cuboid(1, 1, 1)\nlet h = k / 4\nparam w = h\nlet g = w + h\nb = cuboid(g, h, w) at (2, 0, 0)\n",
        "a = cuboid(1, 1, 1)\nlet h ~ uniform(1, 1.5)\nlet g = 2 * h\nb = cuboid(g, h, 1) at (4, 0, 0)\n",
    ],
)
def test_what_is_bound_between_shapes_serves_the_definitions_that_are_moved_out(text: str) -> None:
    made, prefix = standing(check_text(text).source, LOADER, Place(0, 1.0, (1.0, 0.0, 0.0)))
    before, after = simulate(check_text(text), 3), simulate(check_text(made), 3)
    assert {f"{prefix}{address}" for address in before.choices} == set(after.choices)
    if not before.choices:
        assert mesh_of(made).positions == pytest.approx(mesh_of(text).positions + np.array([1.0, 0.0, 0.0]), abs=1e-9)


@pytest.mark.parametrize(("made", "chosen"), [("cuboid(3, 0.2, 1)", "flat"), ("cuboid(0.5, 1.6, 0.5)", "slim")])
def test_an_alternative_without_reals_is_one_of_those_that_are_compared(made: str, chosen: str) -> None:
    height = 0.2 if chosen == "flat" else 1.6
    for x in (0.0, 5.0):
        mesh = mesh_of(f"{made} at ({x}, {height / 2}, 0)\n")
        (found,) = explained(EITHER, mesh)
        assert found.choices["made"] == chosen
        again = mesh_of(found.text)
        assert np.abs(np.array(again.bounds) - np.array(mesh.bounds)).max() < 2e-3


def test_a_grammar_of_one_fixed_shape_explains_it() -> None:
    (found,) = explained("cuboid(1, 1, 1)\n", mesh_of("cuboid(1, 1, 1)\n"))
    assert (found.text, found.log_prob) == ("cuboid(1, 1, 1)\n", 0.0)
    assert found.log_likelihood > -1e-6


def test_what_polishing_makes_worse_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(1000))
    # Whatever is fitted after the first has more beside the mesh.
    monkeypatch.setattr("grammars.explaining.beam.surplus", lambda *_: float(next(looks)))
    (found,) = explained(TALL, mesh_of("cuboid(1, 2, 1) at (0, 1, 0)\n"))
    assert next(looks) > 1
    assert found.log_likelihood > -1.0


def test_a_place_that_finds_nothing_leaves_what_another_found(monkeypatch: pytest.MonkeyPatch) -> None:
    search, calls = Beam.search, iter(range(100))

    def failing(beam: Beam, most: int) -> list[Hypothesis]:
        if next(calls) in failures:
            raise UsageError("nothing here")
        return search(beam, most)

    monkeypatch.setattr(Beam, "search", failing)
    wedge = mesh_of("wedge(1, 2, 1) at (0, 1, 0)\n")
    failures = {1, 2}
    (found,) = explained(TALL, wedge)
    assert next(calls) > 2 and found.choices["h"] > 1.0
    calls, failures = iter(range(100)), set(range(100))
    with pytest.raises(UsageError, match="nothing here"):
        explained(TALL, wedge)


def test_one_geometry_is_one_alternative_however_it_is_turned() -> None:
    assert len(explained(TALL, mesh_of("wedge(1, 2, 1) at (0, 1, 0)\n"), 3)) == 1


def test_when_it_is_late_one_run_is_looked_at_and_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of a large program take longer than a short limit: the mesh is laid on one, and one is fitted once."""
    program = check_text("let high ~ uniform(0.5, 2)\nbox = choose { 1: cuboid(1, high, 1); 1: cylinder(0.5, high) }\n")
    made = flattened(simulate(program, 1).assembly)
    looked: list[str] = []

    def counted_runs(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            looked.append(what)
            return function(*args, **more)

        return counted

    monkeypatch.setattr(placing, "constrain", counted_runs("laid", constrain))
    monkeypatch.setattr(beam, "race_of", counted_runs("fitted", race_of))
    ticks = count(0.0)
    late = Deadline(-1.0, lambda: next(ticks))
    mesh = triangles(made.positions, made.faces)
    (found,) = Grammar(program, FileLoader(Path("."))).derivations(mesh, 1, 0, late)
    assert looked == ["laid", "fitted"]
    assert "high" in found.text
