"""The primitives of the language. Names, checks, documentation and vocabularies are derived from this list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.prism import Prism
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge

PRIMITIVES: Final[tuple[type[Primitive], ...]] = (
    Cuboid, Superquadric, Sphere, Ellipsoid, Cylinder, Cone, Capsule, Torus, Prism, Lathe, Wedge,
)  # fmt: skip

PRIMITIVE_BY_KIND: Final[Mapping[str, type[Primitive]]] = MappingProxyType({p.kind: p for p in PRIMITIVES})
