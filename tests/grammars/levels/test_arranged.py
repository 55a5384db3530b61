"""Rooms furnished by the learned model keep what levels promise."""

from __future__ import annotations

from benchmarks.grammars.level_checks import verdict
from grammars.levels.arranged import PURPOSES, load_arranged
from grammars.levels.export import level_glb
from grammars.levels.kit import Kit
from grammars.levels.level import level_of
from grammars.levels.plan import LevelSpec


def test_rooms_by_the_learned_model_can_be_played(kit: Kit) -> None:
    spec = LevelSpec(seed=8, rooms=7, props=140)
    level = level_of(spec, kit, load_arranged())
    themes = {theme.name for theme in level.themes}
    assert themes & PURPOSES.keys(), "the seed should show a room that the model furnishes"
    found = verdict(level_glb(level))
    assert found.good, found
    assert level.props != level_of(spec, kit).props
