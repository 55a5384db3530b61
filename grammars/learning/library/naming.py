"""What parts of a library and their parameters are called: after what they are in the programs, and what they set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, final

from grammars.learning.library.abstractions import Abstraction, Body, Hole, Tree, parts
from grammars.learning.library.forms import Form
from grammars.learning.library.terms import Corpus
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.builtins import FUNCTIONS
from shapelang.syntax import tree
from shapelang.syntax.words import AXES, KEYWORDS

_INTS: Final = frozenset({"count", "first", "index", "sides"})
_VECTORS: Final = frozenset({"place", "step", "start", "stop"})

_TAKEN: Final = frozenset({*KEYWORDS, *AXES, *PRIMITIVE_BY_KIND, *FUNCTIONS, "pi", "scope", "index", "value"})


@final
@dataclass(frozen=True, slots=True)
class Signature:
    """The name of a part, and its parameters: name and type, None where the body says which."""

    name: str
    parameters: tuple[tuple[str, str | None], ...]


def signatures(abstractions: Sequence[Abstraction], programs: Corpus) -> tuple[Signature, ...]:
    """Names of all parts, each once and none of what stands in a body."""
    within = {
        name for a in abstractions for part in parts(a.body) if isinstance(part, Tree) for name in part.head.binds
    }
    named = _called(programs, abstractions)
    found: list[Signature] = []
    taken = {*_TAKEN, *within}
    beside = _beside(programs)
    for k, abstraction in enumerate(abstractions):
        name = _free(_base(abstraction, named.get(k)), taken | beside.get(k, set()))
        taken.add(name)
        found.append(Signature(name, ()))
    names = {s.name for s in found}
    for k, abstraction in enumerate(abstractions):
        found[k] = Signature(found[k].name, _parameters(abstraction, found, {*_TAKEN, *within, *names} - AXES))
    return tuple(found)


def _free(wanted: str, taken: set[str] | frozenset[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for k in count(2) if (name := f"{wanted}_{k}") not in taken)


# --- parts ---


def _called(programs: Corpus, abstractions: Sequence[Abstraction]) -> dict[int, Counter[str]]:
    """What calls of each abstraction are named, in programs and in bodies."""
    found: dict[int, Counter[str]] = {}
    terms = programs.pool.terms
    for k, term in enumerate(terms):
        form = term.head.form
        if isinstance(form, Form) and form.kind == "named":
            _count(found, _core_of(programs, term.children[0]), str(form.syntax), int(programs.uses[k]))
    for abstraction in abstractions:
        for part in parts(abstraction.body):
            if isinstance(part, Tree) and isinstance(form := part.head.form, Form) and form.kind == "named":
                _count(found, _core(part.children[0]), str(form.syntax), 1)
    return found


def _beside(programs: Corpus) -> dict[int, set[str]]:
    """Names in programs that have calls of an abstraction without a name: such a call is known by that of its part."""
    found: dict[int, set[str]] = {}
    terms = programs.pool.terms
    for root in programs.roots:
        reached = _reached(programs, root)
        bound = {name for k in reached for name in terms[k].head.binds}
        for k in reached:
            if terms[k].head.sequence:
                form = _core_of(programs, terms[k].children[0])
                if isinstance(form, Form) and form.kind == "call" and isinstance(form.syntax, int):
                    found.setdefault(form.syntax, set()).update(bound)
    return found


def _reached(programs: Corpus, root: int) -> set[int]:
    found: set[int] = set()
    stack = [root]
    while stack:
        k = stack.pop()
        if k not in found:
            found.add(k)
            stack += programs.pool.terms[k].children
    return found


def _core_of(programs: Corpus, k: int) -> object:
    """The form of a shape without its modifiers."""
    terms = programs.pool.terms
    while isinstance(form := terms[k].head.form, Form) and form.kind in ("placed", "dressed"):
        k = terms[k].children[0]
    return terms[k].head.form


def _count(found: dict[int, Counter[str]], form: object, name: str, uses: int) -> None:
    if isinstance(form, Form) and form.kind == "call" and isinstance(form.syntax, int):
        found.setdefault(form.syntax, Counter())[_plain(name)] += uses


def _plain(name: str) -> str:
    """A name without its number: `leg` of `leg_2` and of `leg2`."""
    return name.rstrip("0123456789").rstrip("_") or name


def _core(body: Body) -> object:
    """The form of a shape without its modifiers."""
    while isinstance(body, Tree) and isinstance(form := body.head.form, Form) and form.kind in ("placed", "dressed"):
        body = body.children[0]
    return body.head.form if isinstance(body, Tree) else None


def _base(abstraction: Abstraction, named: Counter[str] | None) -> str:
    """The name that most calls have; else of what stands in the body, with what is made of it."""
    if named:
        most = max(named.values())
        return min(name for name, times in named.items() if times == most)
    bound = [_plain(name) for part in parts(abstraction.body) if isinstance(part, Tree) for name in part.head.binds]
    form = _core(abstraction.body)
    core = form.syntax if isinstance(form, Form) else None
    stem = bound[0] if bound else core.callee[-1] if isinstance(core, tree.Instance) else "shape"
    return f"{stem}_{_made(core)}"


def _made(core: object) -> str:
    match core:
        case tree.Mirror(axes):
            return "pair" if len(axes) == 1 else "four"
        case tree.Array():
            return "row"
        case tree.Ring():
            return "ring"
        case None:
            return "group"
        case _:
            return "part"


# --- parameters ---


def _parameters(
    abstraction: Abstraction, signatures: Sequence[Signature], taken: set[str]
) -> tuple[tuple[str, str | None], ...]:
    """Of each hole a name after where it stands, and its type."""
    found: list[tuple[str, str | None]] = []
    used = set(taken)
    for number in range(abstraction.arity):
        roles = [role for role in _roles(abstraction.body, number, signatures)]
        name = _free(next((n for n, _ in roles if n != "value"), "size"), used)
        used.add(name)
        types = {type_ for _, type_ in roles}
        found.append((name, "int" if "int" in types else "vector" if "vector" in types else None))
    return tuple(found)


def _roles(body: Body, number: int, signatures: Sequence[Signature]) -> Iterator[tuple[str, str | None]]:
    """Role and type of each place where a hole stands."""
    for part in parts(body):
        if not isinstance(part, Tree) or not isinstance(form := part.head.form, Form):
            continue
        for k, child in enumerate(part.children):
            if child == Hole(number):
                if form.kind == "call" and isinstance(form.syntax, int):
                    yield signatures[form.syntax].parameters[k]
                else:
                    role = form.roles[k] if k < len(form.roles) else "value"
                    yield role, "int" if role in _INTS else "vector" if role in _VECTORS else None


def callees(signatures: Sequence[Signature], alias: str | None) -> Mapping[int, tuple[str, ...]]:
    """How abstractions are called: within the library, or from a program that uses it under an alias."""
    return {k: (s.name,) if alias is None else (alias, s.name) for k, s in enumerate(signatures)}
