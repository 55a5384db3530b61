"""XML that nobody trusts, element by element: no document types, so no entities and no other files; bounded depth."""

from __future__ import annotations

from typing import Protocol, runtime_checkable
from xml.parsers import expat

from shapelang.io.read.source import MeshSource, shown


@runtime_checkable
class Handler(Protocol):
    """Is told of elements by their names without namespaces; `place` says where they stand."""

    def start(self, name: str, attributes: dict[str, str], place: str) -> None:
        """An element begins."""
        ...

    def end(self, name: str) -> None:
        """An element ends."""
        ...


def stream(source: MeshSource, data: bytes, entry: str, handler: Handler) -> None:
    """Tell a handler of all elements. Raises MeshError M103, M107 with the line, and what the handler raises."""
    parser = expat.ParserCreate()
    depth = 0

    def place() -> str:
        return f"{entry} line {parser.CurrentLineNumber}"

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > source.limits.depth:
            raise source.too_large("levels of XML", depth, source.limits.depth, place())
        handler.start(name.rpartition(":")[2], attributes, place())

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name.rpartition(":")[2])

    def doctype(*_: object) -> None:
        raise source.broken("a document type, which could define entities, is refused", place())

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = expat.errors.messages.get(error.code, "damaged")
        raise source.broken(f"the XML is damaged: {message}", f"{entry} line {error.lineno}") from None
    except (ValueError, LookupError) as error:
        # An encoding that expat or Python does not know.
        raise source.broken(f"the XML is damaged: {shown(str(error))}", place()) from None
