"""The description of a model of programs, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.console import bytes_shown, clean, table
from shapelang.cli.programs import existing
from shapelang.diagnostics import counted

if TYPE_CHECKING:
    from grammars.programs.files import Stored


@final
@dataclass(frozen=True, slots=True, eq=False)
class ModelInfo:
    """A model as it stands in a file."""

    file: str
    stored: Stored

    def row(self, with_tree: bool) -> dict[str, Any]:
        """As JSON; a model has no tree."""
        return {
            "model": Path(self.file).stem,
            "bytes": self.stored.size,
            "sha256": self.stored.sha256,
            "numbers": len(self.stored.model.examples.values),
            "weights": self._weights(),
            "learned_from": asdict(self.stored.origin),
        }

    def lines(self, with_tree: bool) -> Iterator[str]:
        """As text."""
        origin, weights, numbers = self.stored.origin, self._weights(), len(self.stored.model.examples.values)
        shares = ", ".join(f"{count:,} of {name}" for name, count in weights.items())
        yield f"{clean(self.file)}: a model of ShapeAssembly's programs ({bytes_shown(self.stored.size)})"
        yield ""
        yield "Learned"
        yield from table(
            [
                ("from", f"{counted(origin.programs, 'program')} with {counted(numbers, 'number')}"),
                ("held out", counted(origin.held_out, "program")),
                ("SHA-256", f"{origin.corpus} of the programs"),
                ("weights not 0", f"{sum(weights.values()):,} ({shares})"),
                ("seed", str(origin.seed)),
                ("shapelang", clean(origin.shapelang)),
            ]
        )

    def _weights(self) -> dict[str, int]:
        """Those that are not 0, by gate."""
        import numpy as np

        model = self.stored.model
        gates = {"choices": model.choices, "numbers": model.numbers, "outcomes": model.outcomes}
        return {name: int(np.count_nonzero(gate.weights)) for name, gate in gates.items()}


def describe_model(file: str) -> ModelInfo:
    """The model of a file. Raises UsageError."""
    from grammars.programs.files import read_model

    return ModelInfo(file, read_model(existing(file)))
