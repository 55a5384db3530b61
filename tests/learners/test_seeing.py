"""Models that are told pictures of a volume."""

from __future__ import annotations

import pytest
import torch

from learners.data.motion import SIDE
from learners.data.primitives import Primitives
from learners.data.sets import Split, examples
from learners.generation.model import Model, model_of, seeing
from learners.names import Known, Size
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.recipe import sequential
from learners.tensors import Grids
from learners.training.run import Run
from shapelang.diagnostics import UsageError
from tests.learners import small

DATA = Primitives(0)


def _model(known: Known) -> Model:
    with torch.random.fork_rng():
        torch.manual_seed(0)  # noqa: TID251 - layers draw their weights from nowhere else
        return model_of(small.untrained(Run(sequential(Size.SMALL, 2, known, 6, SIDE), DATA, 1)))


def _solid(number: int) -> Grids:
    return examples(DATA, Split.HELD_OUT).grids(torch.tensor([number]))


@pytest.mark.parametrize("known", [Known.ONE_VIEW, Known.THREE_VIEWS, Known.SILHOUETTE])
def test_what_is_drawn_hangs_on_what_is_seen_and_on_the_seed(known: Known) -> None:
    model = _model(known)
    one, other = (seeing(model, _solid(number)) for number in (0, 1))
    assert isinstance(model.decoder, SequentialNet)
    writer = model.decoder.config.writer
    latents = writer.steps * writer.latents
    assert torch.equal(one.drawn(7)[:, :latents], other.drawn(7)[:, :latents]), "a seed has its latents"
    assert not torch.equal(one.drawn(7)[:, latents:], other.drawn(7)[:, latents:])
    assert torch.equal(one.drawn(7)[:, latents:], model.encoded(_solid(0))[:, latents:]), "as a volume that is read"
    assert not torch.equal(one.drawn(7), one.drawn(8))


def test_only_what_the_camera_sees_is_told() -> None:
    """Behind what a camera along x sees first there may be anything."""
    solid = _solid(0)
    hidden = solid.clone()
    first = solid.to(torch.int64).cumsum(dim=1).gt(0)
    hidden |= first
    model = _model(Known.SILHOUETTE)
    assert not torch.equal(solid, hidden)
    assert torch.equal(seeing(model, solid).drawn(3), seeing(model, hidden).drawn(3))


@pytest.mark.parametrize("known", [Known.NOTHING, Known.CLASS])
def test_models_that_are_told_no_picture_say_so(known: Known) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)  # noqa: TID251 - as above
        run = Run(sequential(Size.SMALL, 2, known, 6, SIDE), DATA, 1)
        model = model_of(small.untrained(run), 0 if known is Known.CLASS else None)
    with pytest.raises(UsageError, match="told no picture of a shape"):
        seeing(model, _solid(0))
