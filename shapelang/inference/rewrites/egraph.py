"""A small e-graph: classes of terms that make the same instances.

After Nandi et al., "Synthesizing structured CAD models with equality saturation and inverse transformations", PLDI
2020, and Willsey et al., "egg", POPL 2021. Other than there, a class is known by what it makes, terminals up to the
grid, so that terms whose numbers differ by rounding fall together without being told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, assert_never, final

import numpy as np

from shapelang.inference.rewrites.scene import Scene, one
from shapelang.inference.rewrites.terms import Arrayed, Class, Group, Mirrored, Piece, Term, inner, own_tokens, written
from shapelang.syntax import tree

_NOTHING: Final = Scene(())


@final
class EGraph:
    """Terms by class, and the cheapest of each. `near`: metres up to which two terminals are one.

    Classes are never merged after they are made: a term finds the class of what it makes, or opens it.
    """

    def __init__(self, near: float, grid: float) -> None:
        self.near: Final = near
        self._grid: Final = grid
        self._class_of: dict[Term, Class] = {}
        self._terms: list[list[Term]] = []
        self._scenes: list[Scene] = []
        self._known: dict[object, list[Class]] = {}
        self._steps: list[tuple[float, float, float]] = []
        self._best: list[tuple[int, Term]] = []

    def __len__(self) -> int:
        """The number of terms."""
        return len(self._class_of)

    def scene(self, number: Class) -> Scene:
        """What the terms of a class make."""
        return self._scenes[number]

    def terms(self, number: Class) -> Sequence[Term]:
        """The terms of a class, the first that was found first."""
        return self._terms[number]

    def since(self, count: int) -> Iterator[Term]:
        """The terms that came after the first `count`."""
        return islice(self._class_of, count, None)

    def cost(self, number: Class) -> int:
        """Tokens of the cheapest term of a class."""
        return self._best[number][0]

    def best(self, number: Class) -> Term:
        """The cheapest term of a class."""
        return self._best[number][1]

    def price(self, term: Term) -> int:
        """Tokens of a term of the cheapest terms."""
        return own_tokens(term) + sum(self.cost(c) for c in inner(term))

    def step(self, vector: np.ndarray) -> tuple[float, float, float]:
        """A vector as one that is known already, where there is one within `near`."""
        for known in self._steps:
            if float(np.abs(np.array(known) - vector).max()) <= self.near:
                return known
        x, y, z = (0.0 if abs(v) <= self.near else v for v in vector.tolist())
        self._steps.append((x, y, z))
        return x, y, z

    def add(self, term: Term, scene: Scene | None = None) -> Class:
        """The class of a term; `scene`: what a piece makes."""
        if term in self._class_of:
            return self._class_of[term]
        made = self._made(term) if scene is None else scene
        number = self._found(made)
        if number is None:
            number = len(self._scenes)
            self._scenes.append(made)
            self._terms.append([])
            self._known.setdefault(made.words, []).append(number)
            self._best.append((self.price(term), term))
        self._class_of[term] = number
        self._terms[number].append(term)
        self._cheaper(number, term)
        return number

    def statements(self, number: Class) -> tuple[tree.Statement, ...]:
        """The cheapest program of a class."""
        term = self.best(number)
        return written(term, tuple(self.statements(c) for c in inner(term)), self._grid)

    def _found(self, scene: Scene) -> Class | None:
        return next((c for c in self._known.get(scene.words, ()) if one(self._scenes[c], scene, self.near)), None)

    def _made(self, term: Term) -> Scene:
        match term:
            case Piece():
                raise AssertionError("a piece is given with what it makes")
            case Group(members):
                return Scene(tuple(mark for c in members for mark in self._scenes[c].marks))
            case Mirrored(axes, body):
                made = self._scenes[body]
                for axis in axes:
                    made = made + made.reflected("xyz".index(axis))
                return made
            case Arrayed(count, step, body):
                copies = (self._scenes[body].moved(k * np.array(step)) for k in range(count))
                return sum(copies, _NOTHING)
            case _:
                assert_never(term)

    def _cheaper(self, number: Class, term: Term) -> None:
        """Take a term for its class, and what follows for the terms that hold the class."""
        price = self.price(term)
        if price >= self.cost(number) and self.best(number) != term:
            return
        self._best[number] = (price, term)
        changed = True
        while changed:
            changed = False
            for other, holder in self._class_of.items():
                if inner(other) and self.price(other) < self.cost(holder):
                    self._best[holder] = (self.price(other), other)
                    changed = True
