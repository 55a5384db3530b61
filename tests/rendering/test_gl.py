from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shapelang.diagnostics import UsageError
from shapelang.rendering import picture
from shapelang.rendering.camera import Camera, view_of
from shapelang.rendering.gl import NoGL, outcome, platform, visible_by_gl
from shapelang.rendering.picture import render
from shapelang.rendering.raster import visible
from shapelang.rendering.shaded import points_of, shaded_of, soup_of
from tests.rendering.models import CHAIR, assembly


def _missing() -> str | None:
    try:
        platform()
    except NoGL as reason:
        return f"OpenGL does not work here: {reason}"
    return None


MISSING = _missing()
needs_gl = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


@pytest.mark.render
@needs_gl
def test_both_backends_see_the_same() -> None:
    shapes = shaded_of(assembly(*CHAIR))
    points = points_of(shapes)
    soup, view = soup_of(shapes, np.zeros(3), 1.0), view_of(Camera(), points, (480, 360))
    every = np.ones(len(soup.corners), np.bool_)
    by_gl, software = visible_by_gl(soup, view, every), visible(soup, view, every)
    either, both = (by_gl >= 0) | (software >= 0), (by_gl >= 0) & (software >= 0)
    assert both.sum() >= 0.97 * either.sum()
    # Parts touch along their edges, where float32 and float64 may choose differently; inside of faces they do not.
    assert (by_gl == software).mean() > 0.99


@pytest.mark.render
@needs_gl
def test_the_pictures_of_both_backends_are_alike() -> None:
    by_gl, software = (render(assembly(*CHAIR), size=(160, 120), backend=each) for each in ("gl", "software"))
    assert by_gl.backend == "gl" and by_gl.note == ""
    assert np.abs(by_gl.rgb.astype(int) - software.rgb).mean() < 0.5


def test_without_opengl_the_fallback_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*_: object) -> np.ndarray:
        raise NoGL("egl: the library libEGL is not installed")

    monkeypatch.setattr(picture, "visible_by_gl", look)
    drawn = render(assembly(*CHAIR), size=(64, 48))
    assert drawn.backend == "software"
    assert drawn.note == (
        "drawn in software, since OpenGL does not work here: egl: the library libEGL is not installed"
    )
    with pytest.raises(UsageError, match="cannot draw with OpenGL: egl: the library libEGL"):
        render(assembly(*CHAIR), size=(64, 48), backend="gl")


def test_broken_system_libraries_are_a_reason_and_no_crash(tmp_path: Path) -> None:
    for name in ("libEGL.so.1", "libOSMesa.so.8", "libOSMesa.so.6"):
        (tmp_path / name).write_bytes(b"")
    code = (
        "from shapelang.rendering.gl import platform, NoGL\n"
        "try:\n    print(platform())\n"
        "except NoGL as reason:\n    print('no:', reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("no: ")


def test_a_driver_that_aborts_or_hangs_ends_only_its_own_process() -> None:
    reason = outcome((sys.executable, "-c", "import os; os.abort()"))
    assert reason is not None and reason.startswith("the driver ended the process that tried it")
    assert outcome((sys.executable, "-c", "import time; time.sleep(60)"), 0.5) == "no answer within 0.5 seconds"
    assert outcome((sys.executable, "-c", "")) is None


def test_nothing_heavy_is_loaded_before_a_picture_is_asked_for() -> None:
    heavy = "('numba', 'OpenGL', 'pyrender', 'PIL', 'scipy.ndimage')"
    code = f"import sys, shapelang.rendering.sheet; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"
