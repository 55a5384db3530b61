"""What is refused of rooms and models of arrangements."""

from __future__ import annotations

from shapelang.diagnostics import UsageError


class ArrangementError(UsageError):
    """A room cannot be read or furnished, or a model does not fit it; the message says why."""
