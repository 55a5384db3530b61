"""Which constructs of the language a module uses, by walking its tree."""

from __future__ import annotations

from typing import Any, Final

from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.builtins import DISTRIBUTIONS
from shapelang.syntax import tree

VALUES: Final = frozenset({"int", "real", "true or false", "text", "colour", "vector", "list", "open size"})
OPERATORS: Final = frozenset(
    {"+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "negative", "if then else"}
)
FUNCTIONS: Final = frozenset({"min", "max", "abs", "sqrt", "sin", "cos", "lerp", "clamp", "floor", "round"})
PREDICATES: Final = frozenset({"overlaps", "inside", "supported", "distance"})
DECLARATIONS: Final = frozenset(
    {
        "let", "let ~", "let ~ in", "param", "param in", "param ~", "param ~ in", "param typed", "part", "default",
        "typed parameter", "use std/", "use beside", "use without as", "require", "meta", "tag", "material",
    }
)  # fmt: skip
SHAPES: Final = frozenset(
    {
        "named argument", "recursion", "part of a used file", "used file", "block", "named block", "mirror",
        "mirror of two axes", "array", "ring", "nested symmetry", "for", "if", "else", "choose", "named alternative",
        "empty alternative", "split", "absolute", "percent", "floating", "repeat", "repeat group", "union",
        "difference", "intersection", "hull", "blend",
    }
)  # fmt: skip
MODIFIERS: Final = frozenset(
    {"at", "rotate", "rotate twice", "scale", "attach", "attach to an anchor", "between", "align", "with", "tagged"}
)
ANCHORS: Final = frozenset({"anchor", "anchor(u, v)", "point(u, v, w)", "instance", "extent", "component"})
TABLE: Final = frozenset(
    VALUES | OPERATORS | FUNCTIONS | PREDICATES | DECLARATIONS | SHAPES | MODIFIERS | ANCHORS
    | PRIMITIVE_BY_KIND.keys() | DISTRIBUTIONS.keys()
)  # fmt: skip
"""All that the language has."""

FACES: Final = frozenset({"left", "right", "top", "bottom", "front", "back"})
MEMBERS: Final = {
    "anchor": FACES | {"center"},
    "extent": frozenset({"width", "height", "depth", "size"}),
    "component": frozenset("xyz"),
}


def constructs(module: tree.Module) -> set[str]:
    """The names, of those in `TABLE`, of what the module uses."""
    found: set[str] = set()
    aliases = {
        s.alias or s.path.rpartition("/")[2].removesuffix(".shape")
        for s in module.statements
        if isinstance(s, tree.Use)
    }
    for node in tree.nodes_in(module):
        found |= _statement(node) | _value(node) | _core(node, aliases) | _modifier(node)
        if isinstance(node, tree.PartDefinition):
            calls = (n for n in tree.nodes_in(node.body) if isinstance(n, tree.Instance))
            found |= {"recursion"} if any(c.callee == (node.name,) for c in calls) else set()
        if isinstance(node, tree.Mirror | tree.Array | tree.Ring):
            inner = any(isinstance(n, tree.Mirror | tree.Array | tree.Ring) for n in tree.nodes_in(node.body))
            found |= {"nested symmetry"} if inner else set()
    return found


def _statement(node: Any) -> set[str]:
    match node:
        case tree.Param() | tree.Let():
            kind = "param" if isinstance(node, tree.Param) else "let"
            kind += " ~" if node.drawn else ""
            return {kind, f"{kind} in" if node.range else kind, "param typed" if node.type else kind}
        case tree.PartDefinition():
            return {"part"}
        case tree.Parameter(default=default, type=typed):
            return ({"default"} if default else set()) | ({"typed parameter"} if typed else set())
        case tree.Use(path=path, alias=alias):
            return {"use std/" if path.startswith("std/") else "use beside"} | (set() if alias else {"use without as"})
        case tree.ShapeStatement(name=str(), shape=tree.Shape(core=tree.Block())):
            return {"named block"}
        case tree.Require():
            return {"require"}
        case tree.Meta():
            return {"meta"}
        case tree.Tag():
            return {"tag"}
        case tree.MaterialDefinition():
            return {"material"}
        case _:
            return set()


def _value(node: Any) -> set[str]:
    match node:
        case tree.Number(value=value):
            return {"int" if isinstance(value, int) else "real"}
        case tree.Boolean():
            return {"true or false"}
        case tree.Text():
            return {"text"}
        case tree.Colour():
            return {"colour"}
        case tree.Open():
            return {"open size"}
        case tree.Tuple(items=items):
            return {"vector"} if len(items) == 3 else set()
        case tree.List():
            return {"list"}
        case tree.Unary(operator=operator):
            return {"negative" if operator == "-" else "not"}
        case tree.Binary(operator=operator):
            return {operator}
        case tree.Conditional():
            return {"if then else"}
        case tree.Index():
            return {"instance"}
        case tree.Member(name=name):
            kinds = {
                "anchor": FACES | {"center"},
                "extent": {"width", "height", "depth", "size"},
                "component": set("xyz"),
            }
            return {kind for kind, names in kinds.items() if name in names}
        case tree.Call(callee=tree.Name(name=name)):
            return {name} & TABLE | ({"anchor(u, v)"} if name in FACES else set())
        case tree.Call(callee=tree.Member(name=name)):
            return {"point(u, v, w)" if name == "point" else "anchor(u, v)"}
        case _:
            return set()


def _core(node: Any, aliases: set[str]) -> set[str]:
    match node:
        case tree.Instance(callee=callee, arguments=arguments):
            named = {"named argument"} if any(a.label for a in arguments) else set[str]()
            if callee[0] in aliases:
                return named | {"used file" if len(callee) == 1 else "part of a used file"}
            return named | (PRIMITIVE_BY_KIND.keys() & {callee[0]})
        case tree.Block():
            return {"block"}
        case tree.SolidBlock(operator=operator, blend=blend):
            return {operator, "blend" if blend else operator}
        case tree.Mirror(axes=axes):
            return {"mirror", "mirror" if len(axes) == 1 else "mirror of two axes"}
        case tree.Alternative(name=name, shape=shape):
            empty = isinstance(shape.core, tree.Block) and not shape.core.statements
            return {"named alternative"} if name else {"empty alternative"} if empty else set()
        case tree.If(otherwise=otherwise):
            return {"if", "else" if otherwise else "if"}
        case tree.Slice(unit=unit, repeated=repeated):
            return {"repeat" if repeated else unit}
        case tree.RepeatGroup():
            return {"repeat group"}
        case tree.Array() | tree.Ring() | tree.For() | tree.Choose() | tree.Split():
            return {type(node).__name__.lower()}
        case _:
            return set()


def _modifier(node: Any) -> set[str]:
    match node:
        case tree.Rotate(turns=turns):
            return {"rotate", "rotate" if len(turns) == 1 else "rotate twice"}
        case tree.Attach(target=target):
            deep = any(isinstance(n, tree.Member) for n in tree.nodes_in(target))
            return {"attach", "attach to an anchor" if deep else "attach"}
        case tree.At() | tree.Scale() | tree.Between() | tree.Align() | tree.With() | tree.Tagged():
            return {type(node).__name__.lower()}
        case _:
            return set()
