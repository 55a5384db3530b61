"""The sections of the README that scripts fill."""

from __future__ import annotations

import pytest

from tools.readme import README, filled


def test_a_section_is_replaced_and_nothing_else() -> None:
    text = "a\n<!-- t -->\nold\n<!-- /t -->\nb"
    once = filled(text, "t", "new\n")
    assert once == "a\n<!-- t -->\nnew\n<!-- /t -->\nb"
    assert filled(once, "t", "new") == once


@pytest.mark.parametrize("text", ["", "<!-- t -->", "<!-- /t --><!-- t -->", "<!-- t --><!-- t --><!-- /t -->"])
def test_a_section_that_is_not_there_once_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the text needs one <!-- t --> before one <!-- /t -->"):
        filled(text, "t", "new")


@pytest.mark.parametrize("name", ["gallery", "bench"])
def test_the_readme_has_its_sections(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text, name, "x") != text
