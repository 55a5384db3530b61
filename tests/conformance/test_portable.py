"""The same bits on other processors, played by switching off what NumPy and the C library use of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.digests import GOLDEN

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "as it is": {},
    "a C library without FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"},
    "NumPy without AVX2": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
    "both, one thread, other hashes": {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",
        "OPENBLAS_CORETYPE": "Nehalem",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "1",
    },
}


def output(environment: dict[str, str], *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment}
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("setting", SETTINGS)
def test_digests_are_the_golden_ones(setting: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for name, table in json.loads(output(SETTINGS[setting], "-m", "tests.conformance.digests")).items():
        assert table == golden, name


def test_the_settings_do_change_the_machine() -> None:
    """Without this, an ignored variable would make the test above pass for nothing."""
    code = (
        "import math, hashlib, numpy as np; x = np.arange(1, 200001) / 977.0;"
        "libm = repr([math.exp(v / 9.0) + math.sin(v) for v in x.tolist()]).encode();"
        "own = np.exp(x / 9.0).tobytes() + np.log(x).tobytes() + np.tan(x).tobytes();"
        "print(hashlib.sha256(libm).hexdigest(), hashlib.sha256(own).hexdigest())"
    )
    plain = output({}, "-c", code).split()
    features = output({}, "-c", "import numpy as np; np.show_config()")
    if "X86_V3" not in features:
        pytest.skip("this processor has none of the features that the settings switch off")
    assert output(SETTINGS["both, one thread, other hashes"], "-c", code).split() != plain
