"""What each rule of `shape.lark` builds: one function an alias.

A builder takes the values of the rule's symbols, their start offsets, and the end offset of the last; the value of a
terminal is its text. Nothing here recurses, whatever the depth of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from shapelang.syntax import tree
from shapelang.syntax.source import Span
from shapelang.syntax.words import unquote

Builder: TypeAlias = Callable[[list[Any], list[int], int], Any]


# --- lists, and values passed on -----------------------------------------------------------------


def _nothing(_v: list[Any], _p: list[int], _end: int) -> list[Any]:
    return []


def _absent(_v: list[Any], _p: list[int], _end: int) -> None:
    return None


def _same(v: list[Any], _p: list[int], _end: int) -> Any:
    return v[0]


def _second(v: list[Any], _p: list[int], _end: int) -> Any:
    return v[1]


def _one(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    return [v[0]]


def _append(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    v[0].append(v[1])
    return v[0]


def _append_third(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    v[0].append(v[2])
    return v[0]


def _finish(v: list[Any], _p: list[int], _end: int) -> tuple[Any, ...]:
    return tuple(v[0])


def _finish_with(v: list[Any], _p: list[int], _end: int) -> tuple[Any, ...]:
    return (*v[0], v[1])


# --- expressions ---------------------------------------------------------------------------------


def _name(v: list[Any], p: list[int], end: int) -> tree.Name:
    return tree.Name(v[0], Span(p[0], end))


def _int(v: list[Any], p: list[int], end: int) -> tree.Number:
    return tree.Number(int(v[0]), Span(p[0], end))


def _float(v: list[Any], p: list[int], end: int) -> tree.Number:
    return tree.Number(float(v[0]), Span(p[0], end))


def _text(v: list[Any], p: list[int], end: int) -> tree.Text:
    return tree.Text(unquote(v[0]), Span(p[0], end))


def _colour(v: list[Any], p: list[int], end: int) -> tree.Colour:
    return tree.Colour(v[0][1:].lower(), Span(p[0], end))


def _boolean(v: list[Any], p: list[int], end: int) -> tree.Boolean:
    return tree.Boolean(v[0] == "true", Span(p[0], end))


def _open(_v: list[Any], p: list[int], end: int) -> tree.Open:
    return tree.Open(Span(p[0], end))


def _pair(v: list[Any], p: list[int], end: int) -> tree.Tuple:
    return tree.Tuple((v[1], v[3]), Span(p[0], end))


def _triple(v: list[Any], p: list[int], end: int) -> tree.Tuple:
    return tree.Tuple((v[1], v[3], v[5]), Span(p[0], end))


def _empty_list(_v: list[Any], p: list[int], end: int) -> tree.List:
    return tree.List((), Span(p[0], end))


def _list(v: list[Any], p: list[int], end: int) -> tree.List:
    return tree.List(tuple(v[1]), Span(p[0], end))


def _unary(v: list[Any], p: list[int], end: int) -> tree.Unary:
    return tree.Unary(v[0], v[1], Span(p[0], end))


def _binary(v: list[Any], p: list[int], end: int) -> tree.Binary:
    return tree.Binary(v[1], v[0], v[2], Span(p[0], end))


def _conditional(v: list[Any], p: list[int], end: int) -> tree.Conditional:
    return tree.Conditional(v[1], v[3], v[5], Span(p[0], end))


def _member(v: list[Any], p: list[int], end: int) -> tree.Member:
    return tree.Member(v[0], v[2], Span(p[0], end))


def _index(v: list[Any], p: list[int], end: int) -> tree.Index:
    return tree.Index(v[0], v[2], Span(p[0], end))


def _call(v: list[Any], p: list[int], end: int) -> tree.Call:
    return tree.Call(v[0], tuple(v[2]), Span(p[0], end))


def _argument(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(None, v[0], Span(p[0], end))


def _labelled(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(v[0], v[2], Span(p[0], end))


def _numbered(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(int(v[0]), v[2], Span(p[0], end))


def _quoted(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(unquote(v[0]), v[2], Span(p[0], end), quoted=True)


# --- modifiers -----------------------------------------------------------------------------------


def _at(v: list[Any], p: list[int], end: int) -> tree.At:
    return tree.At(v[1], Span(p[0], end))


def _turn(v: list[Any], p: list[int], end: int) -> tree.Turn:
    return tree.Turn(v[0], v[1], Span(p[0], end))


def _rotate(v: list[Any], p: list[int], end: int) -> tree.Rotate:
    return tree.Rotate(tuple(v[1]), Span(p[0], end))


def _scale(v: list[Any], p: list[int], end: int) -> tree.Scale:
    return tree.Scale(v[1], Span(p[0], end))


def _attach(v: list[Any], p: list[int], end: int) -> tree.Attach:
    return tree.Attach(v[1], v[3], Span(p[0], end))


def _between(v: list[Any], p: list[int], end: int) -> tree.Between:
    return tree.Between(v[1], v[3], Span(p[0], end))


def _align(v: list[Any], p: list[int], end: int) -> tree.Align:
    return tree.Align(None, v[1], v[3], Span(p[0], end))


def _align_axis(v: list[Any], p: list[int], end: int) -> tree.Align:
    return tree.Align(v[1], v[2], v[4], Span(p[0], end))


def _with(v: list[Any], p: list[int], end: int) -> tree.With:
    return tree.With(v[1], Span(p[0], end))


def _tagged(v: list[Any], p: list[int], end: int) -> tree.Tagged:
    return tree.Tagged(unquote(v[1]), Span(p[0], end))


# --- shapes --------------------------------------------------------------------------------------


def _shape(v: list[Any], p: list[int], end: int) -> tree.Shape:
    return tree.Shape(v[0], tuple(v[1]), Span(p[0], end))


def _block(v: list[Any], p: list[int], end: int) -> tree.Block:
    return tree.Block(v[1], Span(p[0], end))


def _instance(v: list[Any], p: list[int], end: int) -> tree.Instance:
    return tree.Instance(tuple(v[0]), tuple(v[2]), Span(p[0], end))


def _solid(v: list[Any], p: list[int], end: int) -> tree.SolidBlock:
    return tree.SolidBlock(v[0], None, v[1], Span(p[0], end))


def _blended_solid(v: list[Any], p: list[int], end: int) -> tree.SolidBlock:
    return tree.SolidBlock(v[0], v[2], v[3], Span(p[0], end))


def _mirror(v: list[Any], p: list[int], end: int) -> tree.Mirror:
    return tree.Mirror(tuple(v[1]), v[2], Span(p[0], end))


def _array(v: list[Any], p: list[int], end: int) -> tree.Array:
    return tree.Array(v[1], v[3], v[4], Span(p[0], end))


def _ring(v: list[Any], p: list[int], end: int) -> tree.Ring:
    return tree.Ring(v[1], v[3], v[4], Span(p[0], end))


def _for(v: list[Any], p: list[int], end: int) -> tree.For:
    return tree.For(v[1], v[3], v[5], v[6], Span(p[0], end))


def _if(v: list[Any], p: list[int], end: int) -> tree.If:
    return tree.If(v[1], v[2], None, Span(p[0], end))


def _if_else(v: list[Any], p: list[int], end: int) -> tree.If:
    return tree.If(v[1], v[2], v[4], Span(p[0], end))


def _choose(v: list[Any], p: list[int], end: int) -> tree.Choose:
    return tree.Choose(v[2], Span(p[0], end))


def _alternative(v: list[Any], p: list[int], end: int) -> tree.Alternative:
    return tree.Alternative(v[0], None, v[2], Span(p[0], end))


def _named_alternative(v: list[Any], p: list[int], end: int) -> tree.Alternative:
    return tree.Alternative(v[0], v[2], v[4], Span(p[0], end))


def _split(v: list[Any], p: list[int], end: int) -> tree.Split:
    return tree.Split(v[1], v[3], v[5], Span(p[0], end))


def _repeated_slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    kept: tree.Slice = v[1]
    return tree.Slice(kept.size, kept.unit, True, kept.name, kept.shape, Span(p[0], end))


def _repeat_group(v: list[Any], p: list[int], end: int) -> tree.RepeatGroup:
    return tree.RepeatGroup(v[2], Span(p[0], end))


def _absolute(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[0], "absolute"


def _percent(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[0], "percent"


def _floating(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[1], "floating"


def _slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    size, unit = v[0]
    return tree.Slice(size, unit, False, None, v[2], Span(p[0], end))


def _named_slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    size, unit = v[0]
    return tree.Slice(size, unit, False, v[2], v[4], Span(p[0], end))


# --- statements ----------------------------------------------------------------------------------


def _given(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, bool]:
    return v[1], False


def _drawn(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, bool]:
    return v[1], True


def _declaration(v: list[Any], p: list[int], _end: int) -> tuple[Any, ...]:
    """The fields of a Param or Let before and after its span."""
    name, kind, (value, drawn), limits = v
    return name, kind, value, drawn, limits, Span(p[0], p[0] + len(name))


def _param(v: list[Any], p: list[int], end: int) -> tree.Param:
    *fields, name_span = v[1]
    return tree.Param(*fields, span=Span(p[0], end), name_span=name_span)


def _let(v: list[Any], p: list[int], end: int) -> tree.Let:
    *fields, name_span = v[1]
    return tree.Let(*fields, span=Span(p[0], end), name_span=name_span)


def _property(v: list[Any], p: list[int], end: int) -> tree.Property:
    return tree.Property(v[0], v[2], Span(p[0], end))


def _material(v: list[Any], p: list[int], end: int) -> tree.MaterialDefinition:
    return tree.MaterialDefinition(v[1], tuple(v[4]), Span(p[0], end), Span(p[1], p[1] + len(v[1])))


def _parameter(v: list[Any], p: list[int], end: int) -> tree.Parameter:
    return tree.Parameter(v[0], v[1], None, Span(p[0], end))


def _parameter_with_default(v: list[Any], p: list[int], end: int) -> tree.Parameter:
    return tree.Parameter(v[0], v[1], v[3], Span(p[0], end))


def _part(v: list[Any], p: list[int], end: int) -> tree.PartDefinition:
    return tree.PartDefinition(v[1], tuple(v[3]), v[5], Span(p[0], end), Span(p[1], p[1] + len(v[1])))


def _use(v: list[Any], p: list[int], end: int) -> tree.Use:
    return tree.Use(unquote(v[1]), None, Span(p[0], end))


def _use_as(v: list[Any], p: list[int], end: int) -> tree.Use:
    return tree.Use(unquote(v[1]), v[3], Span(p[0], end))


def _require(v: list[Any], p: list[int], end: int) -> tree.Require:
    return tree.Require(v[1], Span(p[0], end))


def _meta(v: list[Any], p: list[int], end: int) -> tree.Meta:
    return tree.Meta(v[1], v[3], Span(p[0], end))


def _tag(v: list[Any], p: list[int], end: int) -> tree.Tag:
    return tree.Tag(unquote(v[1]), Span(p[0], end))


def _unnamed(v: list[Any], p: list[int], end: int) -> tree.ShapeStatement:
    return tree.ShapeStatement(None, v[0], Span(p[0], end))


def _named(v: list[Any], p: list[int], end: int) -> tree.ShapeStatement:
    return tree.ShapeStatement(v[0], v[2], Span(p[0], end), Span(p[0], p[0] + len(v[0])))


BUILDERS: dict[str, Builder] = {
    "nothing": _nothing,
    "absent": _absent,
    "same": _same,
    "second": _second,
    "one": _one,
    "append": _append,
    "append_second": _append,
    "append_third": _append_third,
    "finish": _finish,
    "finish_with": _finish_with,
    "name": _name,
    "int_": _int,
    "float_": _float,
    "text": _text,
    "colour": _colour,
    "boolean": _boolean,
    "open_": _open,
    "pair": _pair,
    "triple": _triple,
    "empty_list": _empty_list,
    "list_": _list,
    "unary": _unary,
    "binary": _binary,
    "conditional": _conditional,
    "member": _member,
    "index": _index,
    "call": _call,
    "argument": _argument,
    "labelled": _labelled,
    "numbered": _numbered,
    "quoted": _quoted,
    "at": _at,
    "turn": _turn,
    "rotate": _rotate,
    "scale": _scale,
    "attach": _attach,
    "between": _between,
    "align": _align,
    "align_axis": _align_axis,
    "with_": _with,
    "tagged": _tagged,
    "shape": _shape,
    "block": _block,
    "instance": _instance,
    "solid": _solid,
    "blended_solid": _blended_solid,
    "mirror": _mirror,
    "array": _array,
    "ring": _ring,
    "for_": _for,
    "if_": _if,
    "if_else": _if_else,
    "choose": _choose,
    "alternative": _alternative,
    "named_alternative": _named_alternative,
    "split": _split,
    "repeated_slice": _repeated_slice,
    "repeat_group": _repeat_group,
    "absolute": _absolute,
    "percent": _percent,
    "floating": _floating,
    "slice": _slice,
    "named_slice": _named_slice,
    "given": _given,
    "drawn": _drawn,
    "declaration": _declaration,
    "type": _second,
    "param": _param,
    "let": _let,
    "property": _property,
    "material": _material,
    "parameter": _parameter,
    "parameter_with_default": _parameter_with_default,
    "part": _part,
    "use": _use,
    "use_as": _use_as,
    "require": _require,
    "meta": _meta,
    "tag": _tag,
    "unnamed": _unnamed,
    "named": _named,
}
