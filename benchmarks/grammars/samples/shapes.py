"""Programs as boxes and as points, and the simple ways to make new chairs that samples are measured beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grammars.programs.program import LONGEST, SHARE, Assembly, Attach, Squeeze, Statement, Translate, Triple
from grammars.programs.text import written
from shapelang.arrays import AnyArray
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import Oriented
from shapelang.io.read.shapeassembly import shape_program
from shapelang.metrics.rooted import boxes_of, reaches
from shapelang.semantics.check import check_text

POINTS = 2048

JITTER = 0.03
"""Deviation of a number of a training program: of an extent relative to it, of a share as it is."""


def boxes(program: Assembly) -> list[Oriented]:
    """The cuboids of a program, written as `.shape` and run."""
    return boxes_of(simulate(check_text(shape_program(written(program)), "sample.shape"), 0).assembly)


def points(shape: Sequence[Oriented], seed: int) -> AnyArray:
    """(POINTS, 3) on the surfaces, uniform by area, about the middle of the shape's box."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    halves = np.array([box.half for box in shape])
    areas = halves[:, [1, 2, 0]] * halves[:, [2, 0, 1]]
    pick = rng.choice(areas.size, POINTS, p=(areas / areas.sum()).reshape(-1))
    box, axis = pick // 3, pick % 3
    local = rng.uniform(-1.0, 1.0, (POINTS, 3))
    local[np.arange(POINTS), axis] = np.where(rng.random(POINTS) < 0.5, -1.0, 1.0)
    frames, centres = np.array([b.axes for b in shape]), np.array([b.centre for b in shape])
    low, high = reaches(list(shape))
    return np.einsum("ni,nij->nj", local * halves[box], frames[box]) + centres[box] - 0.5 * (low + high)


def independent(shapes: Sequence[Sequence[Oriented]], rng: np.random.Generator) -> list[Oriented]:
    """As many parts as some training shape has, each the part of any."""
    count = len(shapes[int(rng.integers(len(shapes)))])
    owners = [shapes[int(k)] for k in rng.integers(len(shapes), size=count)]
    return [owner[int(rng.integers(len(owner)))] for owner in owners]


def jittered(program: Assembly, rng: np.random.Generator) -> Assembly:
    """A draw of the kernel density of programs about one of them; equal extents of a box and what fills it stay so."""

    def extents(size: Triple) -> Triple:
        x, y, z = (min(max(round(s * (1.0 + JITTER * rng.standard_normal())), 1), LONGEST) for s in size)
        return x, y, z

    def share(value: int) -> int:
        return min(max(round(value + SHARE * JITTER * rng.standard_normal()), 0), SHARE)

    def moved(statement: Statement) -> Statement:
        match statement:
            case Attach():
                x, y, z = map(share, statement.point)
                u, v, w = map(share, statement.place)
                return replace(statement, point=(x, y, z), place=(u, v, w))
            case Squeeze():
                return replace(statement, u=share(statement.u), v=share(statement.v))
            case Translate():
                return replace(statement, share=share(statement.share))
            case _:
                return statement

    def whole(assembly: Assembly, size: Triple) -> Assembly:
        parts = [replace(part, size=extents(part.size)) for part in assembly.parts]
        parts = [p if p.inner is None else replace(p, inner=whole(p.inner, p.size)) for p in parts]
        return Assembly(size, tuple(parts), tuple(map(moved, assembly.statements)))

    return whole(program, extents(program.size))
