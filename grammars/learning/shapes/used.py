"""Which extents of a body its numbers hang on: the others are no parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grammars.learning.shapes.describing import Described
from grammars.learning.shapes.model import Content, Extent, Gap, LearnedAlternative, LearnedBody, LearnedPart, Source


def used_extents(grammar: LearnedBody, dims: Sequence[Described] = ()) -> set[int]:
    """0 to 2 for width, height and depth; of a whole program with those that other extents hang on."""
    found = set(grammar.used)
    for k in (2, 1, 0):
        if k in found and k < len(dims):
            feature = dims[k].mean.feature
            if feature is not None:
                found.add(feature)
    return found


def extents_of(root: LearnedAlternative) -> frozenset[int]:
    """The extents of its body that what stands in it hangs on."""
    return frozenset(_of_alternative(root))


def used_arguments(content: Content) -> tuple[int, ...]:
    """The extents that a boxed content is called with: all of a primitive, of a body those that it uses."""
    if not content.boxed:
        return ()
    return (0, 1, 2) if content.inner is None else tuple(sorted(used_extents(content.inner)))


def used_by(part: LearnedPart) -> tuple[int, ...]:
    """The extents that any content of a part is called with."""
    return tuple(sorted({k for content in part.contents for k in used_arguments(content)}))


def features_of(part: LearnedPart) -> set[int]:
    """Which of a part's sources any of its numbers hangs on."""
    return {number.mean.feature for number in _told(part) if number.mean.feature is not None}


def _told(part: LearnedPart) -> Iterator[Described]:
    """The numbers of a part, without extents that it is not called with."""
    yield from (part.extents[k] for k in used_by(part))
    yield from (number for content in part.contents for number in content.arguments)
    yield from (*part.turns, *part.place, *(part.span or ()))


def _of_alternative(alternative: LearnedAlternative) -> Iterator[int]:
    for part in alternative.parts:
        for number in _told(part):
            if number.mean.feature is not None and (number.spread is None or number.spread.family != "uniform"):
                yield from _of_source(part.sources[number.mean.feature])
    for choice in alternative.choices:
        for inner in choice.alternatives:
            yield from _of_alternative(inner)


def _of_source(source: Source) -> Iterator[int]:
    match source:
        case Extent(None, axis):
            yield axis
        case Gap(below, above, axis) if above is None or (below is None and axis != 1):
            yield axis
        case _:
            pass
