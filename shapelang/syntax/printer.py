"""`print_module`: the canonical text of a program, with its comments.

One statement a line, two columns of indent, 100 columns: what is longer breaks at brackets, then behind operators.
Blocks that stood on one line stay so while they fit; single blank lines stay. A comment stays behind its line or above
it, also within brackets, which are broken for it; one from inside an expression moves above its line. Between
`// fmt: off` and `// fmt: on`, on lines of their own, everything stays as it is.
"""

from __future__ import annotations

from itertools import islice, takewhile
from typing import final

from shapelang.stack import deep_stack
from shapelang.syntax import tree
from shapelang.syntax.items import Body, Item, bodies, flat_body, heads, item_bodies, plain, shape_of, written
from shapelang.syntax.notes import noted
from shapelang.syntax.pieces import STEP, WIDTH, Pieces, Place, fit, flat, modifier
from shapelang.syntax.source import Span


def print_module(module: tree.Module, source_text: str | None = None) -> str:
    """The canonical text of a module; `parse` reads the same module from it, and printing it again changes nothing.

    Without the text that the module was read from, there are no blank lines and only empty blocks on one line.
    """
    printer = _Printer(module, source_text)
    with deep_stack():
        printer.lines(module.statements, len(source_text or ""), "")
    return printer.text()


@final
class _Printer:
    """Rows written so far, the row being written, and the comments not yet written."""

    def __init__(self, module: tree.Module, source: str | None) -> None:
        self.source = source
        self.comments = list(module.comments)
        self.next = 0
        self.rows: list[str] = []
        self.row = ""

    def text(self) -> str:
        """Everything written."""
        return "\n".join(self.rows) + "\n" if self.rows else ""

    def lines(self, items: tuple[Item, ...], end: int, indent: str) -> None:
        """Items each on a line of its own, with the comments before `end`."""
        first = len(self.rows)
        index = 0
        while index < len(items):
            item = items[index]
            verbatim = self._comments_before(self._head_end(item), indent, first, items[index:], end)
            if verbatim:
                index += verbatim
                continue
            self._blank(item.span.start, first)
            following = items[index + 1] if index + 1 < len(items) else None
            self.row = indent
            self._item(item, indent)
            if isinstance(following, tree.Tag):
                self.row += ";"
            self._comments_behind(item, following, indent, end)
            index += 1
        while self._comments_before(end, indent, first, (), end):
            pass

    # --- comments and blank lines ---

    def _pending(self, end: int) -> tree.Comment | None:
        """The next comment, if it stands before an offset."""
        if self.next < len(self.comments) and self.comments[self.next].span.start < end:
            return self.comments[self.next]
        return None

    def _all_pending(self, end: int) -> list[tree.Comment]:
        """The next comments that stand before an offset."""
        return list(takewhile(lambda c: c.span.start < end, islice(self.comments, self.next, None)))

    def _comments_before(self, place: int, indent: str, first: int, rest: tuple[Item, ...], end: int) -> int:
        """Write the comments before a place on rows of their own; how many items went out as they stand."""
        while (comment := self._pending(place)) is not None:
            self._blank(comment.span.start, first)
            self.next += 1
            self.rows.append(indent + comment.text)
            if comment.text == "// fmt: off" and comment.own_line and self.source is not None:
                kept = self._verbatim(comment, rest, end, indent)
                if kept:
                    return kept
        return 0

    def _verbatim(self, off: tree.Comment, rest: tuple[Item, ...], end: int, indent: str) -> int:
        """Write what stands between `off` and its `// fmt: on` as it stands; how many items that is."""
        assert self.source is not None
        for index in range(self.next, len(self.comments)):
            on = self.comments[index]
            if on.span.start >= end:
                return 0
            inside = any(item.span.start < on.span.start < item.span.end for item in rest)
            if on.text == "// fmt: on" and on.own_line and not inside:
                between = self.source[off.span.end : on.span.start].split("\n")
                self.rows.extend(row.rstrip("\r") for row in between[1:-1])
                self.rows.append(indent + on.text)
                self.next = index + 1
                return sum(item.span.start < on.span.start for item in rest)
        return 0

    def _comments_behind(self, item: Item, following: Item | None, indent: str, end: int) -> None:
        """Finish the row of an item, with the comment behind it; others that belong to it get rows below."""
        limit = following.span.start if following is not None else end
        comment = self._pending(limit)
        if comment is not None and not comment.own_line and self._same_line(item.span.end, comment.span.start):
            self.next += 1
            self.row += f"  {comment.text}"
        self.rows.append(self.row)
        while (comment := self._pending(item.span.end)) is not None:
            self.next += 1
            self.rows.append(indent + comment.text)

    def _same_line(self, start: int, end: int) -> bool:
        return self.source is None or "\n" not in self.source[start:end]

    def _blank(self, start: int, first: int) -> None:
        """A blank row where there was one, but not at the beginning of a body."""
        if self.source is None or len(self.rows) == first:
            return
        before = self.source[:start].rstrip(" \t\r\n")
        if self.source.count("\n", len(before), start) > 1:
            self.rows.append("")

    def _head_end(self, item: Item) -> int:
        """The offset up to which comments go above an item: to its first body or bracket that has some, or its end."""
        end = next((b.span.start for b in item_bodies(item) if self._has_comments(b.span)), item.span.end)
        within = [c for c in self._all_pending(end) if c.span.start > item.span.start]
        if within:
            lines = written(item)
            for comment in within:
                if any(noted(pieces, [comment], self._same_line)[1] for pieces in lines):
                    return comment.span.start
        return end

    def _has_comments(self, span: Span) -> bool:
        return any(span.start <= c.span.start < span.end for c in self.comments[self.next :])

    # --- items ---

    def _item(self, item: Item, indent: str) -> None:
        placed = shape_of(item)
        if placed is not None:
            self._shape(*placed, indent)
            return
        self._put(plain(item), indent)
        for body in item_bodies(item):
            self._body(body, indent)

    def _put(self, pieces: Pieces, indent: str) -> None:
        """Go on with the row, breaking it where it has comments within brackets or grows too long."""
        pieces, count = self._noted(pieces)
        self.next += count
        first, *rest = fit(pieces, indent, len(self.row))
        self.row += first
        for row in rest:
            self.rows.append(self.row)
            self.row = row

    def _noted(self, pieces: Pieces) -> tuple[Pieces, int]:
        """Pieces with the comments that stand within their brackets, and how many of the next comments that are."""
        end = max((p.offset for p in pieces if isinstance(p, Place)), default=0)
        return noted(pieces, self._all_pending(end), self._same_line)

    def _shape(self, before: Pieces, shape: tree.Shape, indent: str) -> None:
        within, outside = bodies(shape.core), heads(shape.core)
        outside[0] = [*before, *outside[0]]
        modifiers = [modifier(m) for m in shape.modifiers]
        room = len(" ".join([self.row, *map(flat, modifiers)])) + (0 if within else len(flat(outside[0]))) <= WIDTH
        for index, head in enumerate(outside):
            self._put(head, indent)
            if index < len(within):
                self._body(within[index], indent)
        room = room and len(" ".join([self.row, *map(flat, modifiers)])) <= WIDTH
        room = room and not any(self._noted(m)[1] for m in modifiers)
        for pieces in modifiers:
            if room:
                self.row += " " + flat(pieces)
            else:
                self.rows.append(self.row)
                self.row = indent + STEP
                self._put(pieces, indent + STEP)

    def _body(self, body: Body, indent: str) -> None:
        if self._fits_one_line(body):
            self.row += flat_body(body)
            return
        self.rows.append(self.row + "{")
        self.row = ""
        self.lines(body.items, body.span.end, indent + STEP)
        self.row = indent + "}"

    def _fits_one_line(self, body: Body) -> bool:
        if self._pending(body.span.end) is not None:
            return False
        if not body.items:
            return True
        if self.source is None or "\n" in self.source[body.span.start : body.span.end]:
            return False
        return len(self.row) + len(flat_body(body)) <= WIDTH
