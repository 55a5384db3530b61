"""Finds every syntax error of a text, by the smallest edits that let it be read.

Only the states of the parser run here, no values. Where a token does not fit, one-token edits near it (insert, delete,
replace) are tried, and the one is kept that lets the most of what follows be read at the least cost (the idea is that
of Burke and Fisher, "A practical method for LR and LL syntactic error diagnosis and recovery", TOPLAS 9(2), 1987). When
none helps, the rest of the line goes. So one mistake is told once. The edited tokens then parse without an error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, final

from shapelang.syntax import tables
from shapelang.syntax.driver import ACTIONS
from shapelang.syntax.lexical import CONTINUING, END, NEWLINE, Tokens
from shapelang.syntax.states import Kind, Stack, accepted
from shapelang.syntax.words import KEYWORDS

WINDOW = 10
"""How many tokens before the one that does not fit may be at fault."""
LOOKAHEAD = 24
"""How many tokens after the edit are tried."""
ENOUGH = 4
"""An edit that gets less far than this beyond the place is no better than leaving out the line."""
MOST_ERRORS = 50

LONGEST_ENDING = 1000
"""How much is put in at most where a text ends too early."""

_TEXTS: dict[Kind, str] = {
    **{name: text for text, name in tables.SYMBOLS.items()},
    "NAME": "unknown",
    "INT": "1",
    "STRING": '""',
    "AXIS": "x",
}
"""What can be put in, with the text it gets. (A FLOAT or COLOUR fits nowhere where a NAME does not.)"""

_PREFERRED = "RPAR RSQB RBRACE COMMA COLON EQUAL SEMICOLON LPAR LBRACE LSQB TILDE NAME AXIS INT STRING".split()
_LINKS = "THEN ELSE TO AND OF BY ABOUT IN AS RANGE DOT".split()
_RANK = {kind: i for i, kind in enumerate([*_PREFERRED, *_LINKS])}
_ENDING = "RPAR RSQB RBRACE NAME EQUAL COLON LBRACE AXIS STRING INT ".split() + (
    "THEN ELSE RANGE OF BY ABOUT IN TO AS AND LPAR LSQB".split()
)
"""What ends an unfinished text, the first that fits; in this order no two follow each other for ever."""
_CONFUSED = frozenset(
    {("EQUAL", "COLON"), ("COLON", "EQUAL"), ("EQUAL", "EQUALS"), ("EQUALS", "EQUAL"), ("EQUAL", "TILDE")}
    | {("DOT", "RANGE"), ("RANGE", "DOT"), ("COMMA", "SEMICOLON"), ("SEMICOLON", "COMMA"), ("DOT", "COMMA")}
)
"""(written, meant): what people take for one another."""


# --- edits ---------------------------------------------------------------------------------------

Change: TypeAlias = Literal["insert", "delete", "replace"]


@final
@dataclass(frozen=True, slots=True)
class Repair:
    """A change of one token at `place`, where `stuck` did not fit."""

    change: Change
    place: int
    kinds: tuple[Kind, ...]
    """What is put in; of a deletion, what goes."""
    stuck: int
    expected: frozenset[Kind] = frozenset()
    """All that could stand at the place."""


@final
@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing helped: the rest of the line from `stuck` on was left out, and perhaps the statement with it."""

    stuck: int
    expected: frozenset[Kind]


@final
@dataclass(frozen=True, slots=True)
class Unfinished:
    """The text ended too early; `missing` would have ended it."""

    stuck: int
    missing: tuple[Kind, ...]


Fault: TypeAlias = Repair | Skipped | Unfinished


@final
@dataclass(frozen=True, slots=True)
class Recovered:
    """Tokens that parse, and what was wrong; `tokens` is None when it was given up."""

    tokens: Tokens | None
    faults: tuple[Fault, ...]


@final
@dataclass(frozen=True, slots=True)
class _Point:
    """The parser before a token."""

    index: int
    stack: Stack
    kept: int


def recover(tokens: Tokens) -> Recovered:
    """Mend tokens (with every newline hard, as `scan` gives them) that do not parse."""
    return _Recovery(tokens).run()


@final
class _Recovery:
    def __init__(self, tokens: Tokens) -> None:
        self.given = tokens
        self.stack = Stack()
        self.kept = Tokens([], [], [])
        self.faults: list[Fault] = []
        self.lost = False
        self.trail: deque[_Point] = deque(maxlen=WINDOW)

    def run(self) -> Recovered:
        index, count = 0, len(self.given.kinds)
        while index < count:
            if self.lost or len(self.faults) == MOST_ERRORS:
                return Recovered(None, tuple(self.faults))
            self.trail.append(_Point(index, self.stack.copy(), len(self.kept.kinds)))
            if self._take(self.stack, index):
                self._keep(self.given.kinds[index], self.given.texts[index], self.given.starts[index])
                index += 1
            else:
                index = self._mend(self.trail[-1])
                self.trail.clear()
        return Recovered(self.kept, tuple(self.faults))

    def _take(self, stack: Stack, index: int) -> bool:
        """Push a given token, or pass over a newline that does not count."""
        kind = self.given.kinds[index]
        if kind == NEWLINE:
            if self.given.kinds[index + 1] in CONTINUING or stack.in_parentheses():
                return True
            after = stack.copy()
            if after.push(kind, len(self.kept.kinds)):
                stack.states[:], stack.marks[:] = after.states, after.marks
            return True
        return stack.push(kind, len(self.kept.kinds))

    def _keep(self, kind: Kind, text: str, start: int) -> None:
        self.kept.kinds.append(kind)
        self.kept.texts.append(text)
        self.kept.starts.append(start)

    def _cut(self, length: int) -> None:
        del self.kept.kinds[length:], self.kept.texts[length:], self.kept.starts[length:]

    def _insert(self, kind: Kind, index: int) -> None:
        pushed = self.stack.push(kind, len(self.kept.kinds))
        assert pushed
        self._keep(kind, _TEXTS[kind], self.given.starts[index])

    def _mend(self, stuck: _Point) -> int:
        """Record the fault at a point and go round it; the index to go on from."""
        repair = self._best_repair(stuck)
        if repair is None:
            self.stack = stuck.stack.copy()
            if self.given.kinds[stuck.index] == END:
                return self._end(stuck)
            return self._skip(stuck)
        point = next(p for p in self.trail if p.index == repair.place)
        self.stack = point.stack.copy()
        self.faults.append(replace(repair, expected=accepted(self.stack)))
        self._cut(point.kept)
        if repair.change != "delete":
            for kind in repair.kinds:
                self._insert(kind, repair.place)
        return repair.place + (repair.change != "insert")

    # --- one-token edits ---

    def _best_repair(self, stuck: _Point) -> Repair | None:
        best: tuple[float, float, Repair] | None = None
        for point in self.trail:
            for repair in self._repairs(point, stuck.index):
                gain = self._gain(point, repair)
                if gain >= ENOUGH or (gain > 0 and stuck.index + gain >= len(self.given.kinds)):
                    score = (-gain, self._cost(repair))
                    if best is None or score < best[:2]:
                        best = (*score, repair)
        return None if best is None else best[2]

    def _repairs(self, point: _Point, stuck: int) -> Iterator[Repair]:
        here = self.given.kinds[point.index]
        removable = here not in (END, NEWLINE) and self.given.kinds[stuck] != END
        if removable:
            yield Repair("delete", point.index, (here,), stuck)
        for kind in ACTIONS[point.stack.states[-1]]:
            if kind in _TEXTS and kind != here:
                yield Repair("insert", point.index, (kind,), stuck)
                if removable and (kind != "LBRACE" or here in ("LPAR", "LSQB", "COLON")):
                    yield Repair("replace", point.index, (kind,), stuck)
                if kind == "LPAR":
                    yield Repair("insert", point.index, ("LPAR", "RPAR"), stuck)

    def _gain(self, point: _Point, repair: Repair) -> int:
        """How many tokens from the stuck one on can be read after the edit."""
        stack = point.stack.copy()
        if repair.change != "delete" and not all(stack.push(kind, 0) for kind in repair.kinds):
            return 0
        start = point.index + (repair.change != "insert")
        stop = min(repair.stuck + LOOKAHEAD, len(self.given.kinds))
        for index in range(start, stop):
            if not self._take(stack, index):
                return max(0, index - repair.stuck)
        return stop - repair.stuck

    def _cost(self, repair: Repair) -> float:
        """Less for what people really forget, double or confuse; more the further back."""
        here, kind = self.given.kinds[repair.place], repair.kinds[0]
        far = 0.6 * (repair.stuck - repair.place)
        rank = 0.1 * _RANK.get(kind, 2 * len(_RANK))
        match repair.change:
            case "delete":
                return 2.0 + far
            case "insert":
                return 1.0 + far + rank + 3.0 * (kind == "LBRACE" and here == "RBRACE") + 0.5 * (len(repair.kinds) - 1)
            case "replace":
                if (here, kind) in _CONFUSED or (kind == "NAME" and self.given.texts[repair.place] in KEYWORDS):
                    return 0.5 + far
                return 2.5 + far + rank

    # --- when no such edit helps ---

    def _end(self, stuck: _Point) -> int:
        """Put in what ends the text."""
        missing: list[Kind] = []
        while not self.stack.accepts(END):
            kind = next((k for k in _ENDING if self.stack.accepts(k)), None)
            if kind is None or len(missing) == LONGEST_ENDING:
                self.lost = True
                break
            self._insert(kind, stuck.index)
            missing.append(kind)
        self.faults.append(Unfinished(stuck.index, tuple(missing)))
        return stuck.index

    def _skip(self, stuck: _Point) -> int:
        """Leave out the rest of the line, and as much before it as cannot stand alone."""
        self.faults.append(Skipped(stuck.index, accepted(self.stack)))
        states, marks = self.stack.states, self.stack.marks
        while not self.stack.accepts("SEMICOLON"):
            self._cut(marks[-1])
            states.pop()
            marks.pop()
        return self._skip_line(stuck.index)

    def _skip_line(self, index: int) -> int:
        kinds = self.given.kinds
        depth = 0
        while True:
            kind = kinds[index]
            if kind in (END, "SEMICOLON") and depth <= 0:
                return index
            if kind == END or (kind == "RBRACE" and depth <= 0 and self.stack.accepts(kind)):
                return index
            if kind == NEWLINE and kinds[index + 1] not in CONTINUING and (depth <= 0 or self._begins(index + 1)):
                return index
            if kind == "LBRACE":
                header = self._header(index)
                if header is not None:
                    for put_in in header:
                        self._insert(put_in, index)
                    return index
                index = self._closing(index)
            depth += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
            index += 1

    def _begins(self, index: int) -> bool:
        """Whether a line that begins here is surely a statement of its own, whatever brackets are open."""
        kinds = self.given.kinds
        return kinds[index] in _BEGINNING or (kinds[index] == "NAME" and kinds[index + 1] == "EQUAL")

    def _header(self, index: int) -> tuple[Kind, ...] | None:
        """What to put before a block whose own head is left out, so that its lines can be read."""
        length = min(self._closing(index) - index + 1, LOOKAHEAD)
        for header in _HEADERS:
            stack = self.stack.copy()
            if all(stack.push(kind, 0) for kind in header) and all(
                self._take(stack, i) for i in range(index, index + length)
            ):
                return header
        return None

    def _closing(self, index: int) -> int:
        """The brace that closes the one at this index, or END's index less one."""
        depth = 0
        for i in range(index, len(self.given.kinds) - 1):
            depth += (self.given.kinds[i] == "LBRACE") - (self.given.kinds[i] == "RBRACE")
            if depth == 0:
                return i
        return len(self.given.kinds) - 2


_BEGINNING = frozenset(
    "PARAM LET MATERIAL PART USE REQUIRE META UNION DIFFERENCE INTERSECTION HULL MIRROR ARRAY RING FOR CHOOSE SPLIT "
    "RBRACE".split()
) | {END}

_HEADERS: tuple[tuple[Kind, ...], ...] = (
    ("SEMICOLON",),
    ("SEMICOLON", "CHOOSE"),
    ("SEMICOLON", "SPLIT", "AXIS", "OF", "INT"),
    ("SEMICOLON", "MATERIAL", "NAME", "EQUAL"),
    ("SEMICOLON", "INT", "COLON"),
    ("SEMICOLON", "INT", "COLON", "CHOOSE"),
    ("SEMICOLON", "INT", "COLON", "SPLIT", "AXIS", "OF", "INT"),
)
