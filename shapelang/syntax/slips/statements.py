"""Slips at the beginning of a statement, most of them habits from other languages."""

from __future__ import annotations

import difflib
from typing import Final

from shapelang.syntax.faults import placed_once
from shapelang.syntax.lexical import END, NEWLINE
from shapelang.syntax.slips.view import NOWHERE, VALUE_BEGINS, Edit, Slip, View

_CORES = frozenset("UNION DIFFERENCE INTERSECTION HULL MIRROR ARRAY RING FOR IF CHOOSE SPLIT LBRACE".split())
_ARITHMETIC = frozenset("PLUS MINUS STAR SLASH".split())
_MEANT_LET: Final = frozenset("const var val auto local global final static set def define".split())
_TYPES: Final = frozenset(
    "float double int integer real number bool boolean string str vec2 vec3 vec4 vector color colour".split()
)
_MEANT_PART: Final = frozenset(
    "module def function func fn fun fu sub proc procedure shape class void defun macro".split()
)
_MEANT_USE: Final = frozenset("import include require from load using open".split())
_MODIFIERS = frozenset("AT ROTATE SCALE ATTACH BETWEEN ALIGN WITH".split())
_STATEMENT_ENDS = frozenset((NEWLINE, "SEMICOLON", "RBRACE", END))
_LEFT, _RIGHT = (("LPAR", "("),), (("RPAR", ")"),)
_INSTEAD: Final = {"PLUS": "union", "OR": "union", "MINUS": "difference", "STAR": "intersection", "AND": "union"}
_PREFIXES: Final = {
    "translate": "at (x, y, z)",
    "move": "at (x, y, z)",
    "rotate": "rotate y 45",
    "scale": "scale 2",
    "color": "with name_of_a_material",
    "colour": "with name_of_a_material",
}
_SUFFIXES: Final = {
    **{f"rotate{axis}": f"rotate {axis.lower()} 45" for axis in "XYZxyz"},
    **{f"rotate_{axis}": f"rotate {axis} 45" for axis in "xyz"},
    **dict.fromkeys(("on", "above", "onto"), "attach bottom to other.top"),
    **dict.fromkeys(("under", "below", "beneath"), "attach top to other.bottom"),
    **dict.fromkeys(("beside", "near", "pos", "position", "offset"), "at (x, y, z)"),
}


def unlet_value(view: View, i: int) -> Slip | None:
    """`x = 5` for `let x = 5`, also `x := 5`."""
    sign = i + 1 + (view.kind(i + 1) == "COLON")
    if view.kind(i) not in ("NAME", "AXIS") or view.kind(sign) != "EQUAL" or not view.begins(i):
        return None
    stop = view.stop(sign + 1)
    if _chooses_shapes(view, sign + 1, stop):
        return None
    if not _is_value(view, sign + 1, stop):
        return None
    name, let = view.text(i), Edit(i, i, (("LET", "let"),))
    edits = (let,) if sign == i + 1 else (let, Edit(i + 1, sign))
    earlier = view.given_in.get(name)
    if earlier is not None and earlier < i:
        line, _ = view.source.position(view.tokens.starts[earlier])
        hint = f"'{name}' has its value from line {line}, and no name changes: give this one another name, with 'let'"
        return Slip("E102", f"expected 'let' before '{name}'", i, i, hint, edits)
    view.given_in.setdefault(name, i)
    hint = f"write 'let {name} = {view.quote(sign + 1, stop)}': 'name = …' alone places a shape"
    return Slip("E102", f"expected 'let' before '{name}'", i, i, hint, edits, exact=True)


def _chooses_shapes(view: View, first: int, stop: int) -> bool:
    """Whether tokens are `if … then a(…) else b(…)`, and so most likely shapes."""
    if view.kind(first) != "IF":
        return False
    outside = view.outside(first, stop)
    branches = [k + 1 for k in outside if view.kinds[k] in ("THEN", "ELSE")]
    return len(branches) == 2 and view.called(branches[0]) == branches[1] - 1 and view.called(branches[1]) == stop


def _is_value(view: View, first: int, stop: int) -> bool:
    """Whether tokens are a value and no shape."""
    match view.kind(first):
        case "IF":
            return any(view.kinds[k] == "THEN" for k in view.outside(first, stop))
        case "NAME" | "AXIS":
            behind = view.called(first)
            if behind != NOWHERE:
                return view.kind(behind) in _ARITHMETIC and _is_number(view, behind + 1)
            if stop == first + 1 and view.given_in.get(view.text(first), first) < first:
                return True
            return any(view.kinds[k] in _ARITHMETIC for k in view.outside(first, stop))
        case kind:
            return kind in VALUE_BEGINS


def _is_number(view: View, first: int) -> bool:
    return view.kind(first) in ("INT", "FLOAT")


def foreign_declaration(view: View, i: int) -> Slip | None:
    """`const x = 5`, `float x = 5`, `var seat = cuboid(…)`, `parm w = 3`."""
    if view.kind(i) != "NAME" or view.kind(i + 1) not in ("NAME", "AXIS") or view.kind(i + 2) not in ("EQUAL", "COLON"):
        return None
    if not view.begins(i):
        return None
    word, name, stop = view.text(i), view.text(i + 1), view.stop(i)
    near = difflib.get_close_matches(word, ("let", "param", "material"), n=1, cutoff=0.6)
    if word in _MEANT_LET | _TYPES or not near:
        near = ["let"]
    if (
        near[0] != "material"
        and word not in _TYPES
        and view.kind(i + 2) == "EQUAL"
        and not _is_value(view, i + 3, stop)
    ):
        hint = f"a shape is named without a word before it: '{name} = {view.quote(i + 3, stop)}'"
        return Slip("E101", f"unexpected '{word}'", i, i, hint, (Edit(i, i + 1),), exact=True)
    hint = f"write '{near[0]} {view.quote(i + 1, stop)}'"
    return Slip(
        "E101", f"unexpected '{word}'", i, i, hint, (Edit(i, i + 1, ((near[0].upper(), near[0]),)),), exact=True
    )


def foreign_part(view: View, i: int) -> Slip | None:
    """`module leg(h) { … }`, `def leg(h):`."""
    if view.kind(i) != "NAME" or view.kind(i + 1) != "NAME" or view.kind(i + 2) != "LPAR" or not view.begins(i):
        return None
    word, closing = view.text(i), view.partner.get(i + 2, NOWHERE)
    near = difflib.get_close_matches(word, ("part",), n=1, cutoff=0.6)
    if not near and word not in _MEANT_PART:
        return None
    hint = f"write 'part {view.quote(i + 1, closing + 1)} {{ … }}'"
    return Slip("E101", f"unexpected '{word}'", i, i, hint, (Edit(i, i + 1, (("PART", "part"),)),), exact=True)


def foreign_use(view: View, i: int) -> Slip | None:
    """`import "legs.shape"`, `use <legs.scad>`, `use std/legs.shape`."""
    word = view.text(i).lstrip("#")
    foreign = (
        view.kind(i) == "NAME" and word in _MEANT_USE and view.kind(i + 1) not in ("EQUAL", "LPAR", "DOT", NEWLINE)
    )
    loose = view.kind(i) == "USE" and view.kind(i + 1) in ("NAME", "LESSTHAN", "DOT", "SLASH", "AXIS")
    if not (foreign or loose) or not view.begins(i):
        return None
    stop = view.stop(i)
    if view.kind(i + 1) == "STRING":
        hint = f"write 'use {view.quote(i + 1, stop)}'"
        return Slip("E101", f"unexpected '{word}'", i, i, hint, (Edit(i, i + 1, (("USE", "use"),)),), exact=True)
    path = view.quote(i + 1, stop).strip("<> ").split(" ")[0]
    hint = f"""write 'use "{path if path.endswith(".shape") else path.split(".")[0] + ".shape"}"'"""
    if loose:
        message = f"expected a text in double quotes, found {view.found(i + 1)}"
        return Slip("E101", message, i + 1, i + 1, hint, (Edit(i, stop),))
    return Slip("E101", f"unexpected '{word}'", i, i, hint, (Edit(i, stop),))


def returned(view: View, i: int) -> Slip | None:
    """`return cuboid(…)`."""
    if (
        view.kind(i) != "NAME"
        or view.text(i) not in ("return", "yield")
        or view.kind(i + 1) in ("EQUAL", "LPAR", "DOT")
    ):
        return None
    if not view.begins(i):
        return None
    hint = "leave it out: every shape that stands in a part belongs to it"
    return Slip("E101", f"unexpected '{view.text(i)}'", i, i, hint, (Edit(i, i + 1),), exact=view.called(i + 1) > 0)


def changed(view: View, i: int) -> Slip | None:
    """`a += 2`, `let a += 2`, `a++`."""
    at = i + (view.kind(i) == "LET")
    if view.kind(at) not in ("NAME", "AXIS") or view.kind(at + 1) not in _ARITHMETIC or not view.begins(i):
        return None
    sign = view.kind(at + 1)
    if view.kind(at + 2) != "EQUAL" and not (sign in ("PLUS", "MINUS") and view.kind(at + 2) == sign):
        return None
    name, stop = view.text(at), view.stop(i)
    rest = view.quote(at + 3, stop) or "1"
    hint = f"no name changes: give the result another name, 'let {name}_2 = {name} {view.text(at + 1)} {rest}'"
    message = f"unexpected '{view.text(at + 1)}{view.text(at + 2)}'"
    return Slip("E101", message, at + 1, at + 2, hint, (Edit(i, stop),))


def modifier_in_front(view: View, i: int) -> Slip | None:
    """`translate([0, 1, 0]) cube(1)`: OpenSCAD's order."""
    word = view.text(i)
    if word not in _PREFIXES or view.kind(i + 1) != "LPAR" or not view.begins(i):
        return None
    behind = view.partner.get(i + 1, -2) + 1
    while view.kind(behind) == NEWLINE:
        behind += 1
    if behind <= 0 or view.kind(behind) not in _CORES | {"NAME", "ROTATE", "SCALE"}:
        return None
    following = view.called(behind)
    shape = "{ … }" if view.kind(behind) == "LBRACE" else f"{view.text(behind)}(…)" if following > 0 else "shape"
    hint = f"modifiers stand behind the shape: '{shape} {_PREFIXES[word]}'"
    if word in ("color", "colour"):
        hint += ", after 'material name_of_a_material = { color: #ff0000 }'"
    # What follows in a row (`translate(…) rotate(…) cube(1)`) begins the statement once this is gone.
    edits = [Edit(i, behind)]
    while view.text(behind) in _PREFIXES and view.kind(behind + 1) == "LPAR" and behind + 1 in view.partner:
        edits.append(Edit(behind, view.partner[behind + 1] + 1))
        behind = view.partner[behind + 1] + 1
    return Slip("E101", f"unexpected '{word}' before a shape", i, i, hint, tuple(edits))


def placed_later(view: View, i: int) -> Slip | None:
    """`a at (0, 1, 0)` of a shape that stands already."""
    if view.kind(i) != "NAME" or view.kind(i + 1) not in _MODIFIERS or not view.begins(i):
        return None
    word = view.text(i + 1)
    hint = f"a shape is placed where it is made: '{view.text(i)} = cuboid(…) {word} …'; a part is called with '()'"
    edit = Edit(i + 1, i + 1, (("LPAR", "("), ("RPAR", ")")))
    return Slip("E102", f"expected '()' before '{word}'", i + 1, i + 1, hint, (edit,))


def placed_again(view: View, i: int) -> Slip | None:
    """`b = a` or `a` alone, where `a` is a shape that stands already."""
    name = view.text(i)
    begins = view.begins(i) or (view.kind(i - 1) == "EQUAL" and view.begins(i - 2))
    if view.kind(i) != "NAME" or not begins or view.kind(i + 1) not in _MODIFIERS | _STATEMENT_ENDS:
        return None
    earlier = view.placed_in.get(name, i)
    if earlier >= i - 2 or name in view.given_in or name in view.callees:
        return None
    line, _ = view.source.position(view.tokens.starts[earlier])
    edit = Edit(i + 1, i + 1, (*_LEFT, *_RIGHT))
    message, hint = placed_once(name, line)
    return Slip("E101", message, i, i, hint, (edit,))


def modifier_of_another_language(view: View, i: int) -> Slip | None:
    """`cuboid(1, 1, 1) color red`, `… translate (0, 1, 0)`."""
    word = view.text(i)
    known = (view.kind(i) == "NAME" and (word in _PREFIXES or word in _SUFFIXES)) or view.kind(i) == "MATERIAL"
    if not known or view.kind(i - 1) not in ("RPAR", "RBRACE") or view.within(i) not in ("body", "choose", "split"):
        return None
    meant = _SUFFIXES.get(word) or _PREFIXES.get(word, _PREFIXES["color"])
    hint = f"write '{meant}'"
    return Slip("E101", f"unexpected '{word}'", i, i, hint, (Edit(i, view.stop(i)),))


def foreign_brackets(view: View, i: int) -> Slip | None:
    """`cuboid[1, 1, 1]`, `cuboid {1, 1, 1}`, `cuboid 1, 1, 1`."""
    start = i + 2 if view.kind(i + 1) == "EQUAL" else i
    if view.kind(i) != "NAME" or view.kind(start) != "NAME" or not view.begins(i):
        return None
    hint = f"write '{view.text(start)}(…)'"
    match view.kind(start + 1):
        case "LSQB" | "LBRACE" if start + 1 in view.partner and view.kind(start + 2) in ("INT", "FLOAT", "MINUS"):
            closing = view.partner[start + 1]
            edits = (Edit(start + 1, start + 2, _LEFT), Edit(closing, closing + 1, _RIGHT))
        case "INT" | "FLOAT":
            end = view.stop(start)
            stop = next((k for k in range(start + 1, end) if view.kind(k) in _MODIFIERS), end)
            edits = (Edit(start + 1, start + 1, _LEFT), Edit(stop, stop, _RIGHT))
        case _:
            return None
    return Slip("E102", f"expected '(' before {view.found(start + 1)}", start + 1, start + 1, hint, edits)


def defined_by_equal(view: View, i: int) -> Slip | None:
    """`part leg(h) = cuboid(…)`."""
    if view.kind(i) != "PART" or view.kind(i + 2) != "LPAR" or i + 2 not in view.partner:
        return None
    sign = view.partner[i + 2] + 1
    if view.kind(sign) != "EQUAL" or view.called(sign + 1) == NOWHERE:
        return None
    hint = f"write 'part {view.quote(i + 1, sign)} {{ … }}'"
    stop = view.stop(sign)
    edits = (Edit(sign, sign + 1, (("LBRACE", "{"),)), Edit(stop, stop, (("RBRACE", "}"),)))
    return Slip("E101", "expected '{', found '='", sign, sign, hint, edits, exact=True)


def function_of_ones_own(view: View, i: int) -> Slip | None:
    """`let f(x) = x * 2`, `let (a, b) = …`, `let a, b = …`."""
    if view.kind(i) not in ("LET", "PARAM") or not view.begins(i):
        return None
    if view.kind(i + 1) == "NAME" and view.kind(i + 2) == "LPAR":
        hint = "no function can be defined: write the expression where it is wanted; what makes shapes is a 'part'"
        return Slip("E101", "unexpected '('", i + 2, i + 2, hint, (Edit(i, view.stop(i)),))
    several = view.kind(i + 1) == "LPAR" or (view.kind(i + 1) in ("NAME", "AXIS") and view.kind(i + 2) == "COMMA")
    if several:
        hint = f"one name at a time: '{view.text(i)} a = 1; {view.text(i)} b = 2'"
        place = i + 1 if view.kind(i + 1) == "LPAR" else i + 2
        return Slip("E101", f"unexpected '{view.text(place)}'", place, place, hint, (Edit(i, view.stop(i)),))
    return None


def method(view: View, i: int) -> Slip | None:
    """`cuboid(1, 1, 1).translate(0, 1, 0)`."""
    behind = _shape_at(view, i)
    if behind == NOWHERE or view.kind(behind) != "DOT":
        return None
    hint = "a shape has no methods: modifiers stand behind it, as in 'cuboid(…) at (x, y, z)'"
    return Slip("E101", "unexpected '.'", behind, behind, hint, (Edit(behind, view.stop(behind)),))


def shapes_joined(view: View, i: int) -> Slip | None:
    """`cuboid(…) - sphere(…)`."""
    behind = _shape_at(view, i)
    if behind == NOWHERE or view.kind(behind) not in _INSTEAD or view.called(behind + 1) == NOWHERE:
        return None
    word = _INSTEAD[view.kind(behind)]
    first, second = view.text(i if view.kind(i + 1) != "EQUAL" else i + 2), view.text(behind + 1)
    hint = f"write '{word} {{ {first}(…); {second}(…) }}'"
    message = f"'{view.text(behind)}' does not work on shapes"
    return Slip("E101", message, behind, behind, hint, (Edit(behind, behind + 1, (("SEMICOLON", ";"),)),))


def _shape_at(view: View, i: int) -> int:
    """The token behind the call that a statement places, or -1."""
    if view.kind(i) != "NAME" or not view.begins(i):
        return NOWHERE
    return view.called(i + 2 if view.kind(i + 1) == "EQUAL" else i)


STATEMENT_RULES: Final = (
    unlet_value,
    foreign_declaration,
    foreign_part,
    foreign_use,
    returned,
    changed,
    modifier_in_front,
    placed_later,
    placed_again,
    modifier_of_another_language,
    foreign_brackets,
    defined_by_equal,
    function_of_ones_own,
    method,
    shapes_joined,
)
