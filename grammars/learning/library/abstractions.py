"""What is told once: a body with holes, and how a call of it stands in a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from grammars.learning.library.terms import Corpus, Head


@final
@dataclass(frozen=True, slots=True)
class Hole:
    """A place of a body that each call fills; holes of one number are filled alike."""

    number: int


@final
@dataclass(frozen=True, slots=True)
class Rest:
    """The end of a body that is a sequence: what follows stays where it is."""


@final
@dataclass(frozen=True, slots=True)
class Tree:
    """A term written out."""

    head: Head
    children: tuple[Body, ...] = ()


Body: TypeAlias = Tree | Hole | Rest

REST: Final = Rest()


@final
@dataclass(frozen=True, slots=True)
class Abstraction:
    """A body with holes 0 to `arity` − 1, called by a head of its own."""

    body: Tree
    arity: int
    call: Head

    @property
    def overhead(self) -> int:
        """Heads of a call besides its arguments and what follows it."""
        return overhead(self.body.head, any(isinstance(part, Rest) for part in parts(self.body)))

    @property
    def cost(self) -> int:
        """Heads of its definition: a name, a name for each hole, and the body."""
        return 1 + self.arity + sum(1 for _ in parts(self.body))


def overhead(head: Head, rest: bool) -> int:
    """Heads of a call: its name; in a sequence also that of the sequence, and its end where nothing follows."""
    return 1 if not head.sequence else 2 if rest else 3


def parts(body: Body) -> Iterator[Body]:
    """A body and all in it."""
    stack = [body]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, Tree):
            stack.extend(reversed(part.children))


def worth_a_name(body: Tree) -> bool:
    """Whether a body is more than a name for one statement: a row of one statement only hides that statement's name."""
    second = body.children[-1] if body.head.sequence else body
    return isinstance(second, Tree) and (second is body or second.head.sequence)


def in_order(body: Tree) -> Tree:
    """A body whose holes have numbers in the order in which they are read."""
    order = dict.fromkeys(part.number for part in parts(body) if isinstance(part, Hole))
    numbers = {old: new for new, old in enumerate(order)}

    def made(part: Body) -> Body:
        match part:
            case Hole(number):
                return Hole(numbers[number])
            case Rest():
                return part
            case Tree(head, children):
                return Tree(head, tuple(made(child) for child in children))

    renamed = made(body)
    assert isinstance(renamed, Tree), "a tree stays one"
    return renamed


def tree_of(corpus: Corpus, term: int) -> Tree:
    """A term written out, sharing what it shares."""
    found: dict[int, Tree] = {}
    stack = [term]
    while stack:
        at = stack[-1]
        missing = [c for c in corpus.pool.terms[at].children if c not in found]
        if missing:
            stack += missing
            continue
        stack.pop()
        own = corpus.pool.terms[at]
        found[at] = Tree(own.head, tuple(found[c] for c in own.children))
    return found[term]
