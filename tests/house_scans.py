"""What the house forbids, as scans over syntax trees. Each returns the findings of one file, as `line: what`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# CPUs and builds round these differently: matrix products go through BLAS, the others through libm or SIMD code.
PRODUCTS = frozenset({"dot", "vdot", "inner", "matmul", "tensordot", "linalg", "einsum_path"})
TRANSCENDENTAL = frozenset(
    "exp exp2 expm1 log log2 log10 log1p logaddexp sin cos tan arcsin arccos arctan arctan2 asin acos atan atan2"
    " sinh cosh tanh arcsinh arccosh arctanh asinh acosh atanh power pow float_power cbrt hypot sinc i0"
    " gamma lgamma erf erfc dist geomspace logspace angle".split()
)
NUMERIC_MODULES = frozenset({"np", "numpy", "math", "cmath"})
LOADS_CODE = frozenset({"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"})
RUNS_TEXT = frozenset({"eval", "exec", "__import__"})
UNSAFE_ATTRIBUTES = frozenset({("os", "system"), ("os", "popen"), ("torch", "load"), ("subprocess", "getoutput")})
STARTS_PROCESS = frozenset({"run", "Popen", "call", "check_call", "check_output", "getoutput"})
# Their result is the verdict: as a statement on its own line it is thrown away.
VERDICTS = frozenset(
    "array_equal allclose isclose equal is_watertight issubset isdisjoint startswith endswith isfinite"
    " approx all any".split()
)


def inexact_arithmetic(text: str) -> list[str]:
    """Matrix products, transcendental functions, and powers that libm computes."""
    return [f"{line}: {what}" for node in ast.walk(ast.parse(text)) for line, what in _inexact(node)]


def _inexact(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
            yield node.lineno, "@"
        case ast.BinOp(op=ast.Pow(), left=ast.Constant(value=base), right=exponent) if _exact_power(base, exponent):
            pass
        case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
            yield node.lineno, "**"
        case ast.Call(func=ast.Name(id="pow")):
            yield node.lineno, "pow"
        case ast.Call(func=ast.Attribute(attr="dot" | "matmul" as name)):
            yield node.lineno, name
        case ast.Call(func=ast.Attribute(attr="einsum"), keywords=keywords) if any(
            k.arg == "optimize" for k in keywords
        ):
            yield node.lineno, "einsum with optimize"
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in NUMERIC_MODULES:
            if name in PRODUCTS | TRANSCENDENTAL:
                yield node.lineno, f"{module}.{name}"
        case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] in {"numpy", "math", "scipy"}:
            for alias in names:
                if alias.name in PRODUCTS | TRANSCENDENTAL or module.split(".")[0] == "scipy":
                    yield node.lineno, f"{module}.{alias.name}"
        case _:
            pass


def _exact_power(base: object, exponent: ast.expr) -> bool:
    """Whether a power of constants is exact: of whole numbers, or of two."""
    match exponent:
        case ast.Constant(value=int()):
            return isinstance(base, int) or base == 2.0
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return base == 2.0
        case _:
            return False


def unsafe_calls(text: str) -> list[str]:
    """What runs text or bytes as code: pickle and its kin, eval, exec, a shell, torch.load."""
    return [f"{line}: {what}" for node in ast.walk(ast.parse(text)) for line, what in _unsafe(node)]


def _unsafe(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                if alias.name.split(".")[0] in LOADS_CODE:
                    yield node.lineno, alias.name
        case ast.ImportFrom(module=str(module), names=names):
            if module.split(".")[0] in LOADS_CODE:
                yield node.lineno, module
            for alias in names:
                if (module, alias.name) in UNSAFE_ATTRIBUTES:
                    yield node.lineno, f"{module}.{alias.name}"
        case ast.Call(func=ast.Name(id=name)) if name in RUNS_TEXT:
            yield node.lineno, name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if (module, name) in UNSAFE_ATTRIBUTES:
            yield node.lineno, f"{module}.{name}"
        case ast.Call(func=func, keywords=keywords):
            risky = {"allow_pickle", "shell"} if _name(func) in STARTS_PROCESS else {"allow_pickle"}
            for keyword in keywords:
                if keyword.arg in risky and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                ):
                    yield node.lineno, f"{keyword.arg}="
        case _:
            pass


def loose_dataclasses(text: str) -> list[str]:
    """Dataclasses that are not all of: final, frozen, with slots."""
    findings = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            findings += [f"{node.lineno}: {node.name} is not {lack}" for lack in _lacks(node.decorator_list)]
    return findings


def _lacks(decorators: list[ast.expr]) -> Iterator[str]:
    heads = {_name(d.func if isinstance(d, ast.Call) else d): d for d in decorators}
    if "dataclass" not in heads:
        return
    call = heads["dataclass"]
    keywords = {k.arg: k.value for k in call.keywords} if isinstance(call, ast.Call) else {}
    for wanted in ("frozen", "slots"):
        value = keywords.get(wanted)
        if not (isinstance(value, ast.Constant) and value.value is True):
            yield wanted
    if "final" not in heads:
        yield "final"


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def asserts_nothing(text: str) -> list[str]:
    """Test functions in which nothing can fail; a helper whose name begins with `assert` or `check` can."""
    return [
        f"{node.lineno}: {node.name}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if not any(_can_fail(inner) for inner in ast.walk(node))
    ]


def _can_fail(node: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.Raise():
            return True
        case ast.Call(func=func):
            name = _name(func)
            return name in {"raises", "fail", "run_state_machine_as_test"} or name.lstrip("_").startswith(
                ("assert", "check")
            )
        case _:
            return False


def dropped_verdicts(text: str) -> list[str]:
    """Calls such as `np.array_equal(a, b)` that stand alone, so that their answer is never looked at."""
    return [
        f"{node.lineno}: {_name(node.value.func)}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value.func) in VERDICTS
    ]


def imports_of(text: str) -> list[tuple[int, str, bool]]:
    """(line, root package, whether it runs at import) of each absolute import."""
    module = ast.parse(text)
    at_import = {id(node) for node in _outside_functions(module)}
    found: list[tuple[int, str, bool]] = []
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                found += [(node.lineno, alias.name.split(".")[0], id(node) in at_import) for alias in names]
            case ast.ImportFrom(module=str(name), level=0):
                found.append((node.lineno, name.split(".")[0], id(node) in at_import))
            case _:
                pass
    return found


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run when the module is imported; what stands under `if TYPE_CHECKING:` never runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and _name(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _outside_functions(child)
