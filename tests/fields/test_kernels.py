"""The kernels against the plain reference: every terminal and solid, values and gradients."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from shapelang.fields.at import field_at, value_and_gradient_at
from shapelang.fields.kernels import compiled, elementary
from shapelang.fields.kernels.compiled import relaxed
from shapelang.fields.lists import ROUNDING
from shapelang.fields.packed import pack
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.representations.surface import geometry_mesh
from tests.fields.scenes import GEOMETRIES, hulls, leaf, moved, poses, reference, scatter
from tests.laws.solids import SOLIDS

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

KINDS = {**SOLIDS, "hull": hulls(), "solid": GEOMETRIES}
each_kind = pytest.mark.parametrize("kind", KINDS)
seeds = st.integers(0, 1000)


def tolerance(found: object, points: np.ndarray) -> np.ndarray:
    """Half of what `ROUNDING` says of 32-bit arithmetic: as a share of the reach and the distance of the points."""
    apart = np.sqrt(((points[:, None] - found.centres) ** 2).sum(axis=2)) + found.reach  # type: ignore[attr-defined]
    # Places are taken relative to the first point of a chunk, which may lie across the whole cloud.
    spread = np.sqrt(((points - points[0]) ** 2).sum(axis=1)).max()
    return 0.5 * ROUNDING * (apart.max(axis=1) + spread)


def test_the_kinds_are_those_of_the_table() -> None:
    assert set(PRIMITIVE_BY_KIND) < set(KINDS)


@each_kind
@settings(max_examples=25)
@given(data=st.data(), seed=seeds)
def test_values_are_those_of_the_reference(kind: str, data: st.DataObject, seed: int) -> None:
    leaves = [leaf(data.draw(KINDS[kind]), data.draw(poses()))]
    found, points = pack(leaves), scatter(seed, 100)
    expected = reference(leaves, points)
    assert (np.abs(field_at(found, points).values - expected) <= tolerance(found, points)).all()
    exact, _ = value_and_gradient_at(found, points)
    # 64 bits, other order of operations; a superquadric's logarithms stand beside powers of up to 20.
    assert np.abs(exact - expected).max() <= 1e-12 * (found.reach[0] + 10.0)


@each_kind
@settings(max_examples=25)
@given(data=st.data(), seed=seeds)
def test_gradients_are_those_of_differences(kind: str, data: st.DataObject, seed: int) -> None:
    """Where the differences ahead and behind agree: elsewhere the field has an edge."""
    leaves = [leaf(data.draw(KINDS[kind]), data.draw(poses()))]
    points, step = scatter(seed, 60, 2.0), 1e-6
    _, gradient = value_and_gradient_at(pack(leaves), points)
    # A superquadric's gradient is a quotient of powers up to the 20th, of 64 bits.
    assert np.sqrt((gradient * gradient).sum(axis=1)).max() <= 1.0 + 1e-9
    here = reference(leaves, points)
    smooth, middle = np.full(len(points), True), np.zeros((len(points), 3))
    for axis in range(3):
        ahead, behind = (reference(leaves, points + sign * step * np.eye(3)[axis]) for sign in (1.0, -1.0))
        smooth &= np.abs(ahead + behind - 2.0 * here) < 1e-3 * step
        middle[:, axis] = (ahead - behind) / (2.0 * step)
    # Smooth here is a second difference below 1e-3 of the step, and rounding of 1e-15 over the step is 1e-9.
    assert np.abs(gradient - middle)[smooth].max(initial=0.0) < 2e-3
    assert smooth.sum() >= len(points) // 4


@pytest.mark.parametrize("kind", [*SOLIDS, "hull"])
@settings(max_examples=10)
@given(data=st.data())
def test_gradients_hold_on_the_surface(kind: str, data: st.DataObject) -> None:
    """Where the distance itself is nothing: a step along it leads out, and one against it in."""
    leaves = [leaf(data.draw(KINDS[kind]), data.draw(poses()))]
    found, mesh = pack(leaves), geometry_mesh(leaves[0].geometry, 16)
    middles = mesh.positions[mesh.faces].mean(axis=1)
    points = np.stack(leaves[0].pose.apply((middles[:, 0], middles[:, 1], middles[:, 2])), axis=1)
    for _ in range(30):
        value, gradient = value_and_gradient_at(found, points)
        points = points - gradient * (value / np.maximum((gradient * gradient).sum(axis=1), 1e-9))[:, None]
    value, gradient = value_and_gradient_at(found, points)
    # Newton's steps end on the surface, up to 2^-52 of some metres, but where a superquadric is nearly edged.
    on = np.abs(value) < 1e-12
    assert on.mean() > 0.2
    step = 1e-6 * gradient[on]
    assert (reference(leaves, points[on] + step) > 0.0).mean() > 0.9
    assert (reference(leaves, points[on] - step) < 0.0).mean() > 0.9


@settings(max_examples=25)
@given(st.lists(st.builds(leaf, GEOMETRIES, poses()), min_size=1, max_size=3), seeds)
def test_far_from_the_origin_nothing_is_lost(leaves: list, seed: int) -> None:
    points = scatter(seed, 60)
    # Powers of two: the places themselves are moved with an error of 2^-52 of them only, 1e-10.
    offset = (2.0**20, -(2.0**19), 2.0**18)
    near, far = pack(leaves), pack(moved(leaves, offset))
    gap = np.abs(field_at(near, points).values - field_at(far, points + np.array(offset)).values)
    assert (gap <= 2.0 * tolerance(near, points) + 1e-8).all()


def test_elementary_functions_have_the_declared_errors() -> None:
    @relaxed
    def tables(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> None:
        for k in range(len(x)):
            out[0, k], out[1, k] = elementary.log2(x[k]), elementary.exp2(y[k])
            out[2, k] = elementary.atan2(y[k], x[k] - np.float32(2.0))

    random = np.random.default_rng(0)
    x = (2.0 ** random.uniform(-100.0, 100.0, 4096)).astype(np.float32)
    x[:1024] = random.uniform(0.5, 4.0, 1024)
    y = random.uniform(-120.0, 20.0, 4096).astype(np.float32)
    out = np.zeros((3, 4096), np.float32)
    tables(x, y, out)
    wide, tall = x.astype(np.float64), y.astype(np.float64)
    # The polynomials' errors (below 8e-8), and 2^-24 of the result for each of the last roundings: two of log2, of exp2
    # three with its constant's. atan2 reaches π, where a rounding is 1.2e-7, and rounds its constants and quotient.
    assert (np.abs(out[0] - np.log2(wide)) <= 1.5e-7 + 2.0**-23 * np.abs(np.log2(wide))).all()
    assert (np.abs(out[1] / 2.0**tall - 1.0) <= 3e-7).all()
    assert (np.abs(out[2] - np.arctan2(tall, x - np.float32(2.0))) <= 5e-7).all()


def test_the_costliest_loop_is_vector_code() -> None:
    """A call or a branch in it would make it twenty times slower, and nothing else would show."""
    from shapelang.fields.kernels.terminals import norm

    code = njit("void(UniTuple(f4[::1], 3), UniTuple(f4, 12), f4[::1], f4[::1])", nogil=True)(
        lambda p, f, n, out: norm(p, f, n, out)
    )
    text = "\n".join(code.inspect_asm().values())
    if "vmulss" not in text and "mulss" not in text:
        pytest.skip("the processor is not of the family whose instructions this test knows")
    packed, single = (len(re.findall(rf"v?(?:mul|fn?m\w+?){kind}\b", text)) for kind in ("ps", "ss"))
    assert packed >= single


def test_kernels_are_kept_by_all_that_they_are_made_of() -> None:
    folder = Path(compiled.__file__).parent
    assert {"tape.py", "elementary.py", "arguments.py", "compiled.py"} <= _imported(folder / "blocks.py")
    assert "codes.py" in _imported(folder / "terminals.py")
    assert compiled._digest(folder / "blocks.py") != compiled._digest(folder / "points.py")


def test_kernels_of_other_rooms_are_kept_by_what_they_import_of_their_own() -> None:
    root = Path(compiled.__file__).parents[3]
    chain = root / "grammars" / "arrangement" / "kernels" / "chain.py"
    rooms = {path.relative_to(root).parts[:2] for path in compiled._imported(chain, chain.read_bytes())}
    assert rooms == {("grammars", "arrangement"), ("shapelang", "fields")}


def _imported(path: Path) -> set[str]:
    return {found.name for found in compiled._imported(path, path.read_bytes())}
