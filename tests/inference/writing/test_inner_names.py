"""A shape alone in what has a name has none, unless it says more or something refers to it."""

from __future__ import annotations

import pytest

from shapelang.inference.writing.inner_names import without_inner_names
from shapelang.semantics.check import check_text
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source


def renamed(text: str) -> str:
    read = parse(Source("inner.shape", text))
    assert read.diagnostics == ()
    made = print_module(without_inner_names(read.module))
    check_text(made)
    return made


@pytest.mark.parametrize("inner", ["post_2", "leg", "leg_7"])
def test_a_role_or_the_same_again_says_nothing(inner: str) -> None:
    assert renamed(f"leg_1 = {{\n  {inner} = cuboid(1, 2, 1)\n}}\n") == "leg_1 = {\n  cuboid(1, 2, 1)\n}\n"
    part = f"part leg() {{\n  {inner} = cuboid(1, 2, 1)\n}}\n{{\n  leg()\n}}\n"
    assert renamed(part) == part.replace(f"{inner} = ", "")


@pytest.mark.parametrize(
    "text",
    [
        "leg_1 = {\n  claw = cuboid(1, 2, 1)\n}\n",
        "leg_1 = {\n  post = cuboid(1, 2, 1)\n  foot = cuboid(2, 1, 1)\n}\n",
        "{\n  post = cuboid(1, 2, 1)\n} at (1, 0, 0)\n",
        "leg_1 = {\n  mirror x {\n    post = cuboid(1, 2, 1) at (2, 0, 0)\n  }\n}\n",
        "leg_1 = {\n  post = cuboid(1, 2, 1)\n}\nball = sphere(1) attach bottom to leg_1.post.top\n",
    ],
)
def test_what_tells_something_stays(text: str) -> None:
    assert renamed(text) == text


def test_blocks_within_are_looked_into() -> None:
    assert renamed("{\n  leg_1 = {\n    post = cuboid(1, 2, 1)\n  }\n} at (1, 0, 0)\n").count("post") == 0
