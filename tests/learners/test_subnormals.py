"""Numbers too small for a float to hold in full: 0 where a step is reckoned, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn.modules.module import register_module_forward_pre_hook

from learners.training.subnormals import flushed, is_flushed
from learners.training.train import Pace, train
from tests.learners.small import run

TINY = torch.full((4,), 1e-40)

THREADS = """
import torch
torch.set_num_threads(2)
from learners.training.subnormals import begin_flushed, flushed
begin_flushed()
tiny = torch.full((1 << 20,), 1e-40)
with flushed():
    print(int((tiny * 1.0).count_nonzero()))
"""


def test_they_are_0_within_and_are_not_after() -> None:
    with flushed():
        assert is_flushed() and float((TINY * 1.0).sum()) == 0.0
        with flushed():
            pass
        assert is_flushed(), "who flushed before goes on"
    assert not is_flushed() and float((TINY * 1.0).sum()) > 0.0


def test_an_error_within_leaves_all_as_it_was() -> None:
    with pytest.raises(ValueError, match="within"), flushed():
        raise ValueError("within")
    assert not is_flushed()


def test_a_step_is_reckoned_without_them(tmp_path: Path) -> None:
    seen: set[bool] = set()
    watch = register_module_forward_pre_hook(lambda *_: seen.add(is_flushed()))
    try:
        train(run(), tmp_path, Pace(2))
    finally:
        watch.remove()
    assert seen == {True} and not is_flushed()


def test_threads_that_training_begins_flush_them_too() -> None:
    """In a process of its own: of two threads one would keep half a million numbers."""
    told = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    assert told.stdout == "0\n"
