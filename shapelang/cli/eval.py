"""`shapelang eval`: a trained net on shapes that were kept away from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from shapelang.cli.console import emit_json, say, table
from shapelang.cli.failures import OK
from shapelang.cli.options import JsonFlag
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted

EXAMPLES: Final = """\b
Examples:
  shapelang eval runs/chairs
  shapelang eval runs/chairs --json

Solid IoU at the run's own cells. The nearest training shape is chosen with the
shape in sight, which no net can do: a net below it has learned little.

\b
Of systems that draw shapes, how far these are from the held-out ones; training
shapes beside them. By points on surfaces, or by the features of a classifier:
  shapelang eval runs/chairs-gan --count 200
  shapelang eval runs/digits-gan --features runs/classifier --count 5000

\b
Of systems of volumes (sequential, volume-vae, views-net) the nats of a volume:
  shapelang eval runs/solids --beside runs/vae --volumes 2000 --samples 100
"""


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")],
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
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="cpu or cuda.")] = "cpu",
    json: JsonFlag = False,
) -> int:
    """Measure a trained net on shapes that it never saw."""
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.evaluation.reconstruction import reconstructed
        from learners.systems.adversarial import Adversarial
        from learners.systems.classifier import Classifier
        from learners.systems.latent import LatentGan
        from learners.systems.sequential.config import Sequential
        from learners.systems.variational import VariationalAutoencoder
        from learners.systems.views_net import ViewsNet
        from learners.systems.volume_vae import VolumeVae
        from learners.systems.wasserstein import WassersteinGan
        from learners.training.run import read_run

        system = read_run(folder).system
        if isinstance(system, Sequential | VolumeVae | ViewsNet):
            from shapelang.cli.eval_likelihood import likelihood

            return likelihood([folder, *(beside or [])], volumes, samples, place, json, tell)
        if beside:
            raise UsageError(f"--beside compares likelihoods, and {folder} has none: eval each run alone")
        if isinstance(system, VariationalAutoencoder | WassersteinGan | Adversarial | LatentGan | Classifier):
            from shapelang.cli.eval_generated import Measured, generated

            return generated(Measured(folder, features, count, samples, place), json, tell)
        if features is not None:
            raise UsageError(f"--features measures drawn shapes, and {folder} draws none")
        found = reconstructed(folder, place, tell)
    rows = {"net": found.net, "nearest training shape": found.retrieved, "mean shape": found.mean}
    if json:
        means = {name: {"mean": float(row.mean()), "least": float(row.min())} for name, row in rows.items()}
        emit_json({"step": found.step, "shapes": len(found.net), "iou": means})
    shown = [[name, f"{row.mean():.3f}", f"{row.min():.3f}"] for name, row in rows.items()]
    for line in table([["IoU", "mean", "least"], *shown]):
        say(line)
    say(f"{counted(len(found.net), 'held-out shape')}, after {counted(found.step, 'step')}")
    return OK
