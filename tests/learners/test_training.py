"""The loop, and what it leaves on disk."""

from __future__ import annotations

import json
import shutil
import signal
import struct
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep

import pytest
import torch
from safetensors.torch import load_file, save_file

from learners.data.sets import LetterA, Split, examples
from learners.decoders.decoder import Decoder
from learners.generation.sheets import FOLDER, Sheets
from learners.training.checkpoint import (
    AVERAGE,
    NET,
    OPTIMIZERS,
    STATE,
    Checkpoint,
    newest_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from learners.training.held import held_signals
from learners.training.journal import LOG
from learners.training.run import read_run
from learners.training.taken import taken
from learners.training.train import Ended, Pace, train
from learners.weights import put_weights, read_tensors
from shapelang.diagnostics import UsageError
from shapelang.io.locked import NOT_LOCKED
from tests.learners.small import DECODERS, run


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_resumed_run_has_the_bits_of_one_in_a_piece(decoder: Decoder, tmp_path: Path) -> None:
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    train(run(decoder), whole, Pace(7))
    train(run(decoder), pieces, Pace(3))
    train(run(decoder), pieces, Pace(7))
    one, other = newest_checkpoint(whole)[0], newest_checkpoint(pieces)[0]
    assert one is not None and other is not None and one.step == other.step == 7
    for mine, yours in ((one.net, other.net), (one.average, other.average), (one.optimizers, other.optimizers)):
        assert mine.keys() == yours.keys() and len(mine) > 0
        assert all(torch.equal(mine[name], yours[name]) for name in mine)


def test_training_makes_the_loss_smaller(tmp_path: Path) -> None:
    everywhere = replace(run(DECODERS[2]), system=replace(run(DECODERS[2]).system, points=64 * 64))
    first = train(everywhere, tmp_path, Pace(1)).shown["reconstruction/mse"]
    last = train(everywhere, tmp_path, Pace(30)).shown["reconstruction/mse"]
    assert last < 0.6 * first, "most of a picture is empty, which is learned at once"


def test_the_folder_says_what_was_run(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(4, logged=2))
    assert read_run(tmp_path) == run()
    assert [json.loads(line)["step"] for line in (tmp_path / LOG).read_text().splitlines()] == [2, 4]


def test_other_settings_do_not_go_on_with_a_run(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(1))
    with pytest.raises(UsageError, match="holds a run with other settings"):
        train(run(seed=1), tmp_path, Pace(2))
    assert read_run(tmp_path) == run(), "what was there stays"


def test_the_log_goes_on_where_the_checkpoint_is(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(2, logged=1))
    with (tmp_path / LOG).open("a") as file:
        file.write('{"step":3}\n{"step":')
    train(run(), tmp_path, Pace(4, logged=1))
    assert [json.loads(line)["step"] for line in (tmp_path / LOG).read_text().splitlines()] == [1, 2, 3, 4]


class _KilledError(Exception):
    """In the place of a kill."""


def _killed_after_checkpoint(step: int) -> Callable[[Path, Checkpoint], Path]:
    def write(folder: Path, checkpoint: Checkpoint) -> Path:
        whole = write_checkpoint(folder, checkpoint)
        if checkpoint.step == step:
            raise _KilledError
        return whole

    return write


def test_a_signal_that_came_before_an_error_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt) as interrupted, held_signals() as held:
        signal.raise_signal(signal.SIGINT)
        assert held.signal == signal.SIGINT
        raise UsageError("the disk is full")
    assert isinstance(interrupted.value.__context__, UsageError)


def test_a_kill_right_after_a_checkpoint_loses_no_line_and_no_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = examples(LetterA(), Split.HELD_OUT)
    pace = Pace(4, logged=1, kept=1)

    def watched(step: int) -> list[Sheets]:
        del step
        return [Sheets(tmp_path / "killed", away, 2)]

    with monkeypatch.context() as patch, pytest.raises(_KilledError):
        patch.setattr("learners.training.first.write_checkpoint", _killed_after_checkpoint(2))
        train(run(), tmp_path / "killed", pace, watched=watched)
    assert not (tmp_path / "killed" / FOLDER).exists(), "the sheet was to come after the checkpoint"
    train(run(), tmp_path / "killed", pace, watched=watched)
    train(run(), tmp_path / "whole", pace)
    one, other = (
        [
            {k: v for k, v in json.loads(line).items() if k != "seconds"}
            for line in (place / LOG).read_text().splitlines()
        ]
        for place in (tmp_path / "killed", tmp_path / "whole")
    )
    assert one == other and [line["step"] for line in one] == [1, 2, 3, 4]
    assert [file.stem for file in sorted((tmp_path / "killed" / FOLDER).iterdir())] == ["000000002", "000000004"]


def test_a_run_of_which_no_checkpoint_is_whole_is_left_as_it_is(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(2, logged=1, kept=1))
    for whole in tmp_path.glob("step_*"):
        _cut(whole / NET)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with pytest.raises(UsageError, match="has no checkpoint that is whole, and is left as it is: put one back") as told:
        train(run(), tmp_path, Pace(2, logged=1, kept=1))
    for step in (1, 2):
        assert f"step_00000000{step}/{NET}: damaged, its SHA-256 is not that of" in str(told.value), (
            "each with its cause"
        )
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_the_time_ends_it_with_a_checkpoint(tmp_path: Path) -> None:
    ended = train(run(), tmp_path, Pace(1000, seconds=0.0))
    assert ended.ended is Ended.TIME and ended.step == 0
    assert newest_checkpoint(tmp_path)[0] is not None


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def _turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))


def _removed(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [_cut, _turned, _removed])
@pytest.mark.parametrize("name", [NET, STATE])
def test_a_damaged_checkpoint_is_passed_over_and_told(spoil: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(2, kept=1))
    spoil(tmp_path / "step_000000002" / name)
    ended = train(run(), tmp_path, Pace(1))
    assert ended.step == 1 and len(ended.skipped) == 1
    assert name in ended.skipped[0]


def test_a_damaged_checkpoint_is_written_again(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(2, kept=1))
    _cut(tmp_path / "step_000000002" / NET)
    train(run(), tmp_path, Pace(2))
    assert read_checkpoint(tmp_path / "step_000000002").step == 2


def test_a_signal_ends_it_after_a_step_with_a_checkpoint(tmp_path: Path) -> None:
    def interrupt(what: str, share: float) -> None:
        if share == 3 / 50:
            signal.raise_signal(signal.SIGINT)

    # What runs in the background of a shell has it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            train(run(), tmp_path, Pace(50), progress=interrupt)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    kept = newest_checkpoint(tmp_path)[0]
    assert kept is not None and kept.step == 3


def test_a_kill_leaves_whole_checkpoints(tmp_path: Path) -> None:
    process = get_context("spawn").Process(target=_train_on, args=(tmp_path,))
    process.start()
    while newest_checkpoint(tmp_path)[0] is None and process.is_alive():
        process.join(0.05)
    process.kill()
    process.join()
    kept, skipped = newest_checkpoint(tmp_path)
    assert process.exitcode == -signal.SIGKILL and kept is not None and skipped == []
    assert train(run(), tmp_path, Pace(kept.step + 1)).step == kept.step + 1


def test_what_kills_left_is_taken_away(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(2, kept=1))
    left = [tmp_path / name for name in (".step_000000003.tmp-7", ".step_000000002.old-7")]
    for folder in left:
        shutil.copytree(tmp_path / "step_000000002", folder)
    (tmp_path / f".{LOG}.tmp-7").write_text("half a li")
    (tmp_path / "step_000000001").rename(tmp_path / ".step_000000001.old-7")
    train(run(), tmp_path, Pace(3, kept=1))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert sorted(path.name for path in tmp_path.glob("step_*")) == [f"step_00000000{k}" for k in (1, 2, 3)]


def test_a_folder_is_trained_in_by_one_call_at_a_time(tmp_path: Path) -> None:
    with taken(tmp_path / "run"), pytest.raises(UsageError, match="another call is training there; wait for its end"):
        train(run(), tmp_path / "run", Pace(1))
    assert not (tmp_path / "run").exists(), "nothing was written"
    assert train(run(), tmp_path / "run", Pace(1)).step == 1
    process = get_context("spawn").Process(target=_train_on, args=(tmp_path / "killed",))
    process.start()
    _wait_for(tmp_path / "killed" / LOG)
    with pytest.raises(UsageError, match="another call is training there"):
        train(run(), tmp_path / "killed", Pace(1))
    process.kill()
    process.join()
    with taken(tmp_path / "killed"):
        assert (tmp_path / "killed" / LOG).exists(), "a kill gives the folder back"


def test_without_a_lock_nothing_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be what another call is writing."""
    (tmp_path / ".step_000000003.tmp-7").mkdir()
    monkeypatch.setattr("learners.training.taken.lock_folder", lambda _: NOT_LOCKED)
    train(run(), tmp_path, Pace(1))
    assert (tmp_path / ".step_000000003.tmp-7").exists()


def _wait_for(file: Path) -> None:
    until = monotonic() + 60.0
    while not file.exists():
        assert monotonic() < until, "the other process begins"
        sleep(0.01)


def _train_on(folder: Path) -> None:
    train(run(), folder, Pace(1_000_000, kept=1))


def _moment_of_another_shape(folder: Path) -> None:
    tensors = load_file(folder / OPTIMIZERS)
    tensors["reconstruction/0/exp_avg"] = torch.zeros(3)
    save_file(tensors, folder / OPTIMIZERS)


def _average_without_a_weight(folder: Path) -> None:
    tensors = load_file(folder / AVERAGE)
    del tensors["decoder.last.shift"]
    save_file(tensors, folder / AVERAGE)


@pytest.mark.parametrize(
    ("spoil", "name", "told"),
    [
        (_moment_of_another_shape, OPTIMIZERS, r"'reconstruction/0/exp_avg' is float32\[3\], but this system has"),
        (_average_without_a_weight, AVERAGE, "'decoder.last.shift' is missing"),
    ],
)
def test_a_state_of_another_system_is_refused(
    spoil: Callable[[Path], None], name: str, told: str, tmp_path: Path
) -> None:
    train(run(), tmp_path, Pace(1))
    whole = tmp_path / "step_000000001"
    spoil(whole)
    state = json.loads((whole / STATE).read_text())
    state["sha256"][name] = sha256((whole / name).read_bytes()).hexdigest()
    (whole / STATE).write_text(json.dumps(state))
    with pytest.raises(UsageError, match=told):
        train(run(), tmp_path, Pace(2))


def test_a_header_that_lies_is_refused(tmp_path: Path) -> None:
    lying = tmp_path / "net.safetensors"
    header = json.dumps({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 8]}}).encode()
    lying.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    with pytest.raises(UsageError, match="is no safetensors file"):
        read_tensors(lying)


def test_a_pickle_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "net.safetensors"
    torch.save({"w": torch.zeros(3)}, weights)
    with pytest.raises(UsageError, match="is no safetensors file"):
        read_tensors(weights)


def test_what_is_not_finite_is_refused(tmp_path: Path) -> None:
    save_file({"w": torch.tensor([0.0, float("nan")])}, tmp_path / "net.safetensors")
    with pytest.raises(UsageError, match="'w' holds numbers that are not finite"):
        read_tensors(tmp_path / "net.safetensors")


def test_weights_of_another_system_are_refused(tmp_path: Path) -> None:
    net = torch.nn.Linear(2, 3)
    with pytest.raises(UsageError, match=r"'weight' is float32\[2, 3\], but this system has float32\[3, 2\]"):
        put_weights(net, {"weight": torch.zeros(2, 3), "bias": torch.zeros(3)}, "there")
    with pytest.raises(UsageError, match="'bias' is missing"):
        put_weights(net, {"weight": torch.zeros(3, 2)}, "there")


def test_a_checkpoint_reads_back_what_safetensors_holds(tmp_path: Path) -> None:
    train(run(), tmp_path, Pace(1))
    whole = tmp_path / "step_000000001"
    raw = load_file(whole / NET)
    assert all(torch.equal(raw[name], tensor) for name, tensor in read_checkpoint(whole).net.items())
