"""Small programs of chairs, tables and shelves, made by hand and by a seeded generator."""

from __future__ import annotations

import numpy as np

from grammars.programs.program import BOX, Assembly, Attach, Part, Reflect, Squeeze, Translate

TEXT = """\
Assembly Program_0 {
	bbox = Cuboid(0.8, 1.4, 0.9, True)
	Program_1 = Cuboid(0.78, 0.6, 0.8, True)
	cube1 = Cuboid(0.8, 0.1, 0.85, True)
	cube2 = Cuboid(0.76, 0.7, 0.1, False)
	attach(Program_1, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.52)
	attach(cube1, Program_1, 0.5, 0.0, 0.5, 0.5, 1.0, 0.5)
	squeeze(cube2, bbox, cube1, top, 0.5, 0.06)
}
Assembly Program_1 {
	bbox = Cuboid(0.78, 0.6, 0.8, True)
	cube0 = Cuboid(0.05, 0.6, 0.05, True)
	cube1 = Cuboid(0.68, 0.03, 0.03, True)
	squeeze(cube0, bbox, bbox, top, 0.032, 0.031)
	attach(cube1, bbox, 0.5, 0.5, 0.5, 0.5, 0.3, 0.031)
	reflect(cube0, X)
	translate(cube1, Z, 2, 0.9)
}
"""


def table(rng: np.random.Generator) -> Assembly:
    """A plate on four legs, or on two with a rail between them."""
    w, h, d = (int(n) for n in rng.integers((600, 500, 500), (1800, 800, 1000)))
    top, leg = int(rng.integers(20, 60)), int(rng.integers(30, 90))
    inset = int(1000 * leg / 2 / w + 0.5), int(1000 * leg / 2 / d + 0.5)
    parts = [Part((w, top, d), True), Part((leg, h - top, leg), True)]
    statements = [
        Attach(0, BOX, (500, 1000, 500), (500, 1000, 500)),
        Squeeze(1, BOX, 0, 3, inset[0], inset[1]),
    ]
    if rng.random() < 0.5:
        inner = Assembly((w, top, d), (Part((w, top, d), True),), (Squeeze(0, BOX, BOX, 2, 500, 500),))
        parts[0] = Part((w, top, d), True, inner)
    copies = [Reflect(1, 0)] if rng.random() < 0.5 else [Translate(1, 0, 1, 1000 - 2 * inset[0])]
    return Assembly((w, h, d), tuple(parts), (*statements, *copies, Reflect(1, 2)))


def tables(count: int) -> list[Assembly]:
    rng = np.random.Generator(np.random.Philox(key=5))
    return [table(rng) for _ in range(count)]
