"""A kit: a folder of programs from which a level is put together, each saying by `meta` what it is good for.

What each `meta` means stands in docs/levels.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, final, get_args

from grammars.levels.standing import Model
from shapelang.chance.address import key
from shapelang.chance.draw import hash64
from shapelang.diagnostics import ShapelangError, UsageError, closest

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.semantics.program import Program

PieceKind: TypeAlias = Literal["wall", "post", "floor", "door", "leaf", "stairs", "key", "pedestal"]
BUILDING: Final[frozenset[str]] = frozenset({"wall", "post", "floor", "door", "leaf", "stairs"})
"""Pieces whose pivot is where their programs have it."""

Place: TypeAlias = Literal["wall", "corner", "floor", "centre", "mounted", "top", "under"]

KNOWN: Final = frozenset(
    {
        "piece",
        "place",
        "rooms",
        "weight",
        "support",
        "kind",
        "symmetric",
        "around",
        "seats",
        "height",
        "variants",
        "category",
        "light",
    }
    | {"breakable", "mass", "loot", "intensity"}
)
VARIANTS: Final = 16
"""Different ones of one program in a level, when it does not say."""


class KitError(UsageError):
    """A folder is no kit, or one of its programs cannot be used in it."""


@final
@dataclass(frozen=True, slots=True)
class Maker:
    """One program of a kit. `variants` is 1 where nothing in it is drawn."""

    name: str
    program: Program
    piece: PieceKind | None
    place: Place | None
    rooms: frozenset[str]
    kinds: frozenset[str]
    weight: float
    support: bool
    symmetric: bool
    around: str | None
    seats: int
    height: float
    variants: int

    def suits(self, theme: str) -> bool:
        """Whether it may stand in a room of a theme."""
        return not self.rooms or theme in self.rooms

    def made(self, model: Model, seed: int) -> Assembly:
        """A variant of the program; equal for equal arguments."""
        from shapelang.execution.simulate import simulate

        return simulate(self.program, variant_seed(seed, model), dict(model.given)).assembly


def variant_seed(seed: int, model: Model) -> int:
    """The seed of a variant: of (seed of the level, program, number)."""
    found = hash64(seed, key(f"props/{model.name}"), model.variant)
    return int(found) if isinstance(found, int) else 0


@final
@dataclass(frozen=True, slots=True)
class Kit:
    """All programs of a folder, by name."""

    folder: Path
    makers: Mapping[str, Maker]

    def building(self, piece: PieceKind) -> Maker:
        """The program of a part of the building."""
        return next(maker for maker in self.makers.values() if maker.piece == piece)

    def props(self, place: Place, theme: str) -> tuple[Maker, ...]:
        """What may stand at a place in a room of a theme."""
        return tuple(maker for maker in self.makers.values() if maker.place == place and maker.suits(theme))


def load_kit(folder: Path | str) -> Kit:
    """The kit in a folder: every `.shape` file in it, not in folders below, which programs may use.

    Raises KitError for a folder without what a level needs, or with a program that says what no kit knows; ProgramError
    for a program that is wrong.
    """
    from shapelang.semantics.check import load

    root = Path(folder)
    files = sorted(root.glob("*.shape"))
    if not root.is_dir():
        raise KitError(f"{root}: is no folder; a kit is a folder of .shape files, such as examples/dungeon")
    makers = {file.stem: _maker(file, load(file)) for file in files}
    have = {maker.piece for maker in makers.values()}
    missing = [piece for piece in get_args(PieceKind) if piece not in have]
    if missing:
        lacking = ", ".join(missing)
        raise KitError(
            f"{root}: no kit: no program with `meta piece` {lacking}\n  help: a whole one is examples/dungeon"
        )
    for maker in makers.values():
        if maker.around is not None and maker.around not in makers:
            hint = closest(maker.around, makers) or "it names a program of the kit, without its suffix"
            raise KitError(f"{root / maker.name}.shape: meta around: there is no '{maker.around}'\n  help: {hint}")
    return Kit(root, makers)


def _maker(file: Path, program: Program) -> Maker:
    from shapelang.execution.interpreter import compiled
    from shapelang.execution.simulate import simulate

    try:
        meta: Mapping[str, Any] = simulate(program).assembly.root.meta or {}
    except ShapelangError as error:
        raise KitError(f"{file}: cannot be run: {error}") from error
    for name in meta:
        if name not in KNOWN:
            raise KitError(f"{file}: unknown meta '{name}'\n  help: {closest(name, KNOWN) or ', '.join(sorted(KNOWN))}")
    piece, place = meta.get("piece"), meta.get("place")
    _one_of(file, "piece", piece, get_args(PieceKind))
    _one_of(file, "place", place, get_args(Place))
    if (piece is None) == (place is None):
        raise KitError(f"{file}: needs either `meta piece` (of the building) or `meta place` (of a prop)")
    return Maker(
        file.stem,
        program,
        piece,
        place,
        frozenset(str(meta.get("rooms", "")).split()),
        frozenset(str(meta.get("kind", "")).split()),
        float(meta.get("weight", 1.0)),
        bool(meta.get("support", False)),
        bool(meta.get("symmetric", False)),
        meta.get("around"),
        int(meta.get("seats", 4)),
        float(meta.get("height", 1.6)),
        int(meta.get("variants", VARIANTS)) if compiled(program).random else 1,
    )


def _one_of(file: Path, name: str, value: object, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        hint = closest(str(value), known) or f"known are {', '.join(known)}"
        raise KitError(f"{file}: meta {name}: there is no '{value}'\n  help: {hint}")
