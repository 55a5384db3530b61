"""What a packed instruction says: the terminals and the operators, as the numbers that the kernels branch on."""

from __future__ import annotations

from typing import Final

CUBOID: Final = 0
"""a, b, c: half extents."""
ELLIPSOID: Final = 1
"""1/a, 1/b, 1/c, the least of a, b, c."""
NORM: Final = 2
"""Superquadric: 1/a, 1/b, 1/c, 2/e2, e2/2, 2/e1, e1/2, and the inverse of the norm's greatest slope."""
DEFORMED: Final = 3
"""Superquadric with taper or bend: as NORM; slope and widest of both tapers; 1/b; radius, side and flat (0 or 1) of the
bend; shift in x and y; the greatest excess of the norm; half extents of the box."""
CAPSULE: Final = 4
"""Half the distance of the caps' centres, radius; a ball's is 0."""
CYLINDER: Final = 5
"""Radius, half height."""
CONE: Final = 6
"""Half height, radius at the foot, radius at the head, 1 / square of the slant."""
TORUS: Final = 7
"""Radius, tube, sine and cosine of half the arc, 1 where it is whole."""
PRISM: Final = 8
"""Half height, number of edges, then each edge, with the inside to its left: u, v of its start, v of its end, its
vector, 1 / its square."""
LATHE: Final = 9
"""As PRISM, of the half polygon; the half height has no meaning."""
HULL: Final = 10
"""Number of planes, then each: normal and offset."""
TAPERED: Final = 11
"""As PRISM, of the foot about a hub; then u, v of the hub, by what the section grows per metre, and 1 / the steepest
slope."""

UNION: Final = 16
INTERSECTION: Final = 17
DIFFERENCE: Final = 18
"""The two topmost fields become one; the number is the radius of the blend."""

EDGE: Final = 6
PLANE: Final = 4
"""Numbers of an edge, and of a plane."""
