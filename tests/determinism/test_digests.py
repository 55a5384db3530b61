"""The same text, parameters and seed give the same bytes whatever the CPU offers and however many threads there are.

Each setting runs in a process of its own, which hashes the GLB of every pair of `digests.py`; two run at a time. The
settings stand in for machines that this one is not: NumPy's dispatched kernels off, glibc's vector kernels off, BLAS
for a CPU of 2008, other thread counts, other orders of hashing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from tests.determinism.digests import COMMAND, GOLDEN, ROOT, programs

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "as it is": {},
    "numpy without vectors": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
    "glibc without vectors": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX512VL,-FMA4,-ERMS"},
    "torch without vectors": {"ATEN_CPU_CAPABILITY": "default"},
    "blas of 2008": {"OPENBLAS_CORETYPE": "Nehalem"},
    "two threads": {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "0"},
    "one thread": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "1"},
}


@cache
def found() -> Mapping[str, Mapping[str, list[str]]]:
    """The digests under every setting."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(SETTINGS, pool.map(_run, SETTINGS.values()), strict=True))


def _run(setting: Mapping[str, str]) -> Mapping[str, list[str]]:
    kept = {k: v for k, v in os.environ.items() if k not in {n for s in SETTINGS.values() for n in s}}
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.digests"],
        cwd=ROOT,
        env={**kept, **setting},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("setting", list(SETTINGS)[1:])
def test_settings_agree(setting: str) -> None:
    """No pair differs from what this machine makes as it is."""
    here, there = found()["as it is"], found()[setting]
    assert [name for name in here if here[name] != there[name]] == []


def test_golden() -> None:
    """The bytes are those of the list in the repository, so that a change of bytes is always a decision."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    here = found()["as it is"]
    stale = sorted(name for name in {*golden, *here} if golden.get(name) != here.get(name))
    assert stale == [], f"other bytes than in {GOLDEN.name}: {', '.join(stale)}; if that is meant: {COMMAND}"


def test_every_program_is_hashed() -> None:
    """None is left out, and runs that differ by seed differ in bytes."""
    here = found()["as it is"]
    assert set(here) == {Path(p).stem for p in programs()}
    assert len(set(here["chance"])) == len(here["chance"])
