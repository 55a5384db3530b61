"""What people call things elsewhere, and how that is said in this language."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

from shapelang.semantics.types import Type
from shapelang.syntax import tree

SHAPES: Final = {
    **dict.fromkeys(("box", "cube", "block", "brick", "boxgeometry", "rect", "rectangle", "plane"), "cuboid"),
    **dict.fromkeys(("ball", "orb", "spheregeometry", "circle"), "sphere"),
    **dict.fromkeys(("cyl", "tube", "rod", "pipe", "pole", "disc", "disk", "column", "cylindergeometry"), "cylinder"),
    **dict.fromkeys(("frustum", "pyramid", "coin"), "cone"),
    **dict.fromkeys(("donut", "doughnut", "annulus"), "torus"),
    **dict.fromkeys(("pill", "stadium"), "capsule"),
    **dict.fromkeys(("polygon", "extrude", "linear_extrude", "polyhedron", "hexagon", "ngon"), "prism"),
    **dict.fromkeys(("rotate_extrude", "revolve", "spin"), "lathe"),
    **dict.fromkeys(("ramp", "slope"), "wedge"),
    **dict.fromkeys(("egg", "oval", "ovoid"), "ellipsoid"),
    **dict.fromkeys(("superellipsoid", "squircle"), "superquadric"),
}
"""Shapes of other tools → the primitive."""

TYPES: Final = {
    **dict.fromkeys(("float", "double", "number", "num", "f32", "f64", "length", "angle", "scalar"), "real"),
    **dict.fromkeys(("integer", "uint", "long", "count", "i32", "u32"), "int"),
    **dict.fromkeys(("boolean", "logical"), "bool"),
    **dict.fromkeys(("string", "str", "text", "enum"), "name"),
    **dict.fromkeys(("vec", "vec3", "point", "vector3", "float3", "size"), "vector"),
    **dict.fromkeys(("color", "rgb", "hex"), "colour"),
}
"""Types of other languages → the type."""

VALUES: Final = {
    **dict.fromkeys(("True", "TRUE"), "write 'true'"),
    **dict.fromkeys(("False", "FALSE"), "write 'false'"),
    **dict.fromkeys(
        ("None", "null", "nil", "undefined", "undef", "NaN"), "every name has a value: there is no empty one"
    ),
    **dict.fromkeys(("PI", "Pi", "M_PI", "tau", "TAU"), "write 'pi'; angles are degrees"),
    **dict.fromkeys(("math", "Math", "np", "numpy"), "functions stand alone: 'sin(30)', 'sqrt(2)', 'pi'"),
}
"""Names of other languages → what to write."""

MEMBERS: Final = {
    **dict.fromkeys(("position", "pos", "origin", "location", "centre", "middle", "loc"), "write '.center'"),
    **{axis: f"write '.center.{axis}'" for axis in "xyz"},
    **dict.fromkeys(("dimensions", "extents", "bounds", "box", "bbox"), "write '.size'"),
    **dict.fromkeys(("w", "dx"), "write '.width'"),
    **dict.fromkeys(("h", "dy"), "write '.height'"),
    **dict.fromkeys(("d", "dz"), "write '.depth'"),
    **dict.fromkeys(("radius", "r"), "a shape has .width, .height and .depth: write '.width / 2'"),
    **dict.fromkeys(("up", "upper", "max"), "write '.top'"),
    **dict.fromkeys(("down", "lower", "min", "base"), "write '.bottom'"),
}
"""What other tools call the box of a shape → what to write."""

_DRAWN = "chance stands behind '~': 'let name ~ uniform(0, 1)'"
FUNCTIONS: Final = {
    **dict.fromkeys(("vec", "vec2", "vec3", "vector", "Vector", "Vector3", "point"), "a vector is written (x, y, z)"),
    **dict.fromkeys(("rand", "random", "rands", "randint", "choice", "rnd"), _DRAWN),
    **dict.fromkeys(("int", "trunc", "Int"), "floor, ceil or round makes an int of a real"),
    **dict.fromkeys(("float", "real", "double", "Number"), "an int stands wherever a real is wanted"),
    **dict.fromkeys(("str", "string", "format", "concat"), "texts are not put together: a name is one of its options"),
    **dict.fromkeys(("radians", "degrees", "deg", "rad"), "angles are degrees everywhere: leave it out"),
    **dict.fromkeys(("atan", "arctan", "arctan2"), "write 'atan2(y, x)'"),
    **dict.fromkeys(("mix", "interpolate"), "write 'lerp(a, b, t)'"),
    **dict.fromkeys(("norm", "len", "magnitude", "abs3"), "'length(v)' is the length of a vector"),
    **dict.fromkeys(("ln", "log2", "log10"), "'log(x)' is the natural logarithm"),
    **dict.fromkeys(("fmod", "rem", "remainder"), "write 'mod(a, b)'"),
    **dict.fromkeys(("dist",), "write 'distance(a, b)'"),
    **dict.fromkeys(("ceiling",), "write 'ceil(x)'"),
    **dict.fromkeys(("power",), "write 'pow(a, b)'"),
    **dict.fromkeys(("range", "list", "array"), "there are no lists of values: 'for i in 0..4 { … }' repeats shapes"),
}
"""Functions of other languages → what to write."""

PARTS: Final = {
    **dict.fromkeys(
        ("translate", "move", "position"), "a modifier behind the shape moves it: 'cuboid(…) at (x, y, z)'"
    ),
    **dict.fromkeys(("color", "colour", "paint"), "a modifier behind the shape colours it: 'cuboid(…) with oak'"),
    **dict.fromkeys(
        ("print", "echo", "assert", "log", "debug"), "a program prints nothing; 'require' demands, 'meta' passes on"
    ),
    **dict.fromkeys(("cut", "subtract", "minus"), "write 'difference { … }'"),
    **dict.fromkeys(("group", "add", "merge", "join"), "write '{ … }', or 'union { … }' for one solid"),
}
"""What is called like a shape elsewhere → what to write."""

DISTRIBUTIONS: Final = {
    **dict.fromkeys(("gauss", "gaussian", "norm", "randn"), "normal"),
    **dict.fromkeys(("rand", "random", "randint", "unif", "range", "uniform_int"), "uniform"),
    **dict.fromkeys(("flip", "coin", "bool", "boolean", "binary"), "bernoulli"),
    **dict.fromkeys(("choice", "choose_from", "pick", "discrete", "weighted", "options"), "categorical"),
}
"""Distributions of other languages → the name here."""

_ARGUMENTS: Final = {
    "r": "radius",
    "rad": "radius",
    "r1": "radius",
    "radius1": "radius",
    "bottom_radius": "radius",
    "r2": "top_radius",
    "radius2": "top_radius",
    "radius_top": "top_radius",
    "x": "width",
    "sx": "width",
    "y": "height",
    "z": "depth",
    "sz": "depth",
    "l": "height",
    "len": "height",
    "length": "height",
    "tall": "height",
    "thickness": "tube",
    "tube_radius": "tube",
    "minor_radius": "tube",
    "minor": "tube",
    "major_radius": "radius",
    "major": "radius",
    "n": "sides",
    "fn": "sides",
    "segments": "sides",
    "angle": "arc",
    "pts": "points",
    "profile": "points",
    "polygon": "points",
    "path": "points",
}
_DIAMETERS: Final = frozenset(("d", "diameter", "dia", "d1"))
_NO_ARGUMENTS: Final = {
    **dict.fromkeys(("color", "colour", "material"), "a modifier gives the material: 'with oak'"),
    **dict.fromkeys(("position", "pos", "at", "origin", "translate"), "a modifier places the shape: 'at (x, y, z)'"),
    **dict.fromkeys(("rotation", "rot", "rotate"), "a modifier turns the shape: 'rotate y 45'"),
    **dict.fromkeys(("center", "centered"), "every primitive is centred on its box"),
}
_WHOLE_SIZES: Final = frozenset(("size", "dimensions", "dims", "extents", "scale", "side", "half_extents"))


def meant_argument(label: str, wanted: Collection[str]) -> str | None:
    """The parameter that somebody means by a label: another tool's word for it, its beginning, or the nearest."""
    low = label.lower()
    alias = "radius" if low in _DIAMETERS and "depth" not in wanted else _ARGUMENTS.get(low)
    if alias in wanted:
        return alias
    begun = [name for name in wanted if name.startswith(low) or low.startswith(name)]
    if len(begun) == 1:
        return begun[0]
    near = closest_word(low, wanted)
    return near if near is not None and (len(low) > 2 or len(near) <= 2) else None


def argument_hint(label: str, meant: str | None, wanted: Collection[str]) -> str | None:
    """What to write for an argument of an unknown name."""
    low = label.lower()
    if low in _WHOLE_SIZES and "width" in wanted and "size" not in wanted:
        return "each extent is an argument of its own: width, height, depth"
    if meant is None and low in _NO_ARGUMENTS:
        return _NO_ARGUMENTS[low]
    if meant == "radius" and low in _DIAMETERS:
        return "write 'radius', with half the value"
    if meant is not None:
        return f"did you mean '{meant}'?"
    return f"it has {', '.join(wanted)}" if wanted else "it takes none"


def stands_for_all(label: str, wanted: Collection[str]) -> bool:
    """Whether a label means all extents at once, so that none of them is to be missed as well."""
    return label.lower() in _WHOLE_SIZES and "width" in wanted


def closest_word(word: str, known: Collection[str]) -> str | None:
    """The nearest known word, whatever the case, or None."""
    by_case = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[near[0]] if near else None


def meant(word: str, known: Collection[str], elsewhere: dict[str, str]) -> str | None:
    """`did you mean 'x'?`, by another language's word or by the nearest one, or None."""
    found = elsewhere.get(word) or elsewhere.get(word.lower()) or closest_word(word, known)
    return None if found is None else f"did you mean '{found}'?"


def instead_of(expr: tree.Expr, wanted: Type, given: Type) -> str | None:
    """What to write where an expression has a type that its place does not want, or None."""
    match wanted, given:
        case Type.INT, Type.REAL:
            if isinstance(expr, tree.Name):
                return "declare it ': int' where it gets its value; round, floor or ceil makes an int of a real"
            return "round, floor or ceil makes an int of a real"
        case Type.VECTOR, Type.POINT | Type.REAL | Type.INT | Type.POINTS:
            return "a vector has three components: (x, y, z)"
        case Type.REAL, Type.VECTOR | Type.POINT | Type.POINTS:
            literal = isinstance(expr, tree.Tuple | tree.List)
            return "one number stands here" if literal else "one component of a vector is .x, .y or .z"
        case Type.REAL | Type.INT, Type.SHAPE:
            return "numbers of a shape are .width, .height, .depth and .center.x"
        case Type.BOOL, Type.REAL | Type.INT:
            return "compare it with something, such as 'n > 0'"
        case Type.COLOUR, _:
            return "a colour is '#' and six hex digits, such as #b98b5e"
        case _:
            return None
