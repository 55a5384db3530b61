"""A step of the writing that goes wrong costs its own names, and not the program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shapelang.inference import composing
from shapelang.inference.infer import infer
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from tests.inference.shapes import chair


def test_names_that_clash_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the step before wrote is kept where one defines a name twice."""

    def twice(module: tree.Module) -> tree.Module:
        return replace(module, statements=(*module.statements, *module.statements))

    monkeypatch.setattr(composing, "titled", twice)
    found = infer(chair(), name="chair")
    check_text(found.text)
    assert found.evidence.iou64 > 0.99
