"""Which programs are flat: what is chosen hangs on nothing that was drawn but on the choice that it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never, final

from shapelang.diagnostics import ShapelangError
from shapelang.semantics.context import resolve
from shapelang.semantics.program import Program
from shapelang.syntax import tree

_WHOLE: Final = frozenset({"categorical", "bernoulli", "uniform"})


@final
class NotFlat(ShapelangError):
    """A program whose derivations cannot be drawn from a table."""


def refuse_bent(program: Program) -> None:
    """Raises NotFlat where a program, or one that it uses, draws reals, or lets what is drawn decide anything else."""
    for file in program.files():
        drawn = _drawn_names(file)
        for node in tree.nodes_in(file.module):
            match node:
                case tree.Param(drawn=True) | tree.Let(drawn=True):
                    _refuse_real(node)
                case tree.Require():
                    raise NotFlat("a 'require' draws again what it refuses")
                case tree.Alternative(weight=weight):
                    _refuse(weight, drawn, "a weight")
                case tree.If(test=test):
                    _refuse(test, drawn, "an 'if'")
                case tree.For(start=start, stop=stop):
                    _refuse((start, stop), drawn, "a 'for'")
                case tree.Array(count=count) | tree.Ring(count=count):
                    _refuse(count, drawn, "a count")
                case tree.Split():
                    _refuse((node.size, *(s.size for s in _slices(node))), drawn, "a 'split'")
                case _:
                    pass


def _slices(split: tree.Split) -> Iterator[tree.Slice]:
    for item in split.slices:
        match item:
            case tree.Slice():
                yield item
            case tree.RepeatGroup(slices=slices):
                yield from slices
            case _:
                assert_never(item)


def _refuse_real(node: tree.Param | tree.Let) -> None:
    call = node.value
    family = call.callee.name if isinstance(call, tree.Call) and isinstance(call.callee, tree.Name) else ""
    if family not in _WHOLE or (family == "uniform" and node.type != "int"):
        raise NotFlat(f"'{node.name}' is drawn from '{family}', and tables hold choices, bools and whole ranges")


def _refuse(value: object, drawn: set[str], what: str) -> None:
    named = sorted({node.name for node in tree.nodes_in(value) if isinstance(node, tree.Name)} & drawn)
    if named:
        raise NotFlat(f"{what} hangs on '{named[0]}', which was drawn")


def _drawn_names(program: Program) -> set[str]:
    """Names whose value may hang on a draw: those that are drawn, and what is made of them, through calls as well."""
    found: set[str] = set()
    while True:
        before = len(found)
        for node in tree.nodes_in(program.module):
            match node:
                case tree.Param(name=name, value=value, drawn=drawn) | tree.Let(name=name, value=value, drawn=drawn):
                    if drawn or _mentions(value, found):
                        found.add(name)
                case tree.Instance(callee=callee, arguments=arguments):
                    if any(_mentions(argument.value, found) for argument in arguments):
                        found |= _parameters(program, callee)
                case _:
                    pass
        if len(found) == before:
            return found


def _mentions(value: object, names: set[str]) -> bool:
    return any(isinstance(node, tree.Name) and node.name in names for node in tree.nodes_in(value))


def _parameters(program: Program, callee: tuple[str, ...]) -> set[str]:
    """The parameters of what is called; of another file it is refused, since that one is looked at by itself."""
    home, part = resolve(program, callee)
    if home is None:
        return set()
    if home is not program or part is None:
        raise NotFlat(f"'{'.'.join(callee)}' of another file is called with something that was drawn")
    return {parameter.name for parameter in part.parameters}
