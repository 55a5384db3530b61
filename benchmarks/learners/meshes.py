"""Coloured meshes learned from pictures alone: `python -m benchmarks.learners.meshes`.

    train NAME --seconds 100    goes on with one run until it has had so many processor seconds in all
    measure                     all runs that are there, on the held-out pictures
    sheet NAME                  held-out pictures, the meshes seen in them from three sides, and meshes drawn

Runs lie in out/learners/meshes: `plain` is told nothing, `told` another picture of the solid, and the others are
`plain` but for one setting.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from benchmarks.learners.spending import spent_on, train_for
from benchmarks.learners.there import no_run
from learners.data.examples import batch_of
from learners.data.pictured import PIXELS, PrimitivePictures, held_out_reach
from learners.data.sets import Split, examples
from learners.evaluation.redrawn import redrawn, trained_mesh
from learners.generation.coloured import mesh_sheet
from learners.names import Known, Named, Size
from learners.projections.faceted import faceted_sphere, radii
from learners.recipes import recipe
from learners.systems.mesh import MeshFromPictures, MeshSystem
from learners.systems.sequential.recipe import Volumes
from learners.training.run import Run
from shapelang.arrays import AnyArray

OUT: Final = Path("out/learners/meshes")
RUNS: Final = ("plain", "told", "few-samples", "no-dreams", "dear-latents")
BATCH: Final = 32
SOLIDS: Final = 2000
TILE: Final = 96
CHUNK: Final = 200
"""Steps between two looks at the clock; every call draws the pictures anew."""


def config_of(name: str) -> MeshFromPictures:
    """The settings of a run."""
    known = Known.ONE_VIEW if name == "told" else Known.NOTHING
    config = recipe(Named.MESH, Size.SMALL, 2, PIXELS, Volumes(known=known))
    assert isinstance(config, MeshFromPictures)
    match name:
        case "few-samples":
            return replace(config, samples=8)
        case "no-dreams":
            return replace(config, dreams=0.0)
        case "dear-latents":
            return replace(config, latent_cost=0.1)
        case _:
            return config


def measure() -> None:
    """Errors of pictures, and of radii, of the runs, a row each."""
    print("run | steps | seconds | picture | other picture | ball | mean picture | radii off by | one ball off by")
    for name in RUNS:
        if not (OUT / name).exists():
            print(no_run(name, f"python -m benchmarks.learners.meshes train {name}"))
            continue
        found = redrawn(OUT / name)
        errors = " | ".join(f"{1000 * row.mean():.2f}" for row in (found.net, found.beyond, found.ball, found.mean))
        system, _ = trained_mesh(OUT / name)
        net, ball = radii_off(system)
        print(f"{name} | {found.step} | {spent_on(OUT / name):.0f} | {errors} | {net:.1%} | {ball:.1%}", flush=True)


@torch.no_grad()
def radii_off(system: MeshSystem) -> tuple[float, float]:
    """Root mean square of the logarithm of a radius over the true one, seen or hidden; of the best ball for all solids.

    Colours say how a solid stands, so that its radii can be held against those in its own frame.
    """
    away = examples(PrimitivePictures(1, 0), Split.HELD_OUT)
    colours = batch_of(away, torch.arange(len(away))).colours
    assert colours is not None
    found = radii(system.net.mesh(colours[:, 1], colours[:, 0])).double().log().numpy()
    true = np.log(np.stack([held_out_reach(index, faceted_sphere().directions) for index in range(len(away))]))
    return _root(found - true), _root(true - true.mean())


def _root(values: AnyArray) -> float:
    return float(np.sqrt((values**2).mean()))


def sheet(name: str) -> None:
    """Writes a picture into the folder of the runs."""
    system, trained = trained_mesh(OUT / name)
    file = OUT / f"{name}.png"
    file.write_bytes(mesh_sheet(system, trained.run.data, TILE).png())
    print(file)


def main() -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure", "sheet"))
    parser.add_argument("name", nargs="?", choices=RUNS, default="plain")
    parser.add_argument("--seconds", type=float, default=100.0)
    asked = parser.parse_args()
    match asked.what:
        case "train":
            run = Run(config_of(asked.name), PrimitivePictures(SOLIDS, 0), BATCH)
            train_for(run, OUT / asked.name, asked.seconds, CHUNK)
        case "measure":
            measure()
        case _:
            sheet(asked.name)


if __name__ == "__main__":
    main()
