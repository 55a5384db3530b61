"""Whether a shape stands when it is pushed: ShapeAssembly's check (Jones et al., 2020, section 7.3 and its code).

A rooted shape is put on a plane, components that hang together as one body each, which do not meet one another. Its
mass is its volume at the mean of its surface, its inertia 1 for each part; for one step it is pushed upwards by
1000 v and turned by 4 v, 4 v and 80 v, v being the volume times the smaller extent of its base. After 10,000 steps
none may have moved up or down by more than 2.5 % of its height.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from shapelang.geometry.oriented import Oriented
from shapelang.metrics.rooted import NEAR, diagonal, hanging, reaches, rooted

STEPS = 10_000

FALLEN = 0.025


def has_physics() -> bool:
    return find_spec("pybullet") is not None


def stable(boxes: list[Oriented], steps: int = STEPS) -> bool:
    """Whether it stands. Needs the extra `physics`."""
    if not rooted(boxes):
        return False
    import pybullet as p  # pyright: ignore[reportMissingImports]

    client = p.connect(p.DIRECT)
    try:
        return _stands(p, client, boxes, steps)
    finally:
        p.disconnect(client)


def _stands(p: Any, client: int, boxes: list[Oriented], steps: int) -> bool:
    """`p`: the module, which has no types."""
    p.setGravity(0, 0, -9.8, physicsClientId=client)
    floor = p.createCollisionShape(p.GEOM_PLANE, physicsClientId=client)
    plane = p.createMultiBody(0.0, floor, physicsClientId=client)
    p.changeDynamics(plane, -1, lateralFriction=1.0, physicsClientId=client)
    bodies: list[tuple[int, float, float]] = []
    for group in hanging(boxes, NEAR * diagonal(boxes)):
        part = [boxes[k] for k in group]
        body, start = _body(p, client, part)
        low, high = reaches(part)
        extent = high - low
        push = sum(_volume(box) for box in part) * float(min(extent[0], extent[2]))
        p.applyExternalForce(body, -1, (0, 0, 1000 * push), start, p.WORLD_FRAME, physicsClientId=client)
        p.applyExternalTorque(body, -1, (4 * push, 4 * push, 80 * push), p.WORLD_FRAME, physicsClientId=client)
        for other, _, _ in bodies:
            p.setCollisionFilterPair(body, other, -1, -1, 0, physicsClientId=client)
        bodies.append((body, start[2], float(extent[1])))
    for _ in range(steps):
        p.stepSimulation(physicsClientId=client)
    ends = [p.getBasePositionAndOrientation(body, physicsClientId=client)[0][2] for body, _, _ in bodies]
    return all(abs(end - start) <= FALLEN * height for end, (_, start, height) in zip(ends, bodies, strict=True))


def _volume(box: Oriented) -> float:
    return 8.0 * box.half[0] * box.half[1] * box.half[2]


def _body(p: Any, client: int, boxes: list[Oriented]) -> tuple[int, tuple[float, float, float]]:
    """A body of boxes, +Z up, standing on the plane, and where its centre of mass is."""
    from scipy.spatial.transform import Rotation

    halves = np.array([box.half for box in boxes])
    areas = halves[:, 0] * halves[:, 1] + halves[:, 1] * halves[:, 2] + halves[:, 2] * halves[:, 0]
    centres = np.array([box.centre for box in boxes]) @ _UP
    middle = (areas[:, None] * centres).sum(axis=0) / areas.sum()
    frames = np.array([box.axes for box in boxes]) @ _UP
    frames[np.linalg.det(frames) < 0.0, 0] *= -1.0
    turns = Rotation.from_matrix(frames.transpose(0, 2, 1)).as_quat()
    shape = p.createCollisionShapeArray(
        shapeTypes=[p.GEOM_BOX] * len(boxes), halfExtents=halves.tolist(),
        collisionFramePositions=(centres - middle).tolist(), collisionFrameOrientations=turns.tolist(),
        physicsClientId=client,
    )  # fmt: skip
    start = (float(middle[0]), float(middle[1]), float(middle[2] - reaches(boxes)[0][1]))
    mass = sum(_volume(box) for box in boxes)
    body = p.createMultiBody(mass, shape, basePosition=start, physicsClientId=client)
    inertia = [float(len(boxes))] * 3
    p.changeDynamics(body, -1, localInertiaDiagonal=inertia, physicsClientId=client)
    return body, start


_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Rows with +Y up to rows with +Z up: (x, y, z) to (x, −z, y)."""
