"""What lines of derivations start from, whatever is asked: plain derivations, kept for other queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.joint.joining import alternatives
from grammars.conditioning.joint.lanes import Told
from grammars.conditioning.joint.moving import Draws, Moves
from grammars.conditioning.joint.pivots import There, anyone, reals
from grammars.conditioning.joint.running import Jointly, meets, plain, shadowed
from grammars.conditioning.lanes import is_known
from grammars.conditioning.query import Query
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import hash64
from shapelang.chance.families import Bernoulli, Categorical, Poisson, UniformInt
from shapelang.syntax import tree

LANES: Final = 1024
"""Derivations that run together."""

_PLAIN: Final = 8192
"""Plain derivations that are looked at beside those that are moved."""

_LEARNED: Final = 4096
"""As many of these tell on which reals demands hang."""

_MANY: Final = 10
"""Choices of a program whose structures are too many to be settled one by one."""

_WHOLE: Final = ("floor", "ceil", "round")
"""Functions that make whole numbers of reals, by which parts are counted."""

_MOST: Final = 256
"""Alternatives of a program whose rounds take not much longer than a second."""

_LINE: Final = key("conditioning.line")
_LEARN: Final = key("conditioning.line.learn")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Redrawn:
    """Plain derivations, and the first of them after one real of each was drawn again.

    `which` is its place among the addresses.
    """

    draws: Draws
    plain: Jointly
    there: There
    addresses: tuple[str, ...]
    which: NDArray[np.int64]
    after: Jointly


@final
class Base:
    """Plain derivations of a task's program that other queries may share: they hang on no query."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._rounds: list[tuple[Draws, There] | None] = []

    @cached_property
    def is_wide(self) -> bool:
        """Whether structures are too many to settle one by one, not too many to run together, and hang on no real."""
        nodes = list(tree.nodes_in(self._task.program.module))
        choices = sum(isinstance(node, tree.Choose) for node in nodes)
        few = alternatives(self._task.program) <= _MOST
        return choices >= _MANY and few and not any(map(_decides, nodes))

    @cached_property
    def redrawn(self) -> Redrawn | None:
        """Plain derivations of which one real each is drawn again, any of them as likely.

        None where not all of them run together, or a choice hangs on a real.
        """
        draws = _draws(0, _LEARN, _PLAIN)
        ran = draws.run(self._task, Moves.none((), _PLAIN))
        there, rng = reals(ran.told), np.random.default_rng(_LEARN & 0xFFFF)
        if ran.alone.any() or not there or not all(map(_is_free, ran.told)):
            return None
        addresses, which = tuple(there), anyone(there, rng)[:_LEARNED]
        moves = Moves.none(addresses, _LEARNED).then(which, rng.random(_LEARNED))
        after = draws.some(np.arange(_LEARNED)).run(self._task, moves)
        return Redrawn(draws, ran, there, addresses, which, after)

    def share(self, query: Query) -> float:
        """Of plain derivations those that meet a query; 0 where they do not run together."""
        return 0.0 if self.redrawn is None else float(meets(query, self.redrawn.plain).mean())

    def round(self, number: int) -> tuple[Draws, There] | None:
        """A round of derivations, and in which each real is drawn, whether the program refuses it or not.

        None where that cannot be told of all lanes: which reals are there would hang on what is real. Lanes that are
        refused for numbers that are not drawn are refused wherever their reals are moved.
        """
        while len(self._rounds) <= number:
            draws = _draws(len(self._rounds), _LINE, LANES)
            ran = shadowed(self._task, draws.columns)
            self._rounds.append(None if ran.alone.any() else (draws, reals(ran.told)))
        return self._rounds[number]


def _decides(node: object) -> bool:
    """Whether a node of a program may make its structure hang on a real."""
    match node:
        case tree.If():
            return True
        case tree.Call(callee=tree.Name(name=name)):
            return name in _WHOLE
        case _:
            return False


def _is_free(told: Told) -> bool:
    """Whether a choice hangs on no number that is drawn."""
    match told.distribution:
        case Categorical() | Bernoulli() | Poisson() | UniformInt():
            return is_known(told.distribution, told.support)
        case _:
            return True


def _draws(number: int, stream: int, count: int) -> Draws:
    numbers = np.arange(number * count, (number + 1) * count, dtype=np.uint64)
    return Draws(plain(np.asarray(hash64(numbers, stream), dtype=np.uint64)), np.arange(count))
