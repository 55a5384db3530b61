"""Shapes of trained nets, as files and as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING, Final, assert_never, final

from shapelang.cli.console import say
from shapelang.cli.models import suffix_of
from shapelang.diagnostics import EmptyError, MeshError, UsageError

if TYPE_CHECKING:
    from learners.generation.model import Field, Model
    from learners.generation.reading import Solid
    from learners.tensors import Codes
    from learners.training.run import Run
    from shapelang.arrays import AnyArray
    from shapelang.geometry.mesh import Mesh
    from shapelang.geometry.pose import Vec3
    from shapelang.rendering.picture import Picture

HELD_OUT: Final = "held-out:"
TILE: Final = 160
"""Pixels along a side of a picture on a sheet."""
HALF: Final = 0.5
"""Metres from the middle of the cube of a drawn shape to its sides."""


@unique
@final
class MadeFormat(Enum):
    """What a made shape can be written as; the value is the file's suffix."""

    GLB = "glb"
    OBJ = "obj"
    PLY = "ply"
    NPZ = "npz"
    PNG = "png"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A shape of a net in its frame. half, middle: metres, of the net's cube. cells: along each side of what is
    written; None for those of the run, and twice as many for its surface.
    """

    model: Model
    field: Field
    cells: int | None
    half: float = HALF
    middle: Vec3 = (0.0, 0.0, 0.0)

    def surface(self) -> Mesh:
        """Its surface, in metres. Raises EmptyError where nothing is inside."""
        from learners.generation.shapes import own_cells, placed, surface
        from shapelang.fields.dual import SurfaceError

        try:
            return placed(surface(self.field, self.cells or own_cells(self.model.resolution)), self.half, self.middle)
        except SurfaceError as error:
            raise EmptyError(f"the net made nothing: {error}") from None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A code (1, c), the frame of its shape as in `Made`, and the cells that were read; None for a seed."""

    code: Codes
    half: float = HALF
    middle: Vec3 = (0.0, 0.0, 0.0)
    grid: AnyArray | None = None


def read_of(model: Model, text: str) -> Read:
    """What a word stands for: a seed, `held-out:K`, or a mesh or program that the net reads.

    Raises UsageError for what it cannot be, and what reading the file raises.
    """
    if text.isdecimal():
        return Read(model.drawn(int(text)))
    solid = solid_of(model.run, text)
    return Read(model.encoded(solid.grid), solid.half, solid.middle, solid.grid[0].numpy())


def solid_of(run: Run, text: str) -> Solid:
    """What a word stands for, in the cells of a run: `held-out:K`, or a mesh or program. A mesh takes as many cells as
    shapes of the run's set do.

    Raises UsageError for what it cannot be, and what reading the file raises.
    """
    from learners.generation.reading import Solid, read_held_out, read_solid
    from learners.systems.systems import cells_of

    axes, resolution = cells_of(run.system)
    if text.startswith(HELD_OUT):
        number = text.removeprefix(HELD_OUT)
        if not number.isdecimal():
            raise UsageError(f"{text}: a held-out shape is named by its number, from 0")
        return Solid(read_held_out(run.data, int(number)), HALF, (0.0, 0.0, 0.0))
    if axes != 3:
        raise UsageError(f"{text}: this run is of pictures, which are named by their number: {HELD_OUT}0 is the first")
    from learners.data.sizes import usual_size
    from shapelang.cli.build import default_segments
    from shapelang.cli.meshes import model_of, triangles_of
    from shapelang.execution.budget import Limits

    mesh = triangles_of(model_of(text, None, 0, {}, Limits()), default_segments(None))
    try:
        across = usual_size(run.data, resolution)
    except (UsageError, MeshError) as error:
        say(f"note: how large shapes of the set are is not known, and {text} is taken as large as fits: {error}")
        across = None
    return read_solid(mesh, resolution, across)


def made_format(model: Model, path: str | None, wanted: MadeFormat | None) -> MadeFormat:
    """The format that is asked for, by name or by a path's suffix; GLB for solids, PNG for pictures.

    Raises UsageError where the shapes of the run have no such file.
    """
    form = wanted or (MadeFormat(suffix_of(path, MadeFormat)) if path is not None else None)
    fitting = (MadeFormat.PNG, MadeFormat.NPZ) if model.axes == 2 else tuple(MadeFormat)[:-1]
    if form is not None and form not in fitting:
        kind = "pictures" if model.axes == 2 else "solids"
        raise UsageError(f"shapes of this run are {kind}, written as {', '.join(one.value for one in fitting)}")
    return form or fitting[0]


def made_bytes(made: Made, form: MadeFormat, name: str) -> bytes:
    """The file of a shape. Raises EmptyError where a mesh of it would have no face."""
    from learners.generation.shapes import occupied
    from shapelang.io.bare import MeshFormat, bare_bytes
    from shapelang.io.voxels import deterministic_npz, voxel_bytes
    from shapelang.representations.voxels import Voxels

    match form:
        case MadeFormat.GLB | MadeFormat.OBJ | MadeFormat.PLY:
            return bare_bytes(made.surface(), MeshFormat(form.value), name)
        case MadeFormat.PNG:
            return tile_of(made)[0].png()
        case MadeFormat.NPZ:
            side = made.cells or made.model.resolution
            cells = occupied(made.field, made.model.axes, side)
            if made.model.axes == 2:
                return deterministic_npz({"occupancy": cells})
            x, y, z = (middle - made.half for middle in made.middle)
            labels = cells.astype("int32")
            return voxel_bytes(Voxels(cells, labels, (x, y, z), 2.0 * made.half / side, (name,)))
        case _:
            assert_never(form)


def tile_of(made: Made) -> tuple[Picture, bool]:
    """A picture of a shape: a solid in its cube, or a picture's cells, dark inside; and whether it is a solid with
    nothing inside, of which the cube is shown empty.
    """
    import numpy as np

    from shapelang.rendering.cells import grey_cells
    from shapelang.rendering.picture import render
    from shapelang.rendering.shaded import Shaded

    if made.model.axes == 2:
        from learners.generation.shapes import picture

        return grey_cells(picture(made.field, made.cells or made.model.resolution), TILE), False
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64) * made.half
    try:
        mesh = made.surface()
        shown = (Shaded(mesh.positions, mesh.normals, mesh.faces),)
    except EmptyError:
        shown = ()
    return render(shown, size=(TILE, TILE), samples=2, around=corners + np.array(made.middle)), not shown
