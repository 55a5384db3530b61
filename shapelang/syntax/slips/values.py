"""Slips in values, arguments and modifiers."""

from __future__ import annotations

from typing import Final

from shapelang.syntax.lexical import END, NEWLINE
from shapelang.syntax.slips.view import NOWHERE, VALUE_BEGINS, VALUE_ENDS, Edit, Slip, View

_NUMBERS = frozenset(("INT", "FLOAT"))
_MODIFIERS = frozenset("AT ROTATE SCALE ATTACH BETWEEN ALIGN WITH TAG".split())


def labelled_with_equal(view: View, i: int) -> Slip | None:
    """`cylinder(radius = 1)`, `{ color = #ffffff }`; the others of the same bracket are mended in silence."""
    if view.kind(i) != "EQUAL" or view.kind(i - 1) not in ("NAME", "AXIS") or not _follows_comma(view, i - 1):
        return None
    if view.within(i) not in ("call", "material"):
        return None
    bracket = view.opener[i]
    if bracket not in view.partner:
        return None
    places = [i]
    for k in view.outside(bracket + 1, view.partner[bracket]):
        if k > i and view.kinds[k] == "EQUAL" and view.kinds[k - 1] in ("NAME", "AXIS"):
            places.append(k)
    edits = tuple(Edit(k, k + 1, (("COLON", ":"),)) for k in places)
    hint = "arguments and properties are written 'name: value'"
    return Slip("E101", "expected ':', found '='", i, i, hint, edits, exact=True)


def _follows_comma(view: View, i: int) -> bool:
    """Whether an item of a bracket begins here."""
    before = i - 1 - (view.kind(i - 1) == NEWLINE)
    return view.kind(before) in ("LPAR", "COMMA", "LBRACE")


def remainder(view: View, i: int) -> Slip | None:
    """`3 % 2`."""
    if view.kind(i) != "PERCENT" or view.kind(i - 1) not in VALUE_ENDS or view.kind(i + 1) not in VALUE_BEGINS:
        return None
    hint = "write 'mod(a, b)'; '10%' is only a size in a 'split'"
    return Slip("E105", "unknown operator '%'", i, i, hint, (Edit(i, i + 1, (("STAR", "*"),)),), exact=True)


def turns_without_axis(view: View, i: int) -> Slip | None:
    """`rotate (0, 45, 0)`, `rotate 45`."""
    if view.kind(i) != "ROTATE" or view.kind(i + 1) not in VALUE_BEGINS - {"AXIS"} or view.begins(i):
        return None
    bracket, stop = i + 1, i + 1
    while view.kind(stop) not in _MODIFIERS | {NEWLINE, "SEMICOLON", "RBRACE", "RPAR", END}:
        stop = view.partner.get(stop, stop) + 1
    written = view.quote(i + 1, stop)
    hint = f"write 'rotate y {written}'"
    if view.kind(bracket) in ("LPAR", "LSQB") and view.partner.get(bracket, -2) + 1 == stop:
        items = [view.quote(*item) for item in view.items(bracket)]
        turns = [f"{axis} {angle}" for axis, angle in zip("xyz", items, strict=False) if angle not in ("0", "0.0")]
        hint = f"write 'rotate {', '.join(turns)}'" if len(items) == 3 and turns else "write 'rotate x 10, y 45'"
    message = f"expected an axis (x, y or z) before {view.found(i + 1)}"
    return Slip("E102", message, i + 1, i + 1, hint, (Edit(i + 1, stop, (("AXIS", "y"), ("INT", "0"))),))


def turn_with_sign(view: View, i: int) -> Slip | None:
    """`rotate y = 45`, `rotate y: 45`."""
    if (
        view.kind(i) != "AXIS"
        or view.kind(i + 1) not in ("EQUAL", "COLON")
        or view.kind(i - 1) not in ("ROTATE", "COMMA")
    ):
        return None
    if view.kind(i - 1) == "COMMA" and "ROTATE" not in view.kinds[view.line_start(i) : i]:
        return None
    if view.within(i) not in ("body", "choose", "split"):
        return None
    hint = f"write 'rotate {view.text(i)} {view.text(i + 2)}'"
    return Slip("E101", f"unexpected '{view.text(i + 1)}'", i + 1, i + 1, hint, (Edit(i + 1, i + 2),), exact=True)


def colon_equal(view: View, i: int) -> Slip | None:
    """`x := 5`."""
    if view.kind(i) != "COLON" or view.kind(i + 1) != "EQUAL" or view.kind(i - 1) not in ("NAME", "AXIS"):
        return None
    return Slip("E101", "unexpected ':='", i, i + 1, "write '='", (Edit(i, i + 1),))


def place_without_parentheses(view: View, i: int) -> Slip | None:
    """`at 0, 1, 0`."""
    if view.kind(i) != "AT" or view.kind(i + 1) not in VALUE_BEGINS or view.within(i) != "body":
        return None
    stop = i + 1
    while view.kind(stop) not in _MODIFIERS | {NEWLINE, "SEMICOLON", "RBRACE", "LBRACE", END}:
        stop = view.partner.get(stop, stop) + 1
    if sum(view.kinds[k] == "COMMA" for k in view.outside(i + 1, stop)) != 2:
        return None
    hint = f"write 'at ({view.quote(i + 1, stop)})'"
    edits = (Edit(i + 1, i + 1, (("LPAR", "("),)), Edit(stop, stop, (("RPAR", ")"),)))
    return Slip("E102", f"expected '(' before {view.found(i + 1)}", i + 1, i + 1, hint, edits, exact=True)


def vector_with_names(view: View, i: int) -> Slip | None:
    """`at (x: 1, y: 2, z: 3)`."""
    if not _is_group(view, i) or view.kind(i + 1) != "AXIS" or view.kind(i + 2) != "COLON":
        return None
    items = view.items(i)
    labelled = [first for first, stop in items if view.kind(first + 1) == "COLON" and stop > first + 2]
    hint = "a vector is written without names: (x, y, z)"
    edits = tuple(Edit(first, first + 2) for first in labelled)
    return Slip("E101", "unexpected ':'", i + 2, i + 2, hint, edits)


def vector_too_long(view: View, i: int) -> Slip | None:
    """`(0, 1, 0, 0)`."""
    if not _is_group(view, i):
        return None
    items = view.items(i)
    if len(items) < 4 or any(first == stop or "COLON" in view.kinds[first:stop] for first, stop in items):
        return None
    comma = items[2][1]
    hint = "a vector has three components: (x, y, z)"
    return Slip("E101", "unexpected ','", comma, comma, hint, (Edit(comma, view.partner[i]),))


def _is_group(view: View, i: int) -> bool:
    """Whether a parenthesis that is closed begins here, and no call."""
    before = view.kind(i - 1)
    called = before in ("NAME", "RPAR", "RSQB") or (before == "AXIS" and view.kind(i - 2) == "PART")
    return view.kind(i) == "LPAR" and i in view.partner and not called


def python_conditional(view: View, i: int) -> Slip | None:
    """`1 if test else 2`."""
    if view.kind(i) != "IF" or view.kind(i - 1) not in VALUE_ENDS:
        return None
    stop = view.stop(i)
    middle = next((k for k in view.outside(i, stop) if view.kinds[k] in ("ELSE", "THEN", "LBRACE")), NOWHERE)
    if middle == NOWHERE or view.kinds[middle] != "ELSE":
        return None
    hint = f"write 'if {view.quote(i + 1, middle)} then {view.text(i - 1)} else {view.quote(middle + 1, stop)}'"
    return Slip("E101", "unexpected 'if'", i, i, hint, (Edit(i, stop),))


def range_without_in(view: View, i: int) -> Slip | None:
    """`param w = 0.5 [0.1, 1]`."""
    if view.kind(i) != "LSQB" or view.kind(i - 1) not in _NUMBERS | {"RPAR", "STRING"} or i not in view.partner:
        return None
    start = view.line_start(i)
    if view.kind(start) not in ("PARAM", "LET") or view.kind(view.partner[i] + 1) not in (NEWLINE, "SEMICOLON", END):
        return None
    hint = f"write 'in {view.quote(i, view.partner[i] + 1)}'"
    return Slip("E102", "expected 'in' before '['", i, i, hint, (Edit(i, i, (("IN", "in"),)),), exact=True)


def range_with_dots(view: View, i: int) -> Slip | None:
    """`param w = 0.5 in 0.1..1`, `in (0.1, 1)`."""
    start = view.line_start(i)
    if view.kind(i) != "IN" or view.kind(start) not in ("PARAM", "LET") or view.kind(i + 1) == "LSQB":
        return None
    stop = view.stop(i)
    dots = next((k for k in view.outside(i, stop) if view.kinds[k] == "RANGE"), NOWHERE)
    if dots != NOWHERE:
        low, high = view.quote(i + 1, dots), view.quote(dots + 1, stop)
        edits = (
            Edit(i + 1, i + 1, (("LSQB", "["),)),
            Edit(dots, dots + 1, (("COMMA", ","),)),
            Edit(stop, stop, (("RSQB", "]"),)),
        )
    elif view.kind(i + 1) == "LPAR" and i + 1 in view.partner and len(view.items(i + 1)) == 2:
        low, high = (view.quote(*item) for item in view.items(i + 1))
        closing = view.partner[i + 1]
        edits = (Edit(i + 1, i + 2, (("LSQB", "["),)), Edit(closing, closing + 1, (("RSQB", "]"),)))
    else:
        return None
    hint = f"a range is written 'in [{low}, {high}]'"
    return Slip("E101", f"expected '[', found {view.found(i + 1)}", i + 1, i + 1, hint, edits, exact=True)


def param_without_default(view: View, i: int) -> Slip | None:
    """`param w in [0.1, 1]`."""
    if view.kind(i) != "IN" or view.kind(i - 2) != "PARAM" or view.kind(i - 1) not in ("NAME", "AXIS"):
        return None
    stop = view.stop(i)
    hint = f"a param has a default: 'param {view.text(i - 1)} = 1 {view.quote(i, stop)}'"
    return Slip("E102", "expected '=' before 'in'", i, i, hint, (Edit(i, stop, (("EQUAL", "="), ("FLOAT", "1.0"))),))


def colour_for_material(view: View, i: int) -> Slip | None:
    """`material red = #ff0000`."""
    if (
        view.kind(i) != "MATERIAL"
        or view.kind(i + 1) not in ("NAME", "AXIS")
        or view.kind(i + 2) not in ("EQUAL", "LBRACE")
    ):
        return None
    name = view.text(i + 1)
    if view.kind(i + 2) == "LBRACE":
        edit = Edit(i + 2, i + 2, (("EQUAL", "="),))
        return Slip(
            "E102", "expected '=' before '{'", i + 2, i + 2, f"write 'material {name} = {{ … }}'", (edit,), exact=True
        )
    if view.kind(i + 3) in ("LBRACE", NEWLINE, END):
        return None
    stop = view.stop(i)
    value = view.quote(i + 3, stop) if view.kind(i + 3) == "COLOUR" else "#b98b5e"
    edit = Edit(i + 3, stop, (("LBRACE", "{"), ("RBRACE", "}")))
    hint = f"write 'material {name} = {{ color: {value} }}'"
    return Slip("E102", f"expected '{{' before {view.found(i + 3)}", i + 3, i + 3, hint, (edit,), exact=True)


def type_in_front(view: View, i: int) -> Slip | None:
    """`part leg(float h)`."""
    if view.kind(i) != "NAME" or view.kind(i + 1) not in ("NAME", "AXIS") or view.kind(i - 1) not in ("LPAR", "COMMA"):
        return None
    if view.within(i) != "part":
        return None
    hint = f"the type stands behind the name: '{view.text(i + 1)}: int'; without one it is a real"
    return Slip("E101", f"unexpected '{view.text(i)}'", i, i, hint, (Edit(i, i + 1),), exact=True)


VALUE_RULES: Final = (
    labelled_with_equal,
    remainder,
    turns_without_axis,
    turn_with_sign,
    colon_equal,
    place_without_parentheses,
    vector_with_names,
    vector_too_long,
    python_conditional,
    range_without_in,
    range_with_dots,
    param_without_default,
    colour_for_material,
    type_in_front,
)
