"""Configurations as JSON and back: frozen dataclasses of numbers, text, tuples and one another.

Which type stands where is read from the annotations; of a union the member is told by its name in `type`. Nothing but
what the annotations name can be made, and every number is bounded: by the annotation where it has `Bounds`. What has to
fit together within a dataclass is refused by itself, when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from learners.bounds import LARGEST, Bounds
from shapelang.diagnostics import UsageError, closest

T = TypeVar("T")

_KIND: Final = "type"
_SHOWN: Final = 60
"""Characters of what was found, in a message."""


def to_json(config: object) -> Any:
    """What `from_json` reads: a dataclass as an object with the name of its type."""
    match config:
        case None | bool() | int() | float() | str():
            return config
        case Enum():
            return config.value
        case tuple():
            return [to_json(item) for item in config]
        case _ if is_dataclass(config):
            return {_KIND: type(config).__name__} | {f.name: to_json(getattr(config, f.name)) for f in fields(config)}
        case _:
            raise TypeError(f"a configuration holds no {type(config).__name__}")


def from_json(kind: Any, data: object, place: str = "the configuration") -> Any:
    """The value of an annotated type.

    kind: the type, or a union of dataclasses and at most one type that is none; data: what a JSON file held; place: how
    messages call it. Raises UsageError with the place, where something is missing, unknown, of another type or out of
    bounds, or does not fit to the rest.
    """
    if get_origin(kind) is Annotated:
        return _bounded(get_args(kind), data, place)
    if get_origin(kind) in (Union, UnionType):
        return _member(get_args(kind), data, place)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, data, place)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), data, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enumerated(kind, data, place)
    return _plain(kind, data, place)


def _member(members: tuple[Any, ...], data: object, place: str) -> Any:
    if data is None and type(None) in members:
        return None
    rest = tuple(member for member in members if member is not type(None))
    if len(rest) == 1:
        return from_json(rest[0], data, place)
    plain = tuple(member for member in rest if not is_dataclass(member))
    if len(plain) == 1 and not isinstance(data, dict):
        return from_json(plain[0], data, place)
    named = {member.__name__: member for member in rest if member not in plain}
    name = _object(data, place).get(_KIND)
    if not isinstance(name, str) or name not in named:
        raise _wrong(place, f"'{_KIND}' is {_shown(name)}", f"one of {', '.join(named)}{_meant(name, named)}")
    return _dataclass(named[name], data, place)


def _dataclass(kind: type, data: object, place: str) -> Any:
    given = dict(_object(data, place))
    if (named := given.pop(_KIND, kind.__name__)) != kind.__name__:
        raise _wrong(place, f"'{_KIND}' is {_shown(named)}", kind.__name__)
    hints = get_type_hints(kind, include_extras=True)
    for key in given:
        if key not in hints:
            raise _wrong(place, f"'{key}' is unknown", f"{kind.__name__} has {', '.join(hints)}{_meant(key, hints)}")
    for field in hints:
        if field not in given:
            raise _wrong(place, f"'{field}' is missing", f"{kind.__name__} has {', '.join(hints)}")
    values = {key: from_json(hints[key], value, f"{place}.{key}") for key, value in given.items()}
    try:
        return kind(**values)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from None


def _tuple(kinds: tuple[Any, ...], data: object, place: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _wrong(place, f"it is {_shown(data)}", "a list")
    items: list[object] = data
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(from_json(kinds[0], item, f"{place}[{k}]") for k, item in enumerate(items))
    if len(items) != len(kinds):
        raise _wrong(place, f"it has {len(items)} items", f"{len(kinds)} items")
    return tuple(
        from_json(kind, item, f"{place}[{k}]") for k, (kind, item) in enumerate(zip(kinds, items, strict=True))
    )


def _enumerated(kind: type[Enum], data: object, place: str) -> Enum:
    named = {str(member.value): member for member in kind}
    if not isinstance(data, str) or data not in named:
        raise _wrong(place, f"it is {_shown(data)}", f"one of {', '.join(named)}{_meant(data, named)}")
    return named[data]


def _plain(kind: Any, data: object, place: str) -> Any:
    value = _typed(kind, data, place)
    if isinstance(value, str) and "\0" in value:
        raise _wrong(place, "it has a character of number 0", "text that can be the name of a file")
    if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        raise _wrong(place, f"it is {value}", f"a number of at most {LARGEST}")
    return value


def _bounded(arguments: tuple[Any, ...], data: object, place: str) -> Any:
    kind, (bounds,) = arguments[0], [one for one in arguments[1:] if isinstance(one, Bounds)]
    value = _typed(kind, data, place)
    if not bounds.low <= value <= bounds.high:
        near = bounds.low if value < bounds.low else bounds.high
        raise _wrong(place, f"it is {value}", f"from {bounds.low} to {bounds.high}; {near} is nearest")
    return value


def _typed(kind: Any, data: object, place: str) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        # A whole number beyond all floats is refused as one that is too large, not by an OverflowError.
        data = float(data) if abs(data) <= LARGEST else float("inf") * (1 if data > 0 else -1)
    if type(data) is not kind:
        raise _wrong(place, f"it is {_shown(data)}", f"of type {kind.__name__}")
    return data


def _object(data: object, place: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise _wrong(place, f"it is {_shown(data)}", "an object")
    return data


def _shown(data: object) -> str:
    text = repr(data)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _meant(name: object, known: Mapping[str, object]) -> str:
    near = closest(name, known) if isinstance(name, str) else None
    return f"; {near}" if near else ""


def _wrong(place: str, found: str, expected: str) -> UsageError:
    return UsageError(f"{place}: {found}, but it must be {expected}")
