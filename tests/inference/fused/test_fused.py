"""Fused surfaces are taken apart into the parts that they were made of."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.bodies.bodies import Body
from shapelang.inference.contacts.bodies import with_parts
from shapelang.inference.fused.facets import facets_of
from shapelang.inference.fused.reading import fused_reading
from shapelang.inference.solids.bows import Bow
from shapelang.inference.solids.kinds import Carved, Cone, Cuboid, Ellipsoid, Kind, Lathe, Prism, Superquadric, Torus
from shapelang.metrics.triangles import Triangles, triangles


def _turned(text: str) -> Triangles:
    """What a program makes as one surface, in no frame of the world."""
    mesh = fused(leaves_of(text))
    a, b = 0.7, 0.4
    first = np.array([(np.cos(a), -np.sin(a), 0.0), (np.sin(a), np.cos(a), 0.0), (0.0, 0.0, 1.0)])
    second = np.array([(1.0, 0.0, 0.0), (0.0, np.cos(b), -np.sin(b)), (0.0, np.sin(b), np.cos(b))])
    return triangles(mesh.positions @ (first @ second).T, mesh.faces)


def _kinds(text: str) -> list[Kind]:
    found = fused_reading(_turned(text), lambda: False)
    assert found.share > 0.8
    return [fit.kind for fit in found.solids]


def test_a_cap_is_hollow_below_as_the_band_that_is_seen_says() -> None:
    cap = "hat = lathe([(0, 0.3), (0.85, 0.1), (1, 0.2), (0.7, 0.6), (0.3, 0.8), (0, 0.85)])"
    found = _kinds(f"{cap}\nstalk = cylinder(radius: 0.2, height: 1) at (0, -0.2, 0)")
    (hat,) = [k for k in found if isinstance(k, Lathe)]
    assert sorted(abs(y - hat.points[1][1]) for r, y in hat.points if r == 0.0)[0] == pytest.approx(0.2, abs=1e-3)


def test_a_cube_has_six_facets_bent_outward() -> None:
    found = facets_of(_turned("cuboid(1, 2, 3)"))
    assert sorted(found.areas) == pytest.approx([2, 2, 3, 3, 6, 6])
    assert found.turn == pytest.approx(np.full(12, 90.0))


def test_what_lies_in_a_corner_is_bent_inward() -> None:
    found = facets_of(_turned("a = cuboid(2, 1, 2)\nb = cuboid(1, 1, 1) at (0, 1, 0)"))
    assert int((found.turn < -89.0).sum()) == 4


def test_a_post_on_a_board_is_two_boxes() -> None:
    sizes = [sorted(k.size) for k in _kinds("a = cuboid(2, 0.2, 2)\nb = cuboid(0.3, 1, 0.3) at (0.5, 0.6, 0.2)")]
    assert sorted(sizes, key=max) == [pytest.approx([0.3, 0.3, 1]), pytest.approx([0.2, 2, 2])]


def test_a_rail_goes_on_through_a_post_that_is_turned_otherwise() -> None:
    found = _kinds("a = cuboid(0.2, 1, 0.2) rotate y 30\nb = cuboid(3, 0.1, 0.08) at (0, 0.2, 0)")
    assert sorted(max(k.size) for k in found) == [pytest.approx(1.0, abs=1e-4), pytest.approx(3.0, abs=1e-4)]


def test_a_ball_on_a_cylinder() -> None:
    found = _kinds("a = cylinder(radius: 0.2, height: 2)\nb = sphere(radius: 0.5) at (0, 1.2, 0)")
    (ball,) = [k for k in found if isinstance(k, Ellipsoid)]
    (post,) = [k for k in found if isinstance(k, Cone)]
    assert ball.size == pytest.approx((1.0, 1.0, 1.0), abs=1e-3)
    assert (post.radius, post.top_radius) == pytest.approx((0.2, 0.2), abs=1e-3)


def test_rails_that_balls_join_are_balls_and_rails() -> None:
    # Where a rail ends in a ball that is hardly thicker the edges are so flat that all is one smooth patch.
    places = [(0.0, 0.0, 0.0), (0.5, 0.1, 0.0), (0.9, 0.2, 0.3), (1.0, 0.3, 0.8), (0.7, 0.4, 1.2)]
    balls = [f"ball_{k} = sphere(0.025) at {place}" for k, place in enumerate(places)]
    rails = [f"rail_{k} = cylinder(0.022, _) between {places[k]} and {places[k + 1]}" for k in range(4)]
    found = _kinds("\n".join([*balls, *rails]))
    assert sorted(k.size[0] for k in found if isinstance(k, Ellipsoid)) == pytest.approx([0.05] * 5, abs=1e-4)
    assert sorted(k.radius for k in found if isinstance(k, Cone)) == pytest.approx([0.022] * 4, abs=1e-4)


def test_a_pipe_with_a_flange_and_a_hollow_elbow_are_solids_with_holes() -> None:
    pipe = "difference {\n union {\n cylinder(0.2, 1)\n cylinder(0.3, 0.06) at (0, 0.47, 0)\n }\n cylinder(0.17, 2)\n}"
    elbow = "difference {\n torus(0.6, 0.2, arc: 90)\n torus(0.6, 0.17) at (-0.284, 0, 0)\n}"
    found = _kinds(f"pipe = {pipe}\nelbow = {elbow} at (2, 0, 0)")
    holes = {type(k.whole): k.holes[0].kind for k in found if isinstance(k, Carved)}
    assert len(found) == 3
    tube, ring = holes[Cone], holes[Bow]
    assert isinstance(tube, Cone) and tube.radius == pytest.approx(0.17, abs=1e-3)
    assert isinstance(ring, Torus) and (ring.radius, ring.tube) == pytest.approx((0.6, 0.17), abs=2e-3)


def test_a_thin_pipe_has_all_of_its_surface() -> None:
    pipe = "difference {\n cylinder(0.2, 3)\n cylinder(0.19, 4)\n}"
    # The wall is thinner than four thousandths of the diagonal.
    assert fused_reading(_turned(f"a = {pipe}\nb = sphere(0.3) at (0, 0, 0)"), lambda: False).share > 0.97


def test_a_torus_that_is_cut_by_a_board() -> None:
    found = _kinds("a = torus(radius: 1, tube: 0.2)\nb = cuboid(4, 2, 0.1)")
    (ring,) = [k for k in found if isinstance(k, Torus)]
    assert (ring.radius, ring.tube) == pytest.approx((1.0, 0.2), abs=2e-3)
    assert sum(isinstance(k, Cuboid) for k in found) == 1


def test_a_lathe_on_a_plate() -> None:
    profile = "(0.5, 0), (0.3, 0.3), (0.4, 0.8), (0.1, 1.2)"
    text = f"a = cylinder(radius: 1, height: 0.1)\nb = lathe([{profile}]) at (0, 0.65, 0)"
    found = _kinds(text)
    (vase,) = [k for k in found if isinstance(k, Lathe)]
    assert [p[0] for p in vase.points] in (
        pytest.approx([0, 0.5, 0.3, 0.4, 0.1, 0], abs=2e-3),
        pytest.approx([0, 0.1, 0.4, 0.3, 0.5, 0], abs=2e-3),
    )


def test_a_cushion_on_legs_is_the_superquadric_that_it_was() -> None:
    text = "a = superquadric(1, 0.3, 0.8, e1: 0.6, e2: 0.4)\nb = cuboid(0.1, 1, 0.1) at (0.2, -0.5, 0.1)"
    (cushion,) = [k for k in _kinds(text) if isinstance(k, Superquadric)]
    assert sorted(cushion.size) == pytest.approx([0.3, 0.8, 1.0], abs=1e-3)


def test_a_bolt_through_a_plate_is_one_prism() -> None:
    text = "a = cuboid(1, 0.1, 1)\nb = prism(sides: 6, radius: 0.1, height: 0.6) at (0.2, 0, 0.1)"
    (bolt,) = [k for k in _kinds(text) if isinstance(k, Prism)]
    assert bolt.height == pytest.approx(0.6, abs=1e-3)
    assert len(bolt.points) == 6


def test_rings_of_a_flat_spheroid_are_no_sphere_and_no_cone() -> None:
    text = "\n".join(
        f"dot_{k} = ellipsoid({size}, 0.12, {size}) rotate z {-20 * k} at ({0.1 + 0.5 * k}, 0.2, 0.05)"
        for k, size in enumerate((0.36, 0.3, 0.24, 0.2))
    )
    found = _kinds("slab = cuboid(3, 0.4, 1) at (0.7, 0, 0)\n" + text)
    spheroids = [k.size for k in found if isinstance(k, Ellipsoid)]
    assert len(found) == 5
    assert [min(s) for s in spheroids] == pytest.approx([0.12] * 4, abs=1e-3)
    assert sorted(max(s) for s in spheroids) == pytest.approx([0.2, 0.24, 0.3, 0.36], abs=1e-3)


def test_what_patches_tell_is_read_once_and_kept_with_the_body() -> None:
    shell = _turned("a = cuboid(2, 0.2, 2)\nb = cuboid(0.3, 1, 0.3) at (0.5, 0.6, 0.2)")
    (body,) = with_parts([Body(shell, np.zeros(len(shell.faces), int), True, shell)], lambda: False).whole
    assert body.told is not None
    assert len(body.told.solids) == 2
