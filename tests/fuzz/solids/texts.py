"""Random programs of solids, as text: each comes from a seed and a number alone.

Operands are of every kind and stand in every awkward way: the same twice, touching, coplanar, nearly coplanar, turned,
mirrored, scaled, tiny beside huge, flat, and with values that are no sizes at all.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final, Literal, TypeAlias, final

Style: TypeAlias = Literal["plain", "grid", "near", "spread", "wild"]
"""Where numbers come from: anywhere; quarters; quarters but for 1e-16 to 1e-6; any power of ten; anything at all."""

STYLES: Final[tuple[Style, ...]] = ("plain", "grid", "grid", "near", "near", "spread", "wild")

DEEPEST: Final = 4
"""Solids in solids."""

_LEAVES: Final = 10
"""Primitives of a program, at most."""

_BLENDED: Final = 0.005
"""Of programs: a blend takes a hundred times as long as a sharp boolean."""

_WILD: Final = (
    "inf", "-inf", "nan", "0 * inf", "0", "-0.0", "-1", "1e-300", "5e-324", "1e300", "1e154 * 1e154", "1e-7", "9.9e-8",
    "1e6", "1e6 + 1e-9", "2e6", "1e15", "1 / 3", "-1e-9", "tiny * tiny", "0.5 - 0.1 * 5",
)  # fmt: skip

_HEAD: Final = "let inf = 1e308 * 10\nlet nan = inf - inf\nlet tiny = 1e-200\n"


def program(seed: int, number: int) -> str:
    """The text of a program; its first line says how many edges its circles have (`segments_of`)."""
    draw = random.Random(f"{seed}/{number}")
    segments = draw.choice((6, 8, 8, 12))
    style = draw.choice(STYLES)
    body = _Writer(draw, style, blends=draw.random() < _BLENDED).solid(draw.choice((1, 1, 2, 2, 3, DEEPEST)))
    return f"// segments {segments}\n{_HEAD if style == 'wild' else ''}{body}{_after(draw)}\n"


def segments_of(text: str) -> int:
    """How many edges a circle of a program shall have."""
    return int(text.split("\n", 1)[0].removeprefix("// segments "))


def _after(draw: random.Random) -> str:
    """A placement of the whole, sometimes."""
    return draw.choice(("", "", "", " rotate x 33, y 20", " scale 0.25", " at (1, 2, 3)"))


@final
class _Writer:
    """Writes one program; remembers its operands, so that they can stand again."""

    def __init__(self, draw: random.Random, style: Style, blends: bool) -> None:
        self._draw = draw
        self._style: Style = style
        self._blends = blends
        self._left = _LEAVES
        self._written: list[str] = []
        self._names = 0

    def solid(self, depth: int) -> str:
        """A solid of one to four operands, nested up to `depth` deep."""
        draw = self._draw
        operator = draw.choice(("union", "difference", "difference", "intersection", "union", "hull"))
        if self._blends and operator != "hull" and draw.random() < 0.6:
            operator += f" blend {self._blend()}"
            self._blends = draw.random() < 0.3
        count = draw.choice((1, 2, 2, 2, 3, 3, 4))
        named: list[str] = []
        operands = [self._operand(depth - 1, named) for _ in range(count)]
        return f"{operator} {{\n" + "\n".join(operands) + "\n}"

    def _operand(self, depth: int, named: list[str]) -> str:
        """One statement; `named` are the names of those before it in the same block, to stand on."""
        draw = self._draw
        if self._written and draw.random() < 0.1:
            return draw.choice(self._written)
        chance = draw.random()
        if depth > 0 and self._left > 1 and chance < 0.6:
            text = self.solid(depth)
        elif chance < 0.7:
            text = self._images()
        else:
            text = self._primitive()
        if named and draw.random() < 0.2:
            text += f"{self._turn()} attach {self._face()} to {draw.choice(named)}.{self._face()}"
        else:
            text += self._place()
        if "attach" not in text:
            self._written.append(text)
        self._names += 1
        named.append(f"s{self._names}")
        return f"s{self._names} = {text}"

    def _images(self) -> str:
        draw, inner = self._draw, self._primitive()
        inner += self._place()
        return draw.choice(
            (
                f"mirror {draw.choice(('x', 'y', 'z', 'x, z'))} {{ {inner} }}",
                f"ring {draw.choice((2, 3, 4))} about {draw.choice('xyz')} {{ {inner} }}",
                f"array {draw.choice((2, 3))} by ({self._offset()}, {self._offset()}, 0) {{ {inner} }}",
            )
        )

    # --- Placement ----------------------------------------------------------------------------------------------

    def _place(self) -> str:
        draw = self._draw
        scale = f" scale {self._factor()}" if draw.random() < 0.12 else ""
        at = f" at ({self._offset()}, {self._offset()}, {self._offset()})" if draw.random() < 0.7 else ""
        return scale + self._turn() + at

    def _turn(self) -> str:
        draw = self._draw
        turns = draw.choice((0, 0, 0, 1, 1, 2))
        return " rotate " + ", ".join(f"{draw.choice('xyz')} {self._angle()}" for _ in range(turns)) if turns else ""

    def _face(self) -> str:
        return self._draw.choice(("top", "bottom", "left", "right", "front", "back", "top(0.5, 1)", "center"))

    # --- Numbers ------------------------------------------------------------------------------------------------

    def _length(self) -> str:
        draw = self._draw
        match self._style:
            case "plain":
                return repr(draw.uniform(0.05, 2.0))
            case "grid":
                return repr(draw.randint(1, 8) / 4.0)
            case "near":
                return repr(draw.randint(1, 8) / 4.0 + self._hair())
            case "spread":
                return repr(10.0 ** draw.choice((draw.uniform(-6.9, 5.9), draw.uniform(-2.0, 2.0))))
            case "wild":
                return draw.choice(_WILD) if draw.random() < 0.08 else repr(draw.randint(1, 20) / 10.0)

    def _offset(self) -> str:
        draw = self._draw
        match self._style:
            case "plain":
                return repr(draw.uniform(-1.5, 1.5))
            case "grid":
                return repr(draw.randint(-6, 6) / 4.0)
            case "near":
                return repr(draw.randint(-6, 6) / 4.0 + self._hair())
            case "spread":
                return repr(draw.choice((0.0, 1.0, -1.0)) * 10.0 ** draw.uniform(-7.0, 5.5))
            case "wild":
                return draw.choice(_WILD) if draw.random() < 0.08 else repr(draw.randint(-15, 15) / 10.0)

    def _hair(self) -> float:
        draw = self._draw
        return draw.choice((0.0, 0.0, 1.0, -1.0)) * 10.0 ** -draw.uniform(6.0, 16.0)

    def _factor(self) -> str:
        if self._style == "wild" and self._draw.random() < 0.2:
            return self._draw.choice(_WILD)
        return self._draw.choice(("0.5", "2", "1", "0.1", "3.7", "1e-3", "1000", "1.0000000001"))

    def _blend(self) -> str:
        return repr(10.0 ** self._draw.uniform(-3.0, 0.3)) if self._style != "wild" else self._draw.choice(_WILD)

    def _angle(self) -> str:
        draw = self._draw
        if self._style == "wild" and draw.random() < 0.1:
            return draw.choice(_WILD)
        return draw.choice(
            (
                str(15 * draw.randint(-24, 24)),
                str(90 * draw.randint(-4, 4)),
                repr(draw.uniform(-180.0, 180.0)),
                repr(90.0 * draw.randint(-2, 2) + self._hair()),
            )
        )

    # --- Primitives ---------------------------------------------------------------------------------------------

    def _primitive(self) -> str:
        self._left -= 1
        kinds: tuple[Callable[[], str], ...] = (
            lambda: f"cuboid({self._lengths(3)})",
            lambda: f"cuboid({self._lengths(3)})",
            lambda: f"sphere({self._length()})",
            lambda: f"ellipsoid({self._lengths(3)})",
            lambda: f"cylinder({self._lengths(2)})",
            lambda: f"cone({self._lengths(2)}{self._draw.choice(('', f', top_radius: {self._length()}'))})",
            lambda: f"capsule({self._capsule()})",
            self._torus,
            lambda: f"wedge({self._lengths(3)})",
            self._prism,
            self._lathe,
            self._superquadric,
        )
        return self._draw.choice(kinds)()

    def _lengths(self, count: int) -> str:
        return ", ".join(self._length() for _ in range(count))

    def _capsule(self) -> str:
        radius = self._length()
        return f"{radius}, 2 * {radius} + {self._draw.choice(('0', radius, self._length()))}"

    def _torus(self) -> str:
        tube = self._length()
        arc = self._draw.choice(("", ", arc: 90", ", arc: 180", f", arc: {self._draw.uniform(1.0, 360.0)!r}"))
        return f"torus({tube} * {self._draw.choice(('1.5', '1.5', '3', '3', '1.0000001', '1'))}, {tube}{arc})"

    def _superquadric(self) -> str:
        draw = self._draw
        e1, e2 = (draw.choice((0.1, 0.3, 1.0, 1.7, 2.0, draw.uniform(0.1, 2.0))) for _ in range(2))
        x, z = (draw.choice((0.0, 0.9, -0.9, draw.uniform(-0.9, 0.9))) for _ in range(2))
        if draw.random() < 0.5:
            return f"superquadric({self._lengths(3)}, e1: {e1!r}, e2: {e2!r}, taper_x: {x!r}, taper_z: {z!r})"
        width, bend = self._length(), draw.choice((20.0, -45.0, 90.0, draw.uniform(-90.0, 90.0), 180.0, 1e-9))
        tall = f"{width} * {draw.choice(('0.7', '1.5', '3'))}"
        return f"superquadric({width}, {tall}, {self._length()}, e1: {e1!r}, e2: {e2!r}, taper_x: {x!r}, taper_z: {z!r}, bend: {bend!r})"

    def _prism(self) -> str:
        draw = self._draw
        if draw.random() < 0.5:
            return f"prism({self._length()}, sides: {draw.randint(3, 8)}, radius: {self._length()})"
        return f"prism({self._length()}, points: [{', '.join(self._corners())}])"

    def _corners(self) -> list[str]:
        """A star about the origin, or an L of quarters: both with corners that turn inward."""
        draw, size = self._draw, self._length()
        if draw.random() < 0.3:
            ell = ((0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2))
            return [f"({size} * {x}, {size} * {z})" for x, z in ell]
        count = draw.randint(3, 9)
        turns = sorted(draw.uniform(0.0, 2.0 * math.pi) for _ in range(count))
        reach = [draw.choice((0.2, 0.5, 1.0, draw.uniform(0.1, 1.0))) for _ in range(count)]
        return [
            f"({size} * {r * math.cos(t)!r}, {size} * {r * math.sin(t)!r})" for r, t in zip(reach, turns, strict=True)
        ]

    def _lathe(self) -> str:
        draw, size = self._draw, self._length()
        heights = sorted(draw.sample([k / 4.0 for k in range(-6, 7)], draw.randint(2, 6)))
        if draw.random() < 0.2:
            heights[-1] = heights[-2]  # a flat end
        radii = [draw.choice((0.25, 0.5, 1.0, draw.uniform(0.01, 1.0))) for _ in heights]
        if draw.random() < 0.4:
            radii[0] = 0.0
        return (
            "lathe(["
            + ", ".join(f"({size} * {r!r}, {size} * {y!r})" for r, y in zip(radii, heights, strict=True))
            + "])"
        )
