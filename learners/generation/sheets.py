"""Contact sheets of what a system makes: held-out shapes and what it makes of them, and shapes that it draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never, final

import torch

from learners.data.examples import Examples, spaced
from learners.data.points import cell_centres
from learners.data.sets import Split, class_names, examples
from learners.generation.coloured import mesh_sheet
from learners.generation.imagined import views_sheet
from learners.generation.model import Model, model_of
from learners.generation.shapes import LEVEL
from learners.systems.adversarial import Adversarial
from learners.systems.autoencoder import Autoencoder
from learners.systems.classifier import Classifier
from learners.systems.context import ClassContext, NoContext
from learners.systems.latent import LatentGan
from learners.systems.mesh import MeshFromPictures, MeshSystem
from learners.systems.multiview import Multiview, MultiviewSystem
from learners.systems.point_autoencoder import PointAutoencoder
from learners.systems.sequential.config import Sequential
from learners.systems.systems import Config, classes_of
from learners.systems.variational import VariationalAutoencoder
from learners.systems.views_net import ViewsNet
from learners.systems.volume_vae import VolumeVae
from learners.systems.wasserstein import WassersteinGan
from learners.tensors import Codes
from learners.training.board import Board
from learners.training.run import Run
from learners.training.trained import TrainedSystem
from learners.training.trainer import Trainer
from learners.training.watcher import Watcher
from learners.training.whole import clear_leftovers
from shapelang.arrays import AnyArray
from shapelang.io.atomic import write_atomic
from shapelang.rendering.cells import grey_cells, solid_cells
from shapelang.rendering.picture import Picture
from shapelang.rendering.sheet import contact_sheet

COLUMNS: Final = 8
TILE: Final = 128
"""Pixels along a side of a shape."""
FOLDER: Final = "sheets"


def has_sheets(config: Config) -> bool:
    """Whether the shapes of a system are those of a code, as sheets show them."""
    match config:
        case Autoencoder() | PointAutoencoder() | LatentGan() | VariationalAutoencoder() | VolumeVae() | ViewsNet():
            return True
        case WassersteinGan() | Adversarial():
            return True
        case Sequential():
            return isinstance(config.context, NoContext | ClassContext)
        case MeshFromPictures() | Multiview():
            return True
        case Classifier():
            return False
        case _:
            assert_never(config)


@torch.no_grad()
def sheet_of(trained: TrainedSystem, held_out: Examples) -> Picture:
    """Rows of eight at most: held-out shapes, from everywhere, above what becomes of them; then seeds from 0 on, drawn.
    Of a system that is told the class, a row of drawn shapes for each.

    Solids are shown as the cells of the run's grid, pictures as what they are, and what imagines pictures by those from
    all round. Raises UsageError for a system without `has_sheets`.
    """
    if isinstance(trained.system, MeshSystem):
        return mesh_sheet(trained.system, trained.run.data, TILE)
    if isinstance(trained.system, MultiviewSystem):
        return views_sheet(trained.system, held_out, TILE)
    if classes_of(trained.run.system) > 1:
        return _class_by_class(trained)
    model = model_of(trained)
    tiles: list[Picture] = []
    captions: list[str] = []
    columns = COLUMNS
    if model.encode is not None:
        which = spaced(len(held_out), COLUMNS)
        columns = len(which)
        grids = held_out.grids(which)
        tiles += [_tile(model, grid.float().numpy()) for grid in grids]
        tiles += [_tile(model, _cells(model, code[None])) for code in model.encoded(grids)]
        captions += [f"held-out:{k}" for k in which.tolist()] + ["again"] * columns
    if model.draw is not None:
        seeds = range(columns if model.encode is not None else 2 * columns)
        tiles += [_tile(model, _cells(model, model.drawn(seed))) for seed in seeds]
        captions += [f"seed {seed}" for seed in seeds]
    return contact_sheet(tiles, captions, columns)


def _class_by_class(trained: TrainedSystem) -> Picture:
    names, seeds = class_names(trained.run.data), range(COLUMNS)
    models = [model_of(trained, label) for label in range(len(names))]
    tiles = [_tile(model, _cells(model, model.drawn(seed))) for model in models for seed in seeds]
    return contact_sheet(tiles, [f"{name} {seed}" for name in names for seed in seeds], COLUMNS)


def _cells(model: Model, code: Codes) -> AnyArray:
    sides = (model.resolution,) * model.axes
    return model.field(code)(cell_centres(sides)).reshape(sides).numpy()


def _tile(model: Model, values: AnyArray) -> Picture:
    return grey_cells(values, TILE) if model.axes == 2 else solid_cells(values > LEVEL, TILE)


@final
class Sheets:
    """Writes a sheet of the averaged weights now and then, and when a call ends, into `sheets/` of the run's folder.

    every: steps. board: that shows them as well.
    """

    def __init__(self, folder: Path, held_out: Examples, every: int, board: Board | None = None) -> None:
        self.folder, self.held_out, self.every, self.board = folder / FOLDER, held_out, every, board

    def began(self, trainer: Trainer) -> None:
        """The sheet of the step that a run goes on from, where a kill came before it or cut it short."""
        clear_leftovers(self.folder)
        if trainer.step and trainer.step % self.every == 0 and not self._path(trainer).exists():
            self._write(trainer)

    def told(self, row: Mapping[str, float | int]) -> None:
        """Sheets have no numbers."""
        del row

    def after(self, trainer: Trainer) -> None:
        """A sheet after every so many steps."""
        if trainer.step % self.every == 0:
            self._write(trainer)

    def ended(self, trainer: Trainer) -> None:
        """The last one."""
        if trainer.step % self.every != 0:
            self._write(trainer)

    def _write(self, trainer: Trainer) -> None:
        picture = sheet_of(trainer.trained(), self.held_out)
        png = picture.png()
        self.folder.mkdir(exist_ok=True)
        write_atomic(self._path(trainer), png)
        if self.board is not None:
            height, width, _ = picture.rgb.shape
            self.board.picture("shapes", png, (width, height), trainer.step)

    def _path(self, trainer: Trainer) -> Path:
        return self.folder / f"{trainer.step:09d}.png"


@final
@dataclass(frozen=True, slots=True)
class Watching:
    """Who looks on at a run, for one who can be sent to another process.

    sheets: a picture after every so many steps, 0 for none. events: whether TensorBoard's are written.
    """

    run: Run
    folder: Path
    sheets: int
    events: bool

    def __call__(self, step: int) -> list[Watcher]:
        """From a step on."""
        board = Board(self.folder, step) if self.events else None
        found: list[Watcher] = [] if board is None else [board]
        if self.sheets and has_sheets(self.run.system):
            found.append(Sheets(self.folder, examples(self.run.data, Split.HELD_OUT), self.sheets, board))
        return found
