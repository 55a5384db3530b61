"""One kit and one small level for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from grammars.levels.export import level_glb
from grammars.levels.kit import Kit, load_kit
from grammars.levels.level import Level, level_of
from grammars.levels.plan import LevelSpec

FOLDER = Path(__file__).parents[3] / "examples" / "dungeon"


@pytest.fixture(scope="session")
def kit() -> Kit:
    return load_kit(FOLDER)


@pytest.fixture(scope="session")
def level(kit: Kit) -> Level:
    """With keys, and floors of different heights."""
    return level_of(LevelSpec(seed=6, rooms=10, props=180), kit)


@pytest.fixture(scope="session")
def glb(level: Level) -> bytes:
    return level_glb(level)
