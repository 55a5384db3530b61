"""Which children the images of one call may be: those that stand to one another as the images' places do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

from grammars.charts.amounts import bound
from grammars.charts.bounds import ANYTHING, Ranges, bounds
from grammars.charts.errors import TooManySiblings
from grammars.charts.forms import ZERO, Bindings, Form, combined
from grammars.charts.goals import Laid, placed
from grammars.charts.model import Call
from grammars.charts.observed import UPRIGHT, Content, Standing
from grammars.charts.rewriting import Rewriting
from grammars.charts.turning import known as nothing_drawn
from grammars.charts.turning import turned
from shapelang.geometry.pose import EYE, Mat3, Vec3, scaled, transposed
from shapelang.geometry.pose import turned as turned_point

_MOST_LAID: Final = 20_000

_ROUNDED: Final = 0.51
"""Of a grid step: half of one, and what floats lose."""

Ways: TypeAlias = Iterator[tuple[tuple[int, ...], tuple[Laid, ...]]]


@final
@dataclass(frozen=True, slots=True)
class _Image:
    """The frame of an image; `origin` is where that stands, turned back, in metres; None where it is not affine."""

    frame: Laid
    back: Mat3
    origin: tuple[Form, Form, Form] | None
    slack: Vec3


def images_laid(
    by: Rewriting, item: Call, content: Content, classes: Sequence[Standing], left: tuple[int, ...], known: Bindings
) -> list[tuple[tuple[int, ...], tuple[Laid, ...]]]:
    """Children of one content for all images of a call: how many are left of each, and the frames where it would stand.

    Raises TooManySiblings for more than 20,000 ways.
    """
    images = [_image(placed(_BODY, place, by.slots), known, by.grid) for place in item.places]
    able = [(k, child) for k, child in enumerate(classes) if left[k] and child.content == content]
    found: list[tuple[tuple[int, ...], tuple[Laid, ...]]] = []
    for way in _laid(images, able, left, by.ranges, by.grid, ()):
        found.append(way)
        if len(found) > _MOST_LAID:
            raise TooManySiblings(
                f"{len(images)} images of '{item.target}' are children that look alike in more than {_MOST_LAID:,} ways"
            )
    return found


_BODY: Final = Laid(EYE, (ZERO, ZERO, ZERO), UPRIGHT, (0, 0, 0))
"""The frame of the body in itself."""


def _image(frame: Laid, known: Bindings, grid: float) -> _Image:
    if not nothing_drawn(frame.linear):
        return _Image(frame, frame.linear, None, (0.0, 0.0, 0.0))
    back = transposed(frame.linear)
    x, y, z = (bound(amount, known) for amount in turned(back, frame.offset))
    a, b, c = (_ROUNDED * grid * sum(map(abs, back[3 * row : 3 * row + 3])) for row in range(3))
    if isinstance(x, Form) and isinstance(y, Form) and isinstance(z, Form):
        return _Image(frame, back, (x, y, z), (a, b, c))
    return _Image(frame, back, None, (a, b, c))


def _laid(
    images: Sequence[_Image], able: Sequence[tuple[int, Standing]], left: tuple[int, ...], ranges: Ranges, grid: float,
    before: tuple[Laid, ...],
) -> Ways:  # fmt: skip
    """The images from one on, each on a child that is left and stands to that of the first image as it should."""
    if len(before) == len(images):
        yield left, before
        return
    image = images[len(before)]
    for k, child in able:
        if left[k]:
            frame = replace(image.frame, turn=child.turn, seen=child.offset)
            narrowed = _apart(images[0], before[0], image, frame, ranges, grid) if before else ranges
            if narrowed is not None:
                less = (*left[:k], left[k] - 1, *left[k + 1 :])
                yield from _laid(images, able, less, narrowed, grid, (*before, frame))


def _apart(first: _Image, one: Laid, image: _Image, other: Laid, ranges: Ranges, grid: float) -> Ranges | None:
    """Where variables lie if two images are seen so; None where they cannot be.

    What an image shows stands alike in the frame of each: seen = L o + d with the same o, each rounded to the grid.
    """
    if first.origin is None or image.origin is None:
        return ranges
    here = turned_point(first.back, scaled((float(one.seen[0]), float(one.seen[1]), float(one.seen[2])), grid))
    there = turned_point(image.back, scaled((float(other.seen[0]), float(other.seen[1]), float(other.seen[2])), grid))
    for axis in range(3):
        gap = combined([(1.0, first.origin[axis]), (-1.0, image.origin[axis])], there[axis] - here[axis])
        narrowed = _narrowed(gap, first.slack[axis] + image.slack[axis], ranges)
        if narrowed is None:
            return None
        ranges = narrowed
    return ranges


def _narrowed(form: Form, slack: float, ranges: Ranges) -> Ranges | None:
    """Where variables lie if a form is 0 up to a slack; None where it cannot be."""
    low, high = bounds(form, ranges)
    if low > slack or high < -slack:
        return None
    if len(form.terms) != 1:
        return ranges
    ((variable, factor),) = form.terms
    ends = ((-slack - form.constant) / factor, (slack - form.constant) / factor)
    least, most = ranges.get(variable, ANYTHING)
    return {**ranges, variable: (max(least, min(ends)), min(most, max(ends)))}
