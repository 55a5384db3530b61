"""Slips in the heads of blocks: loops, conditions, symmetry, solids, alternatives."""

from __future__ import annotations

from typing import Final

from shapelang.syntax.lexical import END, NEWLINE
from shapelang.syntax.slips.view import NOWHERE, VALUE_BEGINS, VALUE_ENDS, Edit, Slip, View

_OPEN, _CLOSE = (("LBRACE", "{"),), (("RBRACE", "}"),)
_HEADS = frozenset("FOR IF MIRROR ARRAY RING UNION DIFFERENCE INTERSECTION HULL ELSE".split())
_FORMS: Final = {
    "MIRROR": "mirror x { … }",
    "ARRAY": "array 3 by (0.1, 0, 0) { … }",
    "RING": "ring 6 about y { … }",
    "SPLIT": "split y of (1, 2, 1) { … }",
    "UNION": "union { … }",
    "DIFFERENCE": "difference { … }",
    "INTERSECTION": "intersection { … }",
    "HULL": "hull { … }",
    "CHOOSE": "choose { … }",
    "FOR": "for i in 0..4 { … }",
}
_HEAD_OF: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "MIRROR": (("AXIS", "x"),),
    "ARRAY": (("INT", "1"), ("BY", "by"), ("NAME", "unknown")),
    "RING": (("INT", "1"), ("ABOUT", "about"), ("AXIS", "y")),
    "SPLIT": (("AXIS", "y"), ("OF", "of"), ("NAME", "unknown")),
    "FOR": (("NAME", "i"), ("IN", "in"), ("INT", "0"), ("RANGE", ".."), ("INT", "1")),
}
_LINK: Final = {"ARRAY": "BY", "RING": "ABOUT", "SPLIT": "OF"}


def else_if(view: View, i: int) -> Slip | None:
    """`elif`, `elsif`, `elseif`."""
    word = view.text(i)
    if word not in ("elif", "elsif", "elseif"):
        return None
    edit = Edit(i, i + 1, (("ELSE", "else"), ("IF", "if")))
    return Slip("E101", f"unexpected '{word}'", i, i, "write 'else if'", (edit,), exact=True)


def head_in_parentheses(view: View, i: int) -> Slip | None:
    """`difference() {`, `mirror([1, 0, 0]) {`, `array(3) {`, `for (i = [0:4]) {`."""
    kind = view.kind(i)
    if kind not in _FORMS or view.kind(i + 1) != "LPAR" or i + 1 not in view.partner:
        return None
    behind = view.partner[i + 1] + 1
    if view.kind(behind) in VALUE_BEGINS | set(_LINK.values()) and not (kind == "FOR" or behind == i + 3):
        return None  # the parentheses are those of a value: `array (2 + 1) by …`
    hint = f"write '{_FORMS[kind]}'"
    exact = behind == i + 3 and kind not in _HEAD_OF
    edits = [Edit(i + 1, behind, _HEAD_OF.get(kind, ()))]
    if kind not in _LINK and view.kind(behind) != "LBRACE":
        edits += _braced(view, i, behind)
    return Slip("E101", f"unexpected '(' after '{view.text(i)}'", i + 1, i + 1, hint, tuple(edits), exact)


def link_left_out(view: View, i: int) -> Slip | None:
    """`array 3 {`, `ring 6 {`, `split x {`."""
    link = _LINK.get(view.kind(i))
    if link is None or view.kind(i + 1) == "LPAR":
        return None
    stop = view.stop(i)
    brace = next((k for k in view.outside(i, stop) if view.kinds[k] == "LBRACE"), NOWHERE)
    if brace == NOWHERE or brace == i + 1 or any(k in view.kinds[i:brace] for k in _LINK.values()):
        return None
    if any(view.kinds[k] == "NAME" and view.kinds[k - 1] in VALUE_ENDS for k in view.outside(i, brace)):
        return None  # some other word stands there
    put_in = tuple(_HEAD_OF[view.kind(i)][1:])
    hint = f"write '{_FORMS[view.kind(i)]}'"
    return Slip("E102", f"expected '{put_in[0][1]}' before '{{'", brace, brace, hint, (Edit(brace, brace, put_in),))


def loop_of_another_language(view: View, i: int) -> Slip | None:
    """`while … {`, `repeat 4 {`, `loop {`."""
    word = view.text(i)
    if word not in ("while", "repeat", "loop", "foreach", "unless", "switch", "match") or not view.begins(i):
        return None
    stop = view.stop(i)
    brace = next((k for k in view.outside(i, stop) if view.kinds[k] == "LBRACE"), NOWHERE)
    if brace == NOWHERE or view.kind(i + 1) == "EQUAL":
        return None
    if word in ("unless", "switch", "match"):
        hint = "conditions are written 'if … { … } else if … { … } else { … }'"
    elif word == "while":
        hint = "loops are counted: 'for i in 0..4 { … }'; a part may also call itself"
    else:
        hint = "write 'for i in 0..4 { … }'"
    return Slip("E101", f"there is no '{word}'", i, i, hint, (Edit(i, brace, (("IF", "if"), ("TRUE", "true"))),))


def python_range(view: View, i: int) -> Slip | None:
    """`for i in range(4)`."""
    if view.text(i) != "range" or view.kind(i - 1) != "IN" or i + 1 not in view.partner:
        return None
    items = view.items(i + 1)
    closing = view.partner[i + 1]
    if len(items) not in (1, 2):
        hint = "write '0..4', and multiply what steps: 'at (0.5 * i, 0, 0)'"
        return Slip("E101", "unexpected 'range'", i, i, hint, (Edit(i, closing + 1, _HEAD_OF["FOR"][2:]),))
    if len(items) == 1:
        edits = (Edit(i, i + 2, (("INT", "0"), ("RANGE", ".."))), Edit(closing, closing + 1))
        hint = f"write '0..{view.quote(*items[0])}'"
    else:
        comma = items[0][1]
        edits = (Edit(i, i + 2), Edit(comma, comma + 1, (("RANGE", ".."),)), Edit(closing, closing + 1))
        hint = f"write '{view.quote(*items[0])}..{view.quote(*items[1])}'"
    return Slip("E101", "unexpected 'range'", i, i, hint, edits, exact=True)


def loop_over_things(view: View, i: int) -> Slip | None:
    """`for v in [1, 2, 3] {`, `for v in things {`."""
    if view.kind(i) != "FOR" or view.kind(i + 2) != "IN":
        return None
    stop = view.stop(i)
    outside = view.outside(i, stop)
    brace = next((k for k in outside if view.kinds[k] == "LBRACE"), NOWHERE)
    single = brace == i + 4 or (view.kind(i + 3) == "LSQB" and view.partner.get(i + 3) == brace - 1)
    if brace == NOWHERE or not single:
        return None
    hint = "a loop counts: 'for i in 0..4 { … }', and what it needs is worked out from i"
    edit = Edit(i + 3, brace, _HEAD_OF["FOR"][2:])
    return Slip("E102", "expected '..' before '{'", brace, brace, hint, (edit,))


def statement_with_then(view: View, i: int) -> Slip | None:
    """`if test then cuboid(…)`, also with `else`."""
    if view.kind(i) != "IF" or not (view.begins(i) or view.kind(i - 1) == "EQUAL"):
        return None
    stop = view.stop(i)
    words = [k for k in view.outside(i, stop) if view.kinds[k] in ("THEN", "ELSE")]
    if not words or view.kinds[words[0]] != "THEN" or view.called(words[0] + 1) != (words[1] if words[1:] else stop):
        return None
    edits = [Edit(words[0], words[0] + 1, _OPEN), Edit(stop, stop, _CLOSE)]
    if words[1:]:
        edits.append(Edit(words[1], words[1] + 1, (*_CLOSE, ("ELSE", "else"), *_OPEN)))
    hint = "shapes are chosen by blocks: 'if … { a(…) } else { b(…) }'"
    return Slip("E101", "unexpected 'then'", words[0], words[0], hint, tuple(edits), exact=len(words) <= 2)


def turned_about_a_vector(view: View, i: int) -> Slip | None:
    """`ring 6 about (0, 1, 0) {`."""
    if view.kind(i) != "ABOUT" or view.kind(i + 1) not in ("LPAR", "LSQB") or i + 1 not in view.partner:
        return None
    edit = Edit(i + 1, view.partner[i + 1] + 1, (("AXIS", "y"),))
    message = f"expected an axis (x, y or z), found {view.found(i + 1)}"
    return Slip("E101", message, i + 1, i + 1, "write 'ring 6 about y { … }'", (edit,))


def closed_range(view: View, i: int) -> Slip | None:
    """`0..=4`, `0...4`."""
    if view.kind(i) != "RANGE" or view.kind(i + 1) not in ("EQUAL", "DOT", "LESSTHAN"):
        return None
    written = view.text(i) + view.text(i + 1)
    first, last = view.text(i - 1), view.text(i + 2)
    more = str(int(last) + 1) if view.kind(i + 2) == "INT" and written != "..<" else f"{last} + 1"
    hint = f"write '{first}..{last}'" if written == "..<" else f"'a..b' ends before b: write '{first}..{more}'"
    return Slip("E101", f"unexpected '{written}'", i, i + 1, hint, (Edit(i + 1, i + 2),), exact=True)


def body_behind_colon(view: View, i: int) -> Slip | None:
    """`for i in 0..4:` with the body indented, or behind the colon: Python's blocks."""
    if view.kind(i) != "COLON" or view.within(i) not in ("body", "choose", "split"):
        return None
    start = i
    while start > 0 and view.kinds[start - 1] not in (NEWLINE, "SEMICOLON", "LBRACE", "RBRACE"):
        start -= 1
    start += view.kind(start) == "NAME" and view.kind(start + 1) == "EQUAL" and 2
    head = view.kind(start)
    part = view.kind(start + 1) == "NAME" and view.kind(start + 2) == "LPAR" and (head in ("PART", "NAME"))
    if not (head in _HEADS or part or view.text(start) == "elif") or "THEN" in view.kinds[start:i]:
        return None
    end = view.stop(i + 1) if view.kind(i + 1) != NEWLINE else _indented(view, start, i + 1)
    edits = (Edit(i, i + 1, _OPEN), Edit(end, end, _CLOSE))
    return Slip("E101", "unexpected ':'", i, i, "a block stands in braces: '{ … }'", edits, exact=True)


def _indented(view: View, head: int, newline: int) -> int:
    """The newline that ends the lines which are indented deeper than that of a head."""
    own, end = _indent(view, head), newline
    for k in range(newline, len(view.kinds) - 1):
        if view.kinds[k] == NEWLINE and k + 1 < len(view.kinds):
            if k > newline:
                end = k
            if view.kinds[k + 1] == END or _indent(view, k + 1) <= own:
                return k
    return max(end, len(view.kinds) - 1)


def _indent(view: View, index: int) -> int:
    line, _ = view.source.position(view.tokens.starts[index])
    text = view.source.line(line)
    return len(text) - len(text.lstrip())


def body_without_braces(view: View, i: int) -> Slip | None:
    """`if (test) cuboid(…)`, `for i in 0..4 cuboid(…)`."""
    if view.kind(i) not in _HEADS or view.kind(i + 1) == "COLON" or "THEN" in view.kinds[view.line_start(i) : i]:
        return None
    stop = view.stop(i)
    outside = view.outside(i + 1, stop)
    if any(view.kinds[k] in ("LBRACE", "THEN", "COLON") for k in outside):
        return None
    for k in outside:
        juxtaposed = view.kinds[k - 1] in VALUE_ENDS or (view.kind(i) == "ELSE" and k == i + 1)
        if juxtaposed and view.called(k) != NOWHERE:
            hint = "a block stands in braces: '{ … }'"
            edits = (Edit(k, k, _OPEN), Edit(stop, stop, _CLOSE))
            return Slip("E102", f"expected '{{' before '{view.text(k)}'", k, k, hint, edits, exact=True)
    return None


def _braced(view: View, i: int, behind: int) -> tuple[Edit, ...]:
    if view.called(behind) == NOWHERE:
        return ()
    stop = view.stop(behind)
    return (Edit(behind, behind, _OPEN), Edit(stop, stop, _CLOSE))


def alternative_without_weight(view: View, i: int) -> Slip | None:
    """`choose { cuboid(…); sphere(…) }`."""
    if view.kind(i) != "NAME" or view.kind(i - 1) not in ("LBRACE", NEWLINE, "SEMICOLON", "COMMA"):
        return None
    if view.within(i) != "choose":
        return None
    behind = view.called(i + 2 if view.kind(i + 1) == "EQUAL" else i)
    if behind == NOWHERE or "COLON" in (view.kinds[k] for k in view.outside(i, view.stop(i))):
        return None
    rest = " = …" if view.kind(i + 1) == "EQUAL" else "(…)"
    hint = f"each alternative has a weight before it: '1: {view.text(i)}{rest}'"
    edit = Edit(i, i, (("INT", "1"), ("COLON", ":")))
    return Slip("E102", f"expected a weight before '{view.text(i)}'", i, i, hint, (edit,), exact=True)


def arrow_for_colon(view: View, i: int) -> Slip | None:
    """`choose { 0.5 -> cuboid(…) }`, also `=>`."""
    if view.kind(i) not in ("MINUS", "EQUAL") or view.kind(i + 1) != "MORETHAN":
        return None
    if view.within(i) not in ("choose", "split"):
        return None
    written = view.text(i) + view.text(i + 1)
    edit = Edit(i, i + 2, (("COLON", ":"),))
    return Slip("E101", f"expected ':', found '{written}'", i, i + 1, "write 'weight: shape'", (edit,), exact=True)


def comma_between_alternatives(view: View, i: int) -> Slip | None:
    """`choose { 1: a(), 2: b() }`."""
    if view.kind(i) != "COMMA" or view.within(i) not in ("choose", "split"):
        return None
    start = view.line_start(i)
    if any(view.kinds[k] in ("ROTATE", "MIRROR") for k in range(max(start, i - 8), i)):
        return None  # `rotate x 10, y 20` and `mirror x, z` have commas of their own
    newline = view.kind(i + 1) in (NEWLINE, "RBRACE")
    following = {view.kinds[k] for k in view.outside(i + 1, view.stop(i + 1))}
    if not newline and following.isdisjoint(("COLON", "MORETHAN")):
        return None
    edit = Edit(i, i + 1, () if newline else (("SEMICOLON", ";"),))
    hint = "alternatives and slices stand on lines of their own, or ';' parts them"
    return Slip("E101", "expected a new line or ';', found ','", i, i, hint, (edit,), exact=True)


BLOCK_RULES: Final = (
    else_if,
    head_in_parentheses,
    link_left_out,
    loop_of_another_language,
    python_range,
    loop_over_things,
    statement_with_then,
    turned_about_a_vector,
    closed_range,
    body_behind_colon,
    body_without_braces,
    alternative_without_weight,
    arrow_for_colon,
    comma_between_alternatives,
)
