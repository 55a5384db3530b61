"""Several processes on one run: what one process does with the whole batch."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from time import monotonic, sleep
from typing import Final, TypeVar

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from learners.data.letters import all_letters
from learners.data.sets import LetterA
from learners.systems.adversarial import Adversarial
from learners.systems.system import Loss
from learners.training import first
from learners.training.checkpoint import newest_checkpoint
from learners.training.engine import Alone, Engine, launched
from learners.training.journal import LOG
from learners.training.provenance import calls_of
from learners.training.run import Run
from learners.training.taken import taken, taken_together
from learners.training.train import Pace, Trained, train, train_by
from learners.training.trainer import Trainer, shared_slopes
from shapelang.diagnostics import UsageError
from tests.learners import small

T = TypeVar("T")

CPU: Final = torch.device("cpu")
TWO_GPUS: Final = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="fewer than two GPUs are here")
NO_FABRIC: Final = "lightning-fabric, which starts processes, is not installed"
SLOPES: Final = "slopes.safetensors"
AUTOENCODER: Final = small.run(small.DECODERS[2])
EVERYWHERE: Final = replace(AUTOENCODER, system=replace(AUTOENCODER.system, points=64 * 64))  # pyright: ignore
"""At all points of each picture: nothing is drawn, and no norm is over the batch."""


class _Shared:
    """What threads hand to one another."""

    def __init__(self, count: int) -> None:
        self.count, self.barrier, self.values = count, Barrier(count, timeout=60.0), [torch.zeros(0)] * count


class _Thread:
    """An engine whose processes are threads of this one."""

    def __init__(self, shared: _Shared, rank: int) -> None:
        self.device, self.shared, self.rank, self.count = CPU, shared, rank, shared.count

    def _all(self, value: Tensor) -> Tensor:
        self.shared.values[self.rank] = value.clone()
        self.shared.barrier.wait()
        found = torch.stack(self.shared.values)
        self.shared.barrier.wait()
        return found

    def mean(self, values: Tensor) -> Tensor:
        return self._all(values).mean(dim=0)

    def highest(self, value: int) -> int:
        return int(self._all(torch.tensor(value)).max())


def _engines(count: int) -> list[Engine]:
    shared = _Shared(count)
    return [_Thread(shared, rank) for rank in range(count)]


def _each(engines: list[Engine], work: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(len(engines)) as pool:
        return list(pool.map(work, range(len(engines))))


def _slopes(trainer: Trainer) -> dict[str, Tensor]:
    return {name: weight.grad for name, weight in trainer.net.named_parameters() if weight.grad is not None}


def _close(found: dict[str, Tensor], wanted: dict[str, Tensor]) -> None:
    """But for the order of sums of 32 bits; of a bias before a norm, whose slope is 0, all is rounding."""
    assert found.keys() == wanted.keys() and len(found) > 4
    largest = max(float(slope.abs().max()) for slope in wanted.values())
    for name, slope in wanted.items():
        assert float((found[name] - slope).abs().max()) <= 2e-5 * float(slope.abs().max()) + 1e-6 * largest, name


@pytest.mark.parametrize("count", [2, 4])
def test_slopes_of_several_are_those_of_the_whole_batch(count: int) -> None:
    alone = Trainer(EVERYWHERE, all_letters(), Alone(CPU))
    wanted = alone.advance()
    engines = _engines(count)
    trainers = [Trainer(EVERYWHERE, all_letters(), engine) for engine in engines]
    shown = _each(engines, lambda rank: trainers[rank].advance())
    for trainer, told in zip(trainers, shown, strict=True):
        _close(_slopes(trainer), _slopes(alone))
        assert told == shown[0] and told == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("name", small.systems())
def test_all_processes_keep_the_same_weights(name: str) -> None:
    run = Run(small.systems()[name], LetterA(), 4)
    engines = _engines(2)
    trainers = [Trainer(run, all_letters(), engine) for engine in engines]
    for _ in range(2):
        _each(engines, lambda rank: trainers[rank].advance())
    one, other = (dict(trainer.net.named_parameters()) for trainer in trainers)
    assert all(torch.equal(one[name], other[name]) for name in one)
    first = Trainer(run, all_letters(), Alone(CPU)).net
    assert any(not torch.equal(weight, one[name]) for name, weight in first.named_parameters())


def test_processes_see_other_shapes_and_draw_other_numbers() -> None:
    engines = _engines(2)
    trainers = [Trainer(EVERYWHERE, all_letters(), engine) for engine in engines]
    whole = Trainer(EVERYWHERE, all_letters(), Alone(CPU))
    seen: dict[int, list[Tensor]] = {0: [], 1: [], 2: []}
    for number, trainer in enumerate((*trainers, whole)):

        def loss(batch: object, draws: torch.Generator, number: int = number) -> Loss:
            seen[number] += [batch.grids, torch.rand(3, generator=draws)]  # pyright: ignore[reportAttributeAccessIssue]
            return Loss(None, {"nothing": torch.zeros(())})

        trainer.system.phases = (replace(trainer.system.phases[0], loss=loss),)  # pyright: ignore
    whole.advance()
    _each(engines, lambda rank: trainers[rank].advance())
    assert torch.equal(torch.cat([seen[0][0], seen[1][0]]), seen[2][0])
    assert torch.equal(seen[0][1], seen[2][1]) and not torch.equal(seen[0][1], seen[1][1])


def test_one_that_rests_counts_as_a_slope_of_nothing() -> None:
    engines = _engines(2)
    weights = [[torch.zeros(2, requires_grad=True), torch.zeros(3, requires_grad=True)] for _ in engines]
    weights[0][0].grad = torch.tensor([2.0, 4.0])
    assert _each(engines, lambda rank: shared_slopes(weights[rank], engines[rank])) == [True, True]
    for own, unused in weights:
        assert own.grad is not None and own.grad.tolist() == [1.0, 2.0] and unused.grad is None
    for row in weights:
        row[0].grad = None
    assert _each(engines, lambda rank: shared_slopes(weights[rank], engines[rank])) == [False, False]


def test_a_discriminator_may_rest_in_some() -> None:
    config = small.systems()["dcgan"]
    assert isinstance(config, Adversarial)
    run = Run(replace(config, rests=0.5), LetterA(), 4)
    engines = _engines(2)
    trainers = [Trainer(run, all_letters(), engine) for engine in engines]
    for _ in range(3):
        _each(engines, lambda rank: trainers[rank].advance())
    one, other = (dict(trainer.net.named_parameters()) for trainer in trainers)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_what_cannot_be_shared_evenly_is_refused() -> None:
    with pytest.raises(UsageError, match="3 processes cannot share a batch of 4 evenly"):
        Trainer(EVERYWHERE, all_letters(), _engines(3)[0])


def _work(engine: Engine, run: Run, folder: Path) -> Trained:
    """In a process of its own: some steps, then the slopes of one."""
    ended = train_by(engine, run, folder, Pace(3, logged=1, kept=2), command="together")
    trainer = Trainer(run, all_letters(), engine)
    trainer.advance()
    if engine.rank == 0:
        save_file({name: slope.contiguous() for name, slope in _slopes(trainer).items()}, folder / SLOPES)
    return ended


def _refused(engine: Engine) -> None:
    raise UsageError(f"{engine.count} of us say no")


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=TWO_GPUS)])
def test_two_processes_by_gloo_or_nccl(device: str, tmp_path: Path) -> None:
    pytest.importorskip("lightning_fabric", reason=NO_FABRIC)
    assert launched(2, device, _work, EVERYWHERE, tmp_path).step == 3
    alone = Trainer(EVERYWHERE, all_letters(), Alone(torch.device(device)))
    alone.advance()
    _close(load_file(tmp_path / SLOPES), {name: slope.cpu() for name, slope in _slopes(alone).items()})
    assert [json.loads(line)["step"] for line in (tmp_path / LOG).read_text().splitlines()] == [1, 2, 3], "written once"
    assert [(call.command, call.device) for call in calls_of(tmp_path)] == [("together", f"2 x {device}")]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["step_000000002", "step_000000003"]
    assert train(EVERYWHERE, tmp_path, Pace(4)).step == 4, "one process goes on with what two have begun"
    kept, skipped = newest_checkpoint(tmp_path)
    assert kept is not None and kept.step == 4 and skipped == []


def test_a_folder_that_is_taken_is_told_by_all_processes(tmp_path: Path) -> None:
    """One that knew nothing of it would wait for the first for ever, and fail with an error of its own."""
    engines = _engines(2)

    def told(rank: int) -> str:
        with pytest.raises(UsageError) as refused:
            train_by(engines[rank], EVERYWHERE, tmp_path, Pace(1))
        return str(refused.value)

    with taken(tmp_path):
        assert all("another call is training there" in text for text in _each(engines, told))
        assert list(tmp_path.iterdir()) == []


def test_what_the_first_alone_meets_ends_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that went on would wait for its slopes, and fail with a lost connection."""

    def full(*_: object) -> None:
        raise UsageError("the disk is full")

    monkeypatch.setattr(first, "write_checkpoint", full)
    engines = _engines(2)

    def told(rank: int) -> str:
        with pytest.raises(UsageError) as refused:
            train_by(engines[rank], EVERYWHERE, tmp_path, Pace(4, kept=2))
        return str(refused.value)

    assert _each(engines, told) == ["the disk is full", "the first process could not go on"]
    assert not list(tmp_path.glob("step_*"))


@pytest.mark.parametrize(("most_lost", "kept"), [(0.0, [2, 3, 4]), (60.0, [4])])
def test_a_kill_costs_a_minute_at_most(
    most_lost: float, kept: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first, "MOST_LOST", most_lost)
    train(EVERYWHERE, tmp_path, Pace(4))
    assert sorted(int(path.name[5:]) for path in tmp_path.glob("step_*")) == kept, "three are left of those"


def test_a_full_disk_of_those_who_look_on_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorBoard's writer is not ours: it knows no UsageError."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "events.1")

    monkeypatch.setattr(first.Journal, "told", full)
    with pytest.raises(UsageError, match=r"cannot write events\.1: No space left on device"):
        train(EVERYWHERE, tmp_path, Pace(2, logged=1))


def test_nobody_reads_a_folder_before_the_first_has_cleared_it(tmp_path: Path) -> None:
    (tmp_path / ".step_000000001.old-7").mkdir()
    engines = _engines(2)

    def seen(rank: int) -> list[str]:
        sleep(0.0 if rank else 0.2)
        with taken_together(engines[rank], tmp_path):
            return [path.name for path in tmp_path.iterdir()]

    assert _each(engines, seen) == [["step_000000001"]] * 2


def _for_long(engine: Engine, folder: Path) -> None:
    train_by(engine, EVERYWHERE, folder, Pace(1_000_000, seconds=120.0, logged=1, kept=1_000_000))


def _deaf_call(folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # As in what a script runs in the background.
    launched(2, "cpu", _for_long, folder)


def test_a_kill_of_the_call_ends_its_processes_with_a_checkpoint(tmp_path: Path) -> None:
    pytest.importorskip("lightning_fabric", reason=NO_FABRIC)
    call = get_context("spawn").Process(target=_deaf_call, args=(tmp_path,))
    call.start()
    _wait_until((tmp_path / LOG).exists)
    call.kill()
    call.join()
    _wait_until(lambda: _is_free(tmp_path))
    assert newest_checkpoint(tmp_path)[0] is not None


def _is_free(folder: Path) -> bool:
    try:
        with taken(folder):
            return True
    except UsageError:
        return False


def _wait_until(so: Callable[[], bool]) -> None:
    until = monotonic() + 60.0
    while not so():
        assert monotonic() < until, "it takes a few seconds"
        sleep(0.02)


class _Fabric:
    """Runs the work of the first process here."""

    def __init__(self, **asked: object) -> None:
        self.asked, self.device, self.global_rank, self.world_size = asked, CPU, 0, 2

    def launch(self, function: Callable[[object], object]) -> object:
        return function(self)


def test_an_error_of_ours_comes_back_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fabric = pytest.importorskip(
        "lightning_fabric", reason="lightning-fabric, which starts processes, is not installed"
    )
    monkeypatch.setattr(fabric, "Fabric", _Fabric)
    with pytest.raises(UsageError, match="2 of us say no"):
        launched(2, "cpu", _refused)


@pytest.mark.parametrize(
    ("processes", "device", "told"),
    [(2, "cuda:1", "is one GPU: leave its number out"), (64, "cuda", "64 processes need as many GPUs, and there are")],
)
def test_devices_that_cannot_be_are_told(processes: int, device: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        launched(processes, device, _refused)


def test_without_the_extra_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from learners.training import engine

    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'shapelang\[several\]'"):
        launched(2, "cpu", _refused)
