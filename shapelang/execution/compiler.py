"""Programs compiled to closures: parts, and the statements and blocks of one body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, assert_never, final

from shapelang.assembly.material import Material
from shapelang.assembly.part import Placed
from shapelang.execution.choosing import compile_choose
from shapelang.execution.codes import Execute, PartCode, ProgramCode
from shapelang.execution.cores import Core, Look, PartCall, PrimitiveCall, ProgramCall, module_values
from shapelang.execution.declarations import compile_let, compile_material, compile_param
from shapelang.execution.errors import Rejected
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.repetition import compile_array, compile_for, compile_mirror, compile_ring
from shapelang.execution.run import Frame, Layer
from shapelang.execution.shapes import ShapeCode, wrapped
from shapelang.execution.solids import compile_solid
from shapelang.execution.splits import compile_split
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.calls import parameter_type
from shapelang.semantics.context import resolve
from shapelang.semantics.naming import draws
from shapelang.semantics.program import Program
from shapelang.semantics.reach import constants
from shapelang.syntax import tree

Unit: TypeAlias = tree.ShapeStatement | tree.For
"""A statement that makes something, or the turns of a loop."""


class Around(Protocol):
    """What takes over the closures of a program."""

    def core(self, program: Program, shape: tree.Shape, core: Core) -> Core:
        """What is called in place of the closure of a shape's core."""
        ...

    def unit(self, program: Program, node: Unit, statements: tuple[Execute, ...]) -> tuple[Execute, ...]:
        """What is run in place of a statement, or of those of one turn."""
        ...


@final
class Compiler:
    """Compiles programs, each part once; parts may call themselves. With `around`, another takes over what is made."""

    def __init__(self, around: Around | None = None) -> None:
        self.programs: dict[int, ProgramCode] = {}
        self.around = around

    def program(self, program: Program) -> ProgramCode:
        """The code of a file."""
        code = self.programs.get(id(program))
        if code is not None:
            return code
        code = ProgramCode(program)
        self.programs[id(program)] = code
        statements = program.module.statements
        body = Body(self, Expressions(program, None))
        code.body = body.statements(statements)
        code.constants = body.statements(constants(program))
        code.random = draws(program, tree.Shape(tree.Block(statements), ()))
        return code

    def part(self, home: Program, part: tree.PartDefinition) -> PartCode:
        """The code of a part."""
        owner = self.program(home)
        code = owner.parts.get(part.name)
        if code is not None:
            return code
        local = frozenset({p.name for p in part.parameters} | names_of(part.body, _values_of(home)))
        of = Expressions(home, local)
        outer = Expressions(home, None)
        code = PartCode(
            home,
            part.name,
            tuple(p.name for p in part.parameters),
            tuple(parameter_type(home, part, p) for p in part.parameters),
            tuple(None if p.default is None else outer.compile(p.default) for p in part.parameters),
            (part.span.start, part.span.end),
        )
        owner.parts[part.name] = code
        code.random = draws(home, tree.Shape(part.body, ()))
        code.body = Body(self, of).statements(part.body.statements)
        return code


def _values_of(program: Program) -> set[str]:
    """The names of a file's values; a shape that goes by its callee's name does not take one of them."""
    return {
        node.name
        for node in program.module.statements
        if isinstance(node, tree.Let | tree.Param | tree.MaterialDefinition)
    }


def names_of(body: tree.Block, values: set[str]) -> set[str]:
    """Every name that a body gives a value or shape to, in any of its blocks; `values` are those of its file."""
    found = {"scope", "index"}
    called: set[str] = set()
    for node in tree.nodes_in(body):
        match node:
            case tree.Let(name=name) | tree.For(variable=name):
                found.add(name)
            case tree.ShapeStatement(name=name) | tree.Alternative(name=name) | tree.Slice(name=name):
                if name is not None:
                    found.add(name)
            case tree.Instance(callee=callee):
                called.add(callee[-1])
            case tree.SolidBlock(operator=operator):
                called.add(operator)
            case _:
                pass
    return found | (called - values)


@final
class Body:
    """Compiles the statements of one body."""

    def __init__(self, compiler: Compiler, of: Expressions) -> None:
        self.compiler = compiler
        self.of = of

    def statements(self, statements: Sequence[tree.Statement]) -> tuple[Execute, ...]:
        """The closures of statements, in order; definitions leave none."""
        found = (self._statement(s) for s in statements)
        return tuple(s for s in found if s is not None)

    def _statement(self, node: tree.Statement) -> Execute | None:
        match node:
            case tree.Let():
                return compile_let(self.of, node)
            case tree.Param():
                return compile_param(self.of, node)
            case tree.MaterialDefinition():
                return compile_material(self.of, node)
            case tree.PartDefinition() | tree.Use():
                return None
            case tree.Require(test=test):
                return self._require(test)
            case tree.Meta(key=key, value=value):
                return _meta(key, self.of.compile(value))
            case tree.Tag(text=text):
                return lambda f: f.layer.tags.append(text)
            case tree.ShapeStatement(name=name, shape=shape):
                (execute,) = self.unit(node, (self.shape(shape, name).commit,))
                return execute
        assert_never(node)

    def unit(self, node: Unit, statements: tuple[Execute, ...]) -> tuple[Execute, ...]:
        """The closures of a statement, or of one turn of a loop."""
        around = self.compiler.around
        return statements if around is None else around.unit(self.of.program, node, statements)

    def _require(self, test: tree.Expr) -> Execute:
        holds = self.of.compile(test)
        source, span = self.of.program.source, test.span

        def require(f: Frame) -> None:
            run = f.run
            run.conditioned = True
            if run.holds(holds(f)):
                return
            failure = Rejected("E406", source, span, "this 'require' does not hold")
            if not run.soft:
                raise failure
            run.violations.append(failure)

        return require

    def shape(self, shape: tree.Shape, name: str | None, *, sliced: bool = False) -> ShapeCode:
        """The code of a shape that stands in this body."""
        return ShapeCode(self, shape, name, sliced=sliced)

    def look(self, material: tree.Expr | None) -> Look:
        """A closure that finds a material."""
        if material is None:
            return lambda _: None
        if isinstance(material, tree.Member) and isinstance(material.value, tree.Name):
            home = self.of.program.uses[material.value.name]
            name = material.name
            return lambda f: module_values(f, self.compiler.program(home))[name]
        return self.of.compile(material)

    # --- cores -----------------------------------------------------------------------------------

    def core(self, shape: tree.Shape, name: str | None, label: str) -> Core:
        """The closure that makes what a core stands for."""
        made = self._core(shape.core, name, label)
        around = self.compiler.around
        return made if around is None else around.core(self.of.program, shape, made)

    def _core(self, core: tree.Core, name: str | None, label: str) -> Core:
        match core:
            case tree.Instance():
                return self._instance(core)
            case tree.SolidBlock():
                return compile_solid(self, core)
            case tree.Choose():
                return compile_choose(self, core, name, label)
            case tree.Block(statements=statements):
                return _block(self.statements(statements), name, "block", core)
            case tree.Mirror():
                return _named(compile_mirror(self, core), name, "mirror", core)
            case tree.Array():
                return _named(compile_array(self, core), name, "array", core)
            case tree.Ring():
                return _named(compile_ring(self, core), name, "ring", core)
            case tree.For():
                return _named(compile_for(self, core), name, "for", core)
            case tree.Split():
                return _named(compile_split(self, core), name, "split", core)
            case tree.If():
                return _named(self._if(core), name, "if", core)
        assert_never(core)

    def _instance(self, call: tree.Instance) -> Core:
        if len(call.callee) == 1 and call.callee[0] in PRIMITIVE_BY_KIND:
            return PrimitiveCall(self.of, call)
        home, part = resolve(self.of.program, call.callee)
        assert home is not None, "the checker let an unknown callee through"
        code = self.compiler.program(home)
        if part is None:
            return ProgramCall(self.of, call, code)
        return PartCall(self.of, call, self.compiler.part(home, part), code)

    def _if(self, core: tree.If) -> Execute:
        test = self.of.compile(core.test)
        then = self.statements(core.then.statements)
        rest = core.otherwise
        other: tuple[Execute, ...]
        if isinstance(rest, tree.If):
            other = (self._if(rest),)
        else:
            other = () if rest is None else self.statements(rest.statements)

        def branch(f: Frame) -> None:
            for execute in then if f.run.truth(test(f)) else other:
                execute(f)

        return branch


def _meta(key: str, value: Evaluate) -> Execute:
    def note(f: Frame) -> None:
        f.layer.meta[key] = value(f)

    return note


def _block(body: tuple[Execute, ...], name: str | None, kind: str, node: tree.Block) -> Core:
    def execute_all(f: Frame) -> None:
        for execute in body:
            execute(f)

    return _named(execute_all, name, kind, node)


def _named(execute: Execute, name: str | None, kind: str, node: tree.Core) -> Core:
    """A control block: with a name a part with a name space of its own, without one a layer of the block around."""
    if name is None:

        def group(f: Frame, label: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Layer:
            del label, fill, material, tags
            outer, f.layer = f.layer, Layer()
            f.layer.tags, f.layer.meta = outer.tags, outer.meta
            try:
                execute(f)
                return f.layer
            finally:
                f.layer = outer

        return group

    def own(f: Frame, label: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Placed:
        del fill, material, tags
        inner = f.named_block(label)
        execute(inner)
        return wrapped(f, inner, label, kind, node.span)

    return own
