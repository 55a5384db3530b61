"""Whether a query holds of what is seen, and by how much its terms have room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, Final, assert_never

import numpy as np

from grammars.conditioning.forms import Bools, Form, Maybe
from grammars.conditioning.query import (
    EQUAL,
    Arithmetic,
    Chosen,
    Compare,
    Comparison,
    Contains,
    Coordinate,
    Count,
    Every,
    Extent,
    First,
    Fits,
    Fixed,
    Leaves,
    Not,
    Shows,
    Some,
    Term,
    Test,
)
from grammars.conditioning.seeing import Node, Seen
from shapelang.diagnostics import UsageError
from shapelang.geometry.pose import Vec3

_COMPARISONS: Final[Mapping[Comparison, Callable[[Any, Any], Any]]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"+": add, "-": sub, "*": mul}


def holds(test: Test, seen: Seen) -> Any:
    """Whether a test holds: a bool, lanes of bool, or a `Maybe`. Raises UsageError where it compares unlike things."""
    match test:
        case Compare(operator, left, right):
            return _compared(operator, value(left, seen), value(right, seen))
        case Fits(size):
            box = seen.box(())
            if box is None:
                return True
            # Where nothing is there, it fits.
            return _all(_not(have > limit) for have, limit in zip(box.size, size, strict=True) if limit < inf)
        case Contains():
            return _any(_among(node, _alike(test, seen.own_size(node))) for node in _candidates(test, seen))
        case Leaves(kind, count):
            return len(seen.shown(kind)) == count
        case Shows():
            return _any(_shows(test, numbers, place) for numbers, place in seen.shown(test.kind))
        case Every(tests):
            return _all(holds(each, seen) for each in tests)
        case Some(tests):
            return _any(holds(each, seen) for each in tests)
        case Not(inner):
            return _not(holds(inner, seen))
        case First(inner, before):
            return _all([holds(inner, seen), *(_not(holds(each, seen)) for each in before)])
    assert_never(test)


def passing(seen: Seen, alive: Bools, tests: Iterable[Test]) -> Bools:
    """(lanes,) those of the lanes that are alive in which all tests hold. Raises UsageError as `holds` does."""
    with np.errstate(all="ignore"):
        for test in tests:
            alive = alive & holds(test, seen)
    return alive


def value(term: Term, seen: Seen) -> Any:
    """The value of a term; None where what it speaks of is not there."""
    match term:
        case Fixed(written):
            return written
        case Count(path):
            return seen.count(path)
        case Extent(path, axis):
            box = seen.box(path)
            return None if box is None else box.size[axis]
        case Coordinate(path, axis, side):
            box = seen.box(path)
            if box is None:
                return None
            return (box.centre if side == 0 else box.low if side < 0 else box.high)[axis]
        case Chosen(address):
            return seen.chosen(address)
        case Arithmetic(operator, left, right):
            a, b = value(left, seen), value(right, seen)
            if a is None or b is None:
                return None
            if _is_word(a) or _is_word(b):
                raise UsageError("--where: names cannot be added, nor multiplied")
            return seen.n.divide(a * 1.0, b * 1.0) if operator == "/" else _ARITHMETIC[operator](a, b)
    assert_never(term)


def decided(test: Test, address: str, chosen: Any) -> bool | None:
    """Whether a test holds as soon as one choice is known; None where it asks for something else."""
    match test:
        case Compare(operator, Chosen(asked), Fixed(written)) if asked == address:
            return bool(_compared(operator, chosen, written))
        case Compare(operator, Fixed(written), Chosen(asked)) if asked == address:
            return bool(_compared(operator, written, chosen))
        case Not(inner):
            known = decided(inner, address, chosen)
            return None if known is None else not known
        case _:
            return None


def demands(test: Test, seen: Seen) -> list[Form]:
    """Forms that must not be negative for a test to hold; not all that it needs, where it is more than a comparison."""
    match test:
        case Compare("==" | "<" | "<=" | ">" | ">=" as operator, left, right):
            a, b = value(left, seen), value(right, seen)
            if a is None or b is None or not (isinstance(a, Form) or isinstance(b, Form)):
                return []
            apart = b - a
            if operator == "==":
                return [EQUAL - apart, EQUAL + apart]
            return [apart if operator in ("<", "<=") else -apart]
        case Fits(size):
            box = seen.box(())
            found = (
                [] if box is None else [limit - have for have, limit in zip(box.size, size, strict=True) if limit < inf]
            )
            return [each for each in found if isinstance(each, Form)]
        case Every(tests):
            return [each for inner in tests for each in demands(inner, seen)]
        case Contains():
            return _alike_demands(test, seen)
        case Shows():
            return _shown_demands(test, seen)
        case Some(tests):
            left = [each for each in tests if can_hold(holds(each, seen))]
            return demands(left[0], seen) if len(left) == 1 else []
        case First(inner):
            return demands(inner, seen)
        case Compare() | Not() | Leaves():
            return []
    assert_never(test)


def is_told(test: Test, seen: Seen) -> bool:
    """Whether demands say all that is open in a test."""
    if isinstance(test, Every):
        return all(is_told(each, seen) for each in test.tests)
    if isinstance(test, First):
        return is_told(test.test, seen)
    found = holds(test, seen)
    return not isinstance(found, Maybe) or not found.open.any() or bool(demands(test, seen))


def _compared(operator: Comparison, a: Any, b: Any) -> Any:
    if a is None or b is None:
        return False
    if _is_word(a) != _is_word(b):
        raise UsageError(f"--where: '{operator}' compares a name with a number")
    if _is_bool(a) != _is_bool(b):
        raise UsageError("--where: true or false is asked of what is a number")
    exact = _is_word(a) or _is_bool(a) or all(isinstance(v, int) for v in (a, b))
    if exact or operator not in ("==", "!="):
        return _COMPARISONS[operator](a, b)
    # Not by the size of the difference: what is open in it hangs on draws, and that would be lost.
    near = (a - b <= EQUAL) & (a - b >= -EQUAL)
    if operator == "==":
        return near
    # NaN stands for what is not there, of which nothing holds.
    known = (a - b <= inf) & (a - b >= -inf)
    return known & _not(near)


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, np.ndarray) and value.dtype == np.bool_)


def _alike(test: Contains, size: Any) -> Any:
    if size is None:
        return False
    low, high = 1.0 - test.tolerance, 1.0 + test.tolerance
    return _all((have >= want * low) & (have <= want * high) for have, want in zip(size, test.size, strict=True))


def _among(node: Node, test: Any) -> Any:
    """A test on a part, where it is there."""
    return test if node.lanes is None else test & node.lanes


def _instances(test: Contains, seen: Seen) -> list[Node]:
    return seen.instances(test.path) if test.at is None else seen.at(test.at, test.path)


def _candidates(test: Contains, seen: Seen) -> list[Node]:
    instances = _instances(test, seen)
    return instances if test.which is None else instances[test.which : test.which + 1]


def meant(test: Contains, seen: Seen) -> list[int]:
    """The instances that may be the one, by their place; of images of one part the first."""
    return _different(test, seen, lambda node: can_hold(_alike(test, seen.own_size(node))))


def _different(test: Contains, seen: Seen, wanted: Callable[[Node], bool]) -> list[int]:
    """Of the instances that are wanted the first of each part."""
    parts: dict[tuple[int, int], int] = {}
    for place, node in enumerate(_instances(test, seen)):
        if wanted(node):
            parts.setdefault((id(node.part), id(node.pose.scale)), place)
    return list(parts.values())


def _alike_demands(test: Contains, seen: Seen) -> list[Form]:
    """Where all instances that can be meant are alike, the one will do; one that is named is meant in any case."""
    if test.which is not None:
        places = [test.which]
    else:
        places = meant(test, seen) if test.at is None else _different(test, seen, lambda _: True)
    if len(places) != 1:
        return []
    size = seen.own_size(_instances(test, seen)[places[0]])
    found: list[Any] = []
    for have, want in zip(size or (), test.size, strict=False):
        found += [have - want * (1.0 - test.tolerance), want * (1.0 + test.tolerance) - have]
    return [each for each in found if isinstance(each, Form)]


def can_hold(test: Any) -> bool:
    """Whether what a test was found to be leaves it open, or holds."""
    return test.any() if isinstance(test, Maybe) else bool(test)


def _shows(test: Shows, numbers: tuple[Any, ...], place: Vec3) -> Any:
    have, wanted = (*numbers, *place), (*test.numbers, *test.place)
    if len(have) != len(wanted):
        return False
    return _all((a >= b - test.slack) & (a <= b + test.slack) for a, b in zip(have, wanted, strict=True))


def _shown_demands(test: Shows, seen: Seen) -> list[Form]:
    """Where one leaf alone can be meant."""
    shown = seen.shown(test.kind)
    if len(shown) != 1:
        return []
    numbers, place = shown[0]
    found: list[Any] = []
    for have, want in zip((*numbers, *place), (*test.numbers, *test.place), strict=False):
        found += [have - (want - test.slack), (want + test.slack) - have]
    return [each for each in found if isinstance(each, Form)]


def _all(tests: Any) -> Any:
    found: Any = True
    for test in tests:
        found = test if found is True else found if found is False else found & test
    return found


def _any(tests: Any) -> Any:
    found: Any = False
    for test in tests:
        found = test if found is False else found if found is True else found | test
    return found


def _not(test: Any) -> Any:
    return (not test) if isinstance(test, bool) else ~test
