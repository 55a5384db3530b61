"""`shapelang eval` of systems that draw shapes, and of classifiers by whose features they are measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from shapelang.cli.console import clean, say, table
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError

POINTS: Final = 2048
"""On each surface."""


@final
@dataclass(frozen=True, slots=True)
class Measured:
    """What the options ask. samples: of the latents of a shape, for the bound in nats."""

    folder: Path
    features: Path | None
    count: int
    samples: int
    device: str


def generated(asked: Measured, tell: Progress) -> dict[str, Any]:
    """Measure and tell. Raises UsageError."""
    from learners.systems.classifier import Classifier
    from learners.systems.variational import VariationalAutoencoder
    from learners.training.averaged import run_of

    system = run_of(asked.folder).system
    told: dict[str, Any] = {}
    if isinstance(system, Classifier):
        told |= _classes(asked)
    else:
        variational = isinstance(system, VariationalAutoencoder)
        # Before the nats, which take long: what is refused is refused at once.
        if asked.features is not None:
            told |= _features(asked, asked.features, tell)
        elif not (variational and system.encoder.axes == 2):
            told |= _points(asked, tell)
        if variational:
            told |= _nats(asked)
    return told


def _classes(asked: Measured) -> dict[str, Any]:
    from learners.evaluation.generated import told_right

    if asked.features is not None:
        raise UsageError(f"--features measures drawn shapes, and {asked.folder} draws none")
    right, count = told_right(asked.folder, asked.device)
    say(f"{clean(str(asked.folder))}: the class of {right:.2%} of {count:,} held-out shapes is told")
    return {"right": right, "shapes": count}


def _nats(asked: Measured) -> dict[str, Any]:
    from learners.evaluation.generated import in_nats

    bound, weighted = in_nats(asked.folder, asked.count, asked.samples, device=asked.device)
    say(f"−ELBO {bound:.1f} nats a held-out shape, {weighted:.1f} by {asked.samples} weighted samples")
    return {"elbo": -bound, "iwae": -weighted, "samples": asked.samples}


def _features(asked: Measured, classifier: Path, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.generated import by_features

    found = by_features(asked.folder, classifier, asked.count, device=asked.device, progress=tell)
    for line in table(
        [["Fréchet distance", ""], ["drawn", f"{found.made:.3f}"], ["training", f"{found.training:.3f}"]]
    ):
        say(line)
    say(f"{found.count:,} shapes each, by features that tell the class of {found.right:.2%} of the held-out ones")
    told = {"frechet": {"drawn": found.made, "training": found.training}, "right": found.right, "count": found.count}
    if found.asked is None:
        return told
    say(f"of as many of each class {found.asked:.2%} are told to be of the class that was asked")
    return told | {"asked": found.asked}


def _points(asked: Measured, tell: Progress) -> dict[str, Any]:
    from learners.evaluation.clouds import by_points

    found = by_points(asked.folder, asked.count, POINTS, device=asked.device, progress=tell)
    rows = {"drawn": found.made, "training": found.training}
    shown = [[name, f"{row.mmd * 1000.0:.3f}", f"{row.cov:.1%}", f"{row.one_nna:.1%}"] for name, row in rows.items()]
    for line in table([["", "MMD · 1000", "COV", "1-NNA"], *shown]):
        say(line)
    say(f"{found.count} shapes each, {POINTS:,} points, Chamfer; {found.empty} more were drawn and empty")
    scores = {name: {"mmd": row.mmd, "cov": row.cov, "one_nna": row.one_nna} for name, row in rows.items()}
    return {"sets": scores, "count": found.count, "points": POINTS, "empty": found.empty}
