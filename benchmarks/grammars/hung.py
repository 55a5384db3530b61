"""Random programs of parts that hang on one another, or near one another: what is learned of them is replayed."""

from __future__ import annotations

import random
from typing import Final, final

_TOUCHING: Final = (("top", "bottom"), ("bottom", "top"), ("left", "right"), ("front", "back"))

_SIDEWAYS: Final = (0.03, 0.4)
"""Metres: width and depth of a part."""

_UPWARDS: Final = (0.03, 0.6)


def hung(seed: int) -> str:
    """A base and one to five parts: attached, or beside it; mirrored, in rows, turned, and in some runs only."""
    return _Program(random.Random(seed)).text()


@final
class _Program:
    def __init__(self, draw: random.Random) -> None:
        self.draw, self.lines, self.lets = draw, list[str](), 0

    def text(self) -> str:
        size = [self._number(0.4, 0.9), self._number(0.03, 0.3), self._number(0.4, 0.9)]
        self.lines.append(f"base = cuboid({', '.join(size)}) at (0, {self._number(0.3, 0.6)}, 0)")
        reached = ["base"]
        for k in range(self.draw.randint(1, 5)):
            if self._part(k, self.draw.choice(reached)):
                reached.append(f"p{k}")
        return "\n".join(self.lines) + "\n"

    def _part(self, k: int, on: str) -> bool:
        """Whether others may hang on it."""
        draw = self.draw
        core = self._core(on)
        turn = f" rotate {draw.choice('xyz')} {self._number(-20, 20)}" if draw.random() < 0.2 else ""
        place = self._place(on)
        statement, once = f"p{k} = {core}{turn} {place}", not turn
        if draw.random() < 0.25:
            statement, once = f"mirror {draw.choice(('x', 'z', 'x, z'))} {{ {statement} }}", False
        elif draw.random() < 0.12:
            x, y = draw.uniform(-0.2, 0.2), draw.uniform(-0.2, 0.2)
            row = f"array {draw.randint(2, 4)} by ({x:.2f}, {y:.2f}, 0)"
            statement, once = f"{row} {{ p{k} = {core}{turn} }} {place}", False
        if draw.random() < 0.25:
            weights = draw.randint(1, 4), draw.randint(1, 4)
            self.lines.append(f"c{k} = choose {{ {weights[0]}: {{ {statement} }}\n  {weights[1]}: {{ }} }}")
            return False
        self.lines.append(statement)
        return once

    def _core(self, on: str) -> str:
        ends = (("width", _SIDEWAYS), ("height", _UPWARDS), ("depth", _SIDEWAYS))
        width, height, depth = (
            f"{self.draw.choice((1, 0.5, 0.8))} * {on}.{name}" if self.draw.random() < 0.3 else self._number(*between)
            for name, between in ends
        )
        kind = self.draw.random()
        if kind < 0.7:
            return f"cuboid({width}, {height}, {depth})"
        return (
            f"cylinder({self._number(0.02, 0.15)}, {height})" if kind < 0.85 else f"sphere({self._number(0.03, 0.15)})"
        )

    def _place(self, on: str) -> str:
        if self.draw.random() < 0.45:
            face, own = self.draw.choice(_TOUCHING)
            return f"attach {own} to {on}.{face}({self._number(-1, 1)}, {self._number(-1, 1)})"
        x, y, z = (f"{on}.center.{axis} + {self._number(-0.5, 0.5)}" for axis in "xyz")
        return f"at ({x}, {y}, {z})"

    def _number(self, low: float, high: float) -> str:
        """A constant, or a draw."""
        drawn = self.draw.random() < 0.5
        a, b = sorted((self.draw.uniform(low, high), self.draw.uniform(low, high)))
        if not drawn or b - a < 0.05 * (high - low):
            return f"{a:.3f}"
        self.lets += 1
        law = f"uniform({a:.3f}, {b:.3f})"
        if self.draw.random() >= 0.5:
            law = f"normal({0.5 * (a + b):.3f}, {0.25 * (b - a):.4f}) in [{a:.3f}, {b:.3f}]"
        self.lines.append(f"let n{self.lets} ~ {law}")
        return f"n{self.lets}"
