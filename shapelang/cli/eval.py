"""`shapelang eval`: a trained net on shapes that were kept away from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, assert_never

import typer

from shapelang.cli.console import emit_json, say, table
from shapelang.cli.eval_generated import Measured
from shapelang.cli.failures import OK
from shapelang.cli.given import refuse_unused
from shapelang.cli.net_options import Device, TrainedRun
from shapelang.cli.options import JsonFlag
from shapelang.cli.progress import progress_told
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from learners.systems.systems import Config

EXAMPLES: Final = """\b
Examples:
  shapelang eval runs/chairs
  shapelang eval runs/chairs --json
  shapelang eval runs/chairs --keep        for the card of 'shapelang pack'

Solid IoU at the run's own cells; of point-ae, Chamfer's distance of points. The
nearest training shape is chosen with the shape in sight, which no net can do: a
net below it has learned little. Near-copies have a training shape of IoU 0.9.

\b
Of systems that draw shapes, how far these are from the held-out ones; training
shapes beside them. By points on surfaces, or by the features of a classifier:
  shapelang eval runs/chairs-gan --count 200
  shapelang eval runs/digits-gan --features runs/classifier --count 5000

\b
Of multiview, how far pictures are from what new cameras see. Of other systems
of volumes (sequential, volume-vae, views-net) the nats of a volume:
  shapelang eval runs/solids --beside runs/vae --volumes 2000 --samples 100
"""


_OF_A_KIND: Final = ("volumes", "samples", "count")
"""Options that say something of some systems."""


def run(
    context: typer.Context,
    folder: TrainedRun,
    beside: Annotated[
        list[Path] | None, typer.Option("--beside", metavar="DIR", help="Another run of volumes on the same set.")
    ] = None,
    volumes: Annotated[
        int, typer.Option("--volumes", min=1, metavar="N", help="Held-out volumes that are told in nats.")
    ] = 200,
    samples: Annotated[
        int, typer.Option("--samples", min=1, max=10_000, metavar="K", help="Samples of the latents of a volume.")
    ] = 20,
    features: Annotated[
        Path | None, typer.Option("--features", metavar="DIR", help="The run of a classifier, for drawn shapes.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=2, metavar="N", help="Shapes that are drawn.")] = 200,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the figures with the run, for its model card.")] = False,
    device: Device = "cpu",
    json: JsonFlag = False,
) -> int:
    """Measure a trained net on shapes that it never saw."""
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.training.averaged import averaged
        from learners.training.packed import is_packed
        from learners.training.provenance import Figures, note_figures
        from learners.training.shipped import located

        if keep and is_packed(located(folder)):
            raise UsageError(
                f"{folder} is packed: keep the figures with the run that it comes from, and pack that again"
            )
        asked = Measured(folder, features, count, samples, place)
        told = _measured(context, asked, [folder, *(beside or [])], volumes, tell)
        if keep:
            note_figures(folder, Figures(averaged(folder).step, context.obj, told))
    if json:
        emit_json(told)
    return OK


def _measured(
    context: typer.Context, asked: Measured, beside: list[Path], volumes: int, tell: Progress
) -> dict[str, Any]:
    """What the kind of system is measured by, told and as JSON. Raises UsageError."""
    from learners.systems.adversarial import Adversarial
    from learners.systems.autoencoder import Autoencoder
    from learners.systems.classifier import Classifier
    from learners.systems.latent import LatentGan
    from learners.systems.mesh import MeshFromPictures
    from learners.systems.multiview import Multiview
    from learners.systems.point_autoencoder import PointAutoencoder
    from learners.systems.sequential.config import Sequential
    from learners.systems.variational import VariationalAutoencoder
    from learners.systems.views_net import ViewsNet
    from learners.systems.volume_vae import VolumeVae
    from learners.systems.wasserstein import WassersteinGan
    from learners.training.averaged import run_of

    system = run_of(asked.folder).system
    refuse_unused(context, _OF_A_KIND, _used(system), f"{asked.folder} is measured without it")
    match system:
        case Sequential() | VolumeVae() | ViewsNet():
            from shapelang.cli.eval_likelihood import likelihood

            _refuse_features(asked, "is measured in nats")
            return likelihood(beside, volumes, asked.samples, asked.device, tell)
        case _ if len(beside) > 1:
            raise UsageError(f"--beside compares likelihoods, and {asked.folder} has none: eval each run alone")
        case VariationalAutoencoder() | WassersteinGan() | Adversarial() | LatentGan() | Classifier():
            from shapelang.cli.eval_generated import generated

            return generated(asked, tell)
        case MeshFromPictures():
            _refuse_features(asked, "draws none")
            return _redrawn(asked, tell)
        case Multiview():
            _refuse_features(asked, "draws none")
            return _imagined(asked, tell)
        case PointAutoencoder():
            _refuse_features(asked, "draws none")
            return _came_back(asked, tell)
        case Autoencoder():
            _refuse_features(asked, "draws none")
            return _reconstructed(asked, tell)
        case _:
            assert_never(system)


def _used(system: Config) -> tuple[str, ...]:
    """Which numbers a kind of system is measured with."""
    from learners.systems.adversarial import Adversarial
    from learners.systems.latent import LatentGan
    from learners.systems.sequential.config import Sequential
    from learners.systems.variational import VariationalAutoencoder
    from learners.systems.views_net import ViewsNet
    from learners.systems.volume_vae import VolumeVae
    from learners.systems.wasserstein import WassersteinGan

    match system:
        case Sequential() | VolumeVae() | ViewsNet():
            return ("volumes", "samples")
        case VariationalAutoencoder():
            return ("count", "samples")
        case WassersteinGan() | Adversarial() | LatentGan():
            return ("count",)
        case _:
            return ()


def _refuse_features(asked: Measured, why: str) -> None:
    if asked.features is not None:
        raise UsageError(f"--features measures drawn shapes, and {asked.folder} {why}: leave it out")


def _reconstructed(asked: Measured, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.reconstruction import reconstructed

    found = reconstructed(asked.folder, asked.device, tell)
    rows = {"net": found.net, "nearest training shape": found.retrieved, "mean shape": found.mean}
    parts = {"near_copies": found.copies, "others": ~found.copies}
    apart = {
        name: {part: float(row[chosen].mean()) for part, chosen in parts.items() if chosen.any()}
        for name, row in rows.items()
    }
    shown = [
        [name, f"{row.mean():.3f}", f"{row.min():.3f}", *(_told(apart[name].get(part)) for part in parts)]
        for name, row in rows.items()
    ]
    heads = [f"{chosen.sum()} {part.replace('_', '-')}" for part, chosen in parts.items()]
    for line in table([["IoU", "mean", "least", *heads], *shown]):
        say(line)
    of_all = "" if len(found.net) == found.held_out else f" of {found.held_out:,}, evenly spaced"
    say(f"{counted(len(found.net), 'held-out shape')}{of_all}, after {counted(found.step, 'step')}")
    means = {name: {"mean": float(row.mean()), "least": float(row.min())} | apart[name] for name, row in rows.items()}
    return {"step": found.step, "shapes": len(found.net), "near_copies": int(found.copies.sum()), "iou": means}


def _told(mean: float | None) -> str:
    return "–" if mean is None else f"{mean:.3f}"


def _came_back(asked: Measured, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.point_reconstruction import came_back

    found = came_back(asked.folder, asked.device, tell)
    rows = {"net": found.net, "nearest training shape": found.retrieved}
    shown = [[name, f"{row.mean() * 1000.0:.3f}", f"{row.max() * 1000.0:.3f}"] for name, row in rows.items()]
    for line in table([["Chamfer · 1000", "mean", "most"], *shown]):
        say(line)
    told = f"{counted(len(found.net), 'held-out shape')}, {found.points:,} points each"
    say(f"{told}, after {counted(found.step, 'step')}")
    means = {name: {"mean": float(row.mean()), "most": float(row.max())} for name, row in rows.items()}
    return {"step": found.step, "shapes": len(found.net), "points": found.points, "chamfer": means}


def _redrawn(asked: Measured, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.redrawn import redrawn

    found = redrawn(asked.folder, asked.device, tell)
    rows = {"net": found.net, "seen in the other picture": found.beyond, "ball": found.ball, "mean picture": found.mean}
    shown = [[name, f"{row.mean() * 1000.0:.2f}", f"{row.max() * 1000.0:.2f}"] for name, row in rows.items()]
    for line in table([["squared error · 1000", "mean", "most"], *shown]):
        say(line)
    say(f"{counted(len(found.net), 'held-out picture')}, after {counted(found.step, 'step')}")
    means = {name: {"mean": float(row.mean()), "most": float(row.max())} for name, row in rows.items()}
    return {"step": found.step, "pictures": len(found.net), "squared_error": means}


def _imagined(asked: Measured, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.unseen_views import CAMERAS, unseen_views

    found = unseen_views(asked.folder, asked.device, tell)
    rows = {"net": found.net, "nearest training shape": found.nearest, "mean picture": found.mean}
    shown = [[name, f"{row.mean() * 1000.0:.2f}", f"{row.max() * 1000.0:.2f}"] for name, row in rows.items()]
    for line in table([["squared error · 1000", "mean", "most"], *shown]):
        say(line)
    say(f"{counted(len(found.net), 'held-out shape')}, {CAMERAS} pictures each, after {counted(found.step, 'step')}")
    means = {name: {"mean": float(row.mean()), "most": float(row.max())} for name, row in rows.items()}
    return {"step": found.step, "shapes": len(found.net), "pictures": CAMERAS, "squared_error": means}
