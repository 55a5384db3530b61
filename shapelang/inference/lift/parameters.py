"""Which few numbers the others follow from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from shapelang.inference.lift.forms import Eliminated, Form, slot
from shapelang.inference.lift.pieces import Piece, Read
from shapelang.inference.lift.relations import Plane, faces

_OVERALL: Final = ("width", "height", "depth")

_SIMPLE: Final = 2
"""Numbers that an overall size may be made of: of more, it is no size that anything else was made to fit."""


@final
@dataclass(frozen=True, slots=True)
class Quantity:
    """Something a person would give a name to."""

    name: str
    form: Form


@final
@dataclass(frozen=True, slots=True)
class Derived:
    """Independent quantities, and each slot as a form over their numbers."""

    quantities: tuple[Quantity, ...]
    slots: tuple[Form, ...]


def derived(read: Read, relations: Sequence[Form]) -> Derived:
    """All slots by a basis of the space that the relations leave: overall sizes first, then sizes that many pieces
    share, then heights and places, at last the slots themselves.
    """
    space = Eliminated(relations)
    chosen: list[Quantity] = []
    # Over free slots and, with numbers from `count` on, over the quantities: a row says 0 = free part − quantity.
    count = len(read.values)
    known = Eliminated()
    basis = Eliminated()
    for quantity in _quantities(read, space):
        free = space.reduced(quantity.form)
        if basis.add(free):
            known.add(_rekeyed(free, count) - slot(len(chosen)))
            chosen.append(quantity)
    return Derived(tuple(chosen), tuple(known.reduced(_rekeyed(space.reduced(slot(k)), count)) for k in range(count)))


def _rekeyed(form: Form, count: int) -> Form:
    """Slots moved behind the numbers of the quantities: pivots are the largest numbers, so that slots go first."""
    return Form({count + s: c for s, c in form.terms.items()})


def _quantities(read: Read, space: Eliminated) -> Iterator[Quantity]:
    yield from (q for q in _overall(read) if len(space.reduced(q.form).terms) <= _SIMPLE)
    yield from _shared_sizes(read, space)
    yield from _levels(read)
    for piece in read.pieces:
        for name, form in piece.sizes:
            yield Quantity(name, form)
    for name, form in read.steps:
        yield Quantity(name, form)
    for piece in read.pieces:
        for axis in range(3):
            if piece.centre[axis].terms:
                yield Quantity(f"{piece.name}_{'xyz'[axis]}", piece.centre[axis])
    for number in range(len(read.values)):
        yield Quantity(f"n_{number}", slot(number))


def _overall(read: Read) -> Iterator[Quantity]:
    """From the lowest to the highest plane of the frame with the most pieces, along each axis."""
    frames = Counter(piece.frame.number for piece in read.pieces)
    if not frames:
        return
    main = max(frames, key=lambda k: (frames[k], -k))
    planes = [p for piece in read.pieces for p in faces(piece) if p.frame == main]
    for axis, name in enumerate(_OVERALL):
        mine = sorted((p for p in planes if p.axis == axis), key=lambda p: p.form.at(read.values))
        if mine:
            yield Quantity(name, _between(mine[0], mine[-1]))


def _between(low: Plane, high: Plane) -> Form:
    return high.form - low.form


def _shared_sizes(read: Read, space: Eliminated) -> Iterator[Quantity]:
    """Sizes that more than one number has, those of the most first, the smaller ones first among equals."""
    classes: dict[tuple[tuple[int, Fraction], ...], list[tuple[str, Form]]] = {}
    for piece in read.pieces:
        for name, form in piece.sizes:
            key = tuple(sorted(space.reduced(form).terms.items()))
            classes.setdefault(key, []).append((name, form))
    shared = [found for found in classes.values() if len(found) > 1]
    for found in sorted(shared, key=lambda f: (-len(f), f[0][1].at(read.values))):
        yield Quantity(_size_name(found), found[0][1])


def _size_name(found: Sequence[tuple[str, Form]]) -> str:
    """After the piece when it has the size on two sides, as a leg has; else after piece and side."""
    owners = [name.rsplit("_", 1)[0] for name, _ in found]
    first = owners[0]
    return f"{first}_thickness" if owners.count(first) > 1 else found[0][0]


def _levels(read: Read) -> Iterator[Quantity]:
    """Tops of what lies flat: seats, boards, shelves."""
    flat = [p for p in read.pieces if _is_flat(p, read.values)]
    for piece in sorted(flat, key=lambda p: -_area(p, read.values)):
        height = piece.extents[1]
        if height is not None:
            yield Quantity(f"{piece.name}_top", piece.centre[1] + height * Fraction(1, 2))


def _is_flat(piece: Piece, values: Sequence[float]) -> bool:
    x, y, z = piece.extents
    return x is not None and y is not None and z is not None and y.at(values) < 0.5 * min(x.at(values), z.at(values))


def _area(piece: Piece, values: Sequence[float]) -> float:
    x, _, z = piece.extents
    return 0.0 if x is None or z is None else x.at(values) * z.at(values)
