"""Levels for games: a mission and a plan grown by grammars, rooms furnished from a kit of programs, one GLB."""

from grammars.levels.export import level_glb as level_glb
from grammars.levels.kit import Kit as Kit
from grammars.levels.kit import load_kit as load_kit
from grammars.levels.level import Level as Level
from grammars.levels.level import level_of as level_of
from grammars.levels.plan import LevelSpec as LevelSpec
