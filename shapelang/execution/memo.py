"""Parts made before: equal calls of a part that cannot draw share one object, and pay what making it costs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, final

from shapelang.assembly.material import Material
from shapelang.assembly.part import Part

if TYPE_CHECKING:
    from shapelang.execution.run import Run

Key: TypeAlias = tuple[Hashable, ...]


def call_key(
    code: object,
    module: Mapping[str, Any],
    name: str,
    values: Mapping[str, Any],
    material: Material | None,
    tags: tuple[str, ...],
) -> Key | None:
    """What the result of a call hangs on within one run; None where an argument is a vector, a colour or lanes.

    `module` holds what the body sees of its file: another call of the file has other params. 0.0 and −0.0 compare as
    equal but make different bytes, so a zero stands for itself in writing. A parameter has one type, so that 1, 1.0 and
    true do not meet.
    """
    found: list[Hashable] = [id(code), id(module), name, id(material), tags]
    for value in values.values():
        kind = type(value)
        if kind is float or kind is int or kind is bool or kind is str:
            found.append(value or repr(value))
        else:
            return None
    return tuple(found)


def leaf_key(call: object, name: str, values: Sequence[Any], material: Material | None, tags: tuple[str, ...]) -> Key:
    """What a primitive of scalar arguments hangs on; a call gives each argument the same type every time."""
    if 0.0 in values:
        values = [value or repr(value) for value in values]
    return (id(call), name, id(material), tags, *values)


@final
class Memo:
    """The parts of one run by call. Cleared when a try is taken back: what bodies see of their file may change then."""

    __slots__ = ("leaves", "made")

    def __init__(self) -> None:
        self.leaves: dict[Key, Part] = {}
        """Of primitives, by `leaf_key`; their fuel is spent before they are looked for."""
        self.made: dict[Key, tuple[Part, int, int, Mapping[str, Any]]] = {}
        """By call: the part, the fuel it took, how deep its calls went below it; and the module, which must live on
        as long as its id stands in a key."""

    def part(self, run: Run, key: Key) -> Part | None:
        """The part of an equal call, paid for; None if there is none, or if making it would meet a limit.

        Then the caller makes it again, and the error comes from the place that it belongs to.
        """
        found = self.made.get(key)
        if found is None:
            return None
        part, fuel, depth, _ = found
        if fuel > run.fuel or run.depth + depth > run.limits.depth:
            return None
        run.fuel -= fuel
        run.deepest = max(run.deepest, run.depth + depth)
        return part

    def clear(self) -> None:
        """Forgets all."""
        self.leaves.clear()
        self.made.clear()


@final
class Before:
    """The counts of a run before a call, to tell afterwards what the call took."""

    __slots__ = ("deepest", "fuel", "modules", "violations")

    def __init__(self, run: Run) -> None:
        self.fuel, self.modules, self.violations = run.fuel, len(run.modules), len(run.violations)
        self.deepest, run.deepest = run.deepest, run.depth

    def keep(self, run: Run, key: Key | None, part: Part, module: Mapping[str, Any]) -> None:
        """Keeps the part that the call made.

        Not if the call was the first to load a file, which no other pays for; nor if a `require` failed in it that
        every call has to count.
        """
        depth = run.deepest - run.depth
        run.deepest = max(run.deepest, self.deepest)
        if key is not None and len(run.modules) == self.modules and len(run.violations) == self.violations:
            run.memo.made[key] = (part, self.fuel - run.fuel, depth, module)
