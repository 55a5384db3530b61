"""What inference refuses."""

from __future__ import annotations

from shapelang.diagnostics import ShapelangError


class InferenceError(ShapelangError):
    """No program can be made of a mesh; the message says why and what would help."""
