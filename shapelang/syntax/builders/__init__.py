"""What each rule of `shape.lark` builds: one function an alias.

Nothing here recurses, whatever the depth of the program.
"""

from __future__ import annotations

from shapelang.syntax.builders.builder import Builder as Builder
from shapelang.syntax.builders.expressions import EXPRESSIONS
from shapelang.syntax.builders.lists import LISTS
from shapelang.syntax.builders.modifiers import MODIFIERS
from shapelang.syntax.builders.shapes import SHAPES
from shapelang.syntax.builders.statements import STATEMENTS

BUILDERS: dict[str, Builder] = {**LISTS, **EXPRESSIONS, **MODIFIERS, **SHAPES, **STATEMENTS}
