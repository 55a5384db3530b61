"""The syntax tree: frozen nodes, each with the span it was read from.

Spans and comments do not take part in equality, so that `parse(print(m)) == m` compares meaning alone.
Nothing here is checked: names may be unknown and numbers out of range. `semantics` does that.
"""

from __future__ import annotations

from shapelang.syntax.tree.expressions import Argument as Argument
from shapelang.syntax.tree.expressions import Binary as Binary
from shapelang.syntax.tree.expressions import BinaryOperator as BinaryOperator
from shapelang.syntax.tree.expressions import Boolean as Boolean
from shapelang.syntax.tree.expressions import Call as Call
from shapelang.syntax.tree.expressions import Colour as Colour
from shapelang.syntax.tree.expressions import Conditional as Conditional
from shapelang.syntax.tree.expressions import Expr as Expr
from shapelang.syntax.tree.expressions import Index as Index
from shapelang.syntax.tree.expressions import List as List
from shapelang.syntax.tree.expressions import Member as Member
from shapelang.syntax.tree.expressions import Name as Name
from shapelang.syntax.tree.expressions import Number as Number
from shapelang.syntax.tree.expressions import Open as Open
from shapelang.syntax.tree.expressions import Text as Text
from shapelang.syntax.tree.expressions import Tuple as Tuple
from shapelang.syntax.tree.expressions import Unary as Unary
from shapelang.syntax.tree.modifiers import Align as Align
from shapelang.syntax.tree.modifiers import At as At
from shapelang.syntax.tree.modifiers import Attach as Attach
from shapelang.syntax.tree.modifiers import AxisName as AxisName
from shapelang.syntax.tree.modifiers import Between as Between
from shapelang.syntax.tree.modifiers import Modifier as Modifier
from shapelang.syntax.tree.modifiers import Rotate as Rotate
from shapelang.syntax.tree.modifiers import Scale as Scale
from shapelang.syntax.tree.modifiers import Tagged as Tagged
from shapelang.syntax.tree.modifiers import Turn as Turn
from shapelang.syntax.tree.modifiers import With as With
from shapelang.syntax.tree.shapes import Alternative as Alternative
from shapelang.syntax.tree.shapes import Array as Array
from shapelang.syntax.tree.shapes import Block as Block
from shapelang.syntax.tree.shapes import Choose as Choose
from shapelang.syntax.tree.shapes import Core as Core
from shapelang.syntax.tree.shapes import For as For
from shapelang.syntax.tree.shapes import If as If
from shapelang.syntax.tree.shapes import Instance as Instance
from shapelang.syntax.tree.shapes import Mirror as Mirror
from shapelang.syntax.tree.shapes import RepeatGroup as RepeatGroup
from shapelang.syntax.tree.shapes import Ring as Ring
from shapelang.syntax.tree.shapes import Shape as Shape
from shapelang.syntax.tree.shapes import Slice as Slice
from shapelang.syntax.tree.shapes import SliceUnit as SliceUnit
from shapelang.syntax.tree.shapes import SolidBlock as SolidBlock
from shapelang.syntax.tree.shapes import SolidOperator as SolidOperator
from shapelang.syntax.tree.shapes import Split as Split
from shapelang.syntax.tree.statements import Comment as Comment
from shapelang.syntax.tree.statements import Let as Let
from shapelang.syntax.tree.statements import MaterialDefinition as MaterialDefinition
from shapelang.syntax.tree.statements import Meta as Meta
from shapelang.syntax.tree.statements import Module as Module
from shapelang.syntax.tree.statements import Param as Param
from shapelang.syntax.tree.statements import Parameter as Parameter
from shapelang.syntax.tree.statements import PartDefinition as PartDefinition
from shapelang.syntax.tree.statements import Property as Property
from shapelang.syntax.tree.statements import Require as Require
from shapelang.syntax.tree.statements import ShapeStatement as ShapeStatement
from shapelang.syntax.tree.statements import Statement as Statement
from shapelang.syntax.tree.statements import Tag as Tag
from shapelang.syntax.tree.statements import TypeName as TypeName
from shapelang.syntax.tree.statements import Use as Use
from shapelang.syntax.tree.traversal import nodes_in as nodes_in
