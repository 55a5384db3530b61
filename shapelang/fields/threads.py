"""Pieces of work on all cores, under the name that the batched fields know."""

from __future__ import annotations

from shapelang.threads import in_threads as in_threads
