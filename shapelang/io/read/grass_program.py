"""A symmetry hierarchy as a program: adjacent nodes side by side, a repeated one in a `mirror`, `ring` or `array`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final, assert_never

import numpy as np

from shapelang.io.read import written
from shapelang.io.read.grass import Adjacent, Box, Node, Reflection, Repeated, Rotation, Symmetry, Translation
from shapelang.io.turns import AXES
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_PLAIN: Final = 0.8
"""Degrees: a direction nearer to an axis of the world is along it. A box of half a metre moves by 4 mm at most."""


def hierarchy_program(node: Node) -> str:
    """The text of a `.shape` program that makes the boxes of a hierarchy. Names say no more than an order."""
    names = (f"box{k}" for k in count())
    return print_module(tree.Module(tuple(_statements(node, names, np.eye(3), np.zeros(3)))))


def _statements(node: Node, names: Iterator[str], frame: np.ndarray, origin: np.ndarray) -> Iterator[tree.Statement]:
    """What makes a node, in a frame (3, 3) about an origin (3,)."""
    match node:
        case Box(centre, size, axes):
            turned = _plain(frame.T @ axes)
            modifiers = written.pose(frame.T @ (centre - origin), turned)
            yield tree.ShapeStatement(next(names), tree.Shape(written.cuboid(np.maximum(size, 1e-3)), modifiers))
        case Adjacent(first, second):
            yield from _statements(first, names, frame, origin)
            yield from _statements(second, names, frame, origin)
        case Repeated(inner, symmetry):
            yield _repeated(inner, symmetry, names, frame, origin)
        case _:
            assert_never(node)


def _repeated(
    inner: Node, symmetry: Symmetry, names: Iterator[str], frame: np.ndarray, origin: np.ndarray
) -> tree.Statement:
    """The block that repeats a node, in a frame of its own where its plane or axis is none of the world's."""
    match symmetry:
        case Reflection(normal, point):
            k, own = _along(frame.T @ normal, 0)
            block = tree.Block(tuple(_statements(inner, names, frame @ own, _on(point, frame @ own, origin, (k,)))))
            core: tree.Core = tree.Mirror((AXES[k],), block)
            place = _on(point, frame @ own, origin, (k,))
        case Rotation(axis, point, times):
            k, own = _along(frame.T @ axis, 1)
            others = tuple(j for j in range(3) if j != k)
            place = _on(point, frame @ own, origin, others)
            block = tree.Block(tuple(_statements(inner, names, frame @ own, place)))
            core = tree.Ring(tree.Number(times), AXES[k], block)
        case Translation(step, times):
            own, place = np.eye(3), origin
            block = tree.Block(tuple(_statements(inner, names, frame, origin)))
            core = tree.Array(tree.Number(times), written.vector(frame.T @ step), block)
        case _:
            assert_never(symmetry)
    return tree.ShapeStatement(None, tree.Shape(core, written.pose(frame.T @ (place - origin), own)))


def _on(point: np.ndarray, frame: np.ndarray, origin: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """The origin moved along some axes of a frame, to where the point is along them."""
    return origin + sum((((point - origin) @ frame[:, j]) * frame[:, j] for j in axes), np.zeros(3))


def _along(direction: np.ndarray, otherwise: int) -> tuple[int, np.ndarray]:
    """An axis, and the rotation that brings it to the direction: none where it is along one already."""
    k = int(np.abs(direction).argmax())
    if abs(float(direction[k])) > np.cos(np.radians(_PLAIN)):
        return k, np.eye(3)
    axis = np.eye(3)[otherwise]
    across = np.cross(axis, direction)
    first = across / np.sqrt((across**2).sum())
    here = np.stack([axis, first, np.cross(axis, first)], axis=1)
    return otherwise, np.stack([direction, first, np.cross(direction, first)], axis=1) @ here.T


def _plain(frame: np.ndarray) -> np.ndarray:
    """A rotation, or none where it turns by less than is plain."""
    angle = np.degrees(np.arccos(np.clip(0.5 * (np.trace(frame) - 1.0), -1.0, 1.0)))
    return np.eye(3) if angle < _PLAIN else frame
