"""The model card of a packed system: what it is, what made it, what it is worth, and what it cannot do."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, assert_never, final

import torch

from learners.data.assembled import Assembled
from learners.data.categories import AssembledCategories
from learners.data.digit_volumes import DigitSolids
from learners.data.digits import Digits
from learners.data.pictured import PrimitivePictures
from learners.data.primitives import Primitives
from learners.data.sampled import Sampled
from learners.data.sets import Data, LetterA, class_names
from learners.data.solid_grids import EMPTY
from learners.data.streamed import Streamed
from learners.data.voxels import VoxelSet
from learners.data.wire_cubes import WireCubes
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder
from learners.decoders.implicit import ImprovedImplicitDecoder, OriginalImplicitDecoder
from learners.encoders.convolutional import cells_told
from learners.names import Known
from learners.systems.adversarial import Adversarial
from learners.systems.autoencoder import Autoencoder
from learners.systems.classifier import Classifier
from learners.systems.context import ClassContext, NoContext
from learners.systems.latent import LatentGan
from learners.systems.mesh import MeshFromPictures
from learners.systems.multiview import Multiview
from learners.systems.point_autoencoder import PointAutoencoder
from learners.systems.sequential.config import Sequential, SilhouetteContext, ViewContext
from learners.systems.systems import Config, built, cells_of, only_in_training
from learners.systems.variational import VariationalAutoencoder
from learners.systems.views_net import ViewsNet
from learners.systems.volume_vae import VolumeVae
from learners.systems.wasserstein import WassersteinGan
from learners.training.provenance import Call, Figures
from learners.training.run import Run

_OWN: Final = "MIT: it is made by shapelang itself"
_UNTOLD: Final = "not told; look into it before this folder is given on (`--data-licence` puts it here)"


@final
@dataclass(frozen=True, slots=True)
class Card:
    """What a card tells beside the run. name: its title. data_licence: of what was learned from, where it is known."""

    name: str
    data_licence: str | None = None
    calls: Sequence[Call] = ()
    figures: Sequence[Figures] = ()


def card_text(run: Run, step: int, bits: int, card: Card) -> str:
    """Markdown, with the front matter that model hubs read. bits: of a weight on the disk."""
    axes, side = cells_of(run.system)
    parts = [
        _front(run, card),
        f"# {card.name}\n\n{_what(run.system)}, after {step:,} steps of {run.batch} shapes.",
        _table(
            ("", ""),
            [
                ("system", f"`{type(run.system).__name__}`, all settings in `config.json`"),
                ("weights", f"{_kept(run.system):,}, {bits} bits each; the moving average of training"),
                ("learned from", _data(run.data)),
                ("licence of that", card.data_licence or (_UNTOLD if _foreign(run.data) else _OWN)),
                ("seed, precision", f"{run.seed}, {run.precision.value}"),
            ],
        ),
        "## Use\n\n```sh\n" + "\n".join(_commands(run, card.name)) + "\n```",
        _code(card.name),
        "## Frame\n\n" + _frame(run.data, axes, side),
        "## Made by\n\n" + _made_by(card.calls),
        "## Measured\n\n" + _measured(card.figures),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in _limits(run.system, axes, side, bits)),
    ]
    return "\n\n".join(parts) + "\n"


def _front(run: Run, card: Card) -> str:
    tags = ["shapelang", "3d" if cells_of(run.system)[0] == 3 else "2d", type(run.system).__name__]
    rows = [f"tags: {json.dumps(tags)}", "library_name: shapelang"]
    if card.data_licence is not None:
        rows.append(f"data_licence: {json.dumps(card.data_licence, ensure_ascii=False)}")
    return "\n".join(["---", *rows, "---"])


def _what(config: Config) -> str:
    match config:
        case Autoencoder():
            return f"An autoencoder of shapes, with {_decoder(config.decoder)}"
        case PointAutoencoder():
            return "An autoencoder of points on surfaces, with a point transformer for an encoder"
        case VariationalAutoencoder():
            return f"A variational autoencoder of shapes, with {_decoder(config.decoder)}"
        case WassersteinGan():
            return f"A generator of shapes that learned against a critic (WGAN-GP), with {_decoder(config.generator)}"
        case Adversarial():
            return "A generator of shapes that learned against a discriminator (DCGAN; 3D-GAN on solids)"
        case LatentGan():
            told = "" if isinstance(config.prior, NoContext) else ", told the class,"
            return (
                f"A generator{told} of the codes of a kept autoencoder (`{type(config.autoencoder).__name__}`; WGAN-GP)"
            )
        case Classifier():
            return f"A classifier of shapes into {config.classes} classes"
        case Sequential():
            return f"A sequential generative model of volumes, written in {config.writer.steps} steps"
        case VolumeVae():
            return "A variational autoencoder of volumes in one step"
        case ViewsNet():
            return "A net from three views of depth to a volume"
        case MeshFromPictures():
            return "A model of coloured meshes of 162 vertices that learned from pictures alone"
        case Multiview():
            return "A sequential model of volumes that learned from pictures of depth alone"
        case _:
            assert_never(config)


def _decoder(config: Decoder) -> str:
    match config:
        case ConvolutionalDecoder():
            return "a convolutional decoder"
        case OriginalImplicitDecoder() | ImprovedImplicitDecoder():
            return f"an implicit decoder (`{type(config).__name__}`)"
        case _:
            assert_never(config)


def _kept(config: Config) -> int:
    left = only_in_training(config)
    with torch.device("meta"):
        weights = built(config).net.named_parameters()
        return sum(weight.numel() for name, weight in weights if not (left and name.startswith(left)))


def _data(data: Data) -> str:
    match data:
        case LetterA():
            return "the letter A at every place of a picture of 64 × 64, four rows of places held out"
        case PrimitivePictures():
            return f"{data.count:,} primitives in six colours, two pictures of each from sides at random"
        case WireCubes():
            return f"wire-frame cubes, seen from above or from below, in {data.resolution}³ cells"
        case Primitives():
            return "primitives: a simple solid, turned and moved at random in 30³ cells"
        case Sampled():
            return f"{data.count:,} shapes of a program, whose text is in `config.json`"
        case Streamed():
            return "shapes of a program without end, whose text is in `config.json`"
        case Assembled():
            return f"the ShapeAssembly programs of `{data.folder}`, each once; SHA-256 of the texts `{data.sha256}`"
        case AssembledCategories():
            each = ", ".join(f"{one.name} (`{one.sha256}`)" for one in data.categories)
            return f"the ShapeAssembly programs within `{data.folder}`, a class a folder, SHA-256 of the texts: {each}"
        case Digits():
            return f"every second digit of `{data.file}`, SHA-256 `{data.sha256}`"
        case VoxelSet():
            return f"nine of ten objects of `{data.file}`, SHA-256 `{data.sha256}`"
        case DigitSolids():
            return f"every second digit of `{data.digits.file}` as a solid, SHA-256 `{data.digits.sha256}`"
        case _:
            assert_never(data)


def _foreign(data: Data) -> bool:
    """Whether somebody else made what a set is of."""
    return not isinstance(data, LetterA | Primitives | PrimitivePictures | WireCubes)


def _commands(run: Run, name: str) -> Iterator[str]:
    match run.system:
        case Autoencoder() | PointAutoencoder():
            yield f"shapelang reconstruct {name} held-out:0 -o again.npz"
            yield f"shapelang train latent-gan --on {name} --steps 9000 --out gan"
        case Sequential(context=ClassContext()) | LatentGan(prior=ClassContext()):
            yield f"shapelang generate {name} --class {class_names(run.data)[0]} -n 10 --sheet drawn.png"
            yield f"shapelang eval {name}"
        case VariationalAutoencoder() | LatentGan() | VolumeVae():
            yield f"shapelang generate {name} -n 10 --sheet drawn.png"
            yield f"shapelang interpolate {name} 0 1 --sheet between.png"
        case Sequential(context=ViewContext() | SilhouetteContext()):
            yield f"shapelang generate {name} --seen held-out:0 -n 10 --sheet drawn.png"
            yield f"shapelang eval {name}"
        case Sequential():
            yield f"shapelang generate {name} -n 10 --sheet drawn.png"
            yield f"shapelang complete {name} broken.obj -o whole.glb"
        case WassersteinGan() | Adversarial():
            yield f"shapelang generate {name} -n 10 --sheet drawn.png"
        case Classifier():
            yield f"shapelang eval RUN --features {name}"
        case ViewsNet():
            yield f"shapelang eval {name}"
            yield f"shapelang reconstruct {name} held-out:0 -o again.npz"
        case MeshFromPictures(known=Known.NOTHING):
            yield f"shapelang eval {name}"
            yield f"shapelang generate {name} -n 10 -o meshes"
        case MeshFromPictures():
            yield f"shapelang eval {name}"
            yield f"shapelang reconstruct {name} held-out:0 -o seen.glb"
        case Multiview():
            yield f"shapelang eval {name}"
            yield f"shapelang generate {name} --seen held-out:0 -n 3 --sheet round.png"
        case _:
            assert_never(run.system)


def _code(name: str) -> str:
    return (
        "```python\nfrom learners.training.trained import TrainedSystem\n\n"
        f'trained = TrainedSystem.from_pretrained("{name}")\n```'
    )


def _frame(data: Data, axes: int, side: int) -> str:
    cells = f"{cells_told(axes, side)} fill the cube from -1 to 1 along each axis, true or 1 inside."
    if axes == 2:
        return f"Pictures: the first axis is the row, from the top, the second the column. {cells}"
    match data:
        case Primitives() | DigitSolids():
            return f"Volumes with axes x, y, z. {cells} A solid is about 8 to 14 cells wide and stands anywhere."
        case VoxelSet():
            return f"Solids with the axes of the file that they were read from. {cells}"
        case WireCubes():
            return f"Volumes with axes x, y (up), z. {cells} A cube stands in the middle."
        case _:
            return (
                f"Solids with axes x, y, z, y up. {cells} A solid stands in the middle and its longest side takes "
                f"{side - EMPTY} cells; what `generate` writes stands in a cube of one metre about the origin."
            )


def _made_by(calls: Sequence[Call]) -> str:
    if not calls:
        return "Not told: it was trained from Python, and no command was noted."
    shown = [f"{_without_folders(call.command)}  # from step {call.step:,} on, on {call.device}" for call in calls]
    return "```sh\n" + "\n".join(shown) + "\n```"


def _without_folders(command: str) -> str:
    """The same, files and folders that were named from the root by their own names."""
    try:
        words = shlex.split(command)
    except ValueError:
        # Of a file that somebody changed: a quote without its other one.
        words = command.split()
    return shlex.join(Path(word).name if Path(word).is_absolute() else word for word in words)


def _measured(figures: Sequence[Figures]) -> str:
    if not figures:
        return "Nothing (`shapelang eval RUN --keep` measures a run, and its next card tells of it)."
    tables = [
        f"`{_without_folders(each.command)}`\n\n{_table(('what', 'figure'), list(_flat(each.figures)))}"
        for each in figures
    ]
    return "\n\n".join(tables)


def _flat(figures: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each number of nested JSON with the words that lead to it."""
    match figures:
        case Mapping():
            own = str(figures.get("name", ""))
            for key, value in figures.items():
                if key != "name":
                    yield from _flat(value, " ".join(word for word in (name, own, str(key)) if word))
        case list():
            for item in figures:
                yield from _flat(item, name)
        case float():
            yield name, f"{figures:.5g}"
        case _:
            yield name, str(figures)


def _limits(config: Config, axes: int, side: int, bits: int) -> Iterator[str]:
    yield "It knows shapes of its set alone: what is unlike them is taken for something like them."
    yield f"Nothing finer than a cell of {cells_told(axes, side)} was seen, on however many cells it is read."
    if isinstance(config, Autoencoder | PointAutoencoder):
        yield "It draws nothing by itself: `train latent-gan` on it does."
    if left := only_in_training(config):
        yield f"The {left.removesuffix('.')} is left out: it draws as ever, and cannot be trained on."
    if bits == 16:
        yield "Weights were rounded to 16 bits: shapes differ a little from those of the run."
    yield "Files of data are called by their names; what asks for the set finds it where the command runs."
    yield "The SHA-256 in `config.json` finds damage, not forgery."


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [head, ("---", "---"), *rows]
    return "\n".join(f"| {one.replace('|', '¦')} | {two.replace('|', '¦')} |" for one, two in lines)
