"""Which triangle each sample sees, drawn offscreen by pyrender. The only place that knows OpenGL.

pyrender draws the whole model with a shader that writes the numbers of triangles; light and shadow are ours for both
backends (`shading`), so that a picture looks the same with OpenGL and without.
"""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, assert_never

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.camera import View
from shapelang.rendering.raster import Seen
from shapelang.rendering.shaded import Soup

Platform: TypeAlias = Literal["egl", "osmesa"]
PLATFORMS: Final[tuple[Platform, ...]] = ("egl", "osmesa")
PROBE_SECONDS: Final = 20.0
LARGEST: Final = 16384
"""Samples on a side that every OpenGL 4.1 can draw."""
COUNTABLE: Final = 2**24 - 1
"""Triangles that three bytes can tell apart."""

# A context belongs to one thread, and ending one ends its display for all.
_ALONE = threading.Lock()


class NoGL(Exception):
    """OpenGL cannot be used; the text says what is missing."""


def visible_by_gl(soup: Soup, view: View, kept: AnyArray) -> Seen:
    """What each pixel of a view sees of the triangles that are `kept` (n,). Raises NoGL where nothing can be drawn."""
    name = platform()
    if max(view.width, view.height) > LARGEST:
        raise NoGL(f"the picture needs more than {LARGEST} samples on a side")
    chosen = np.flatnonzero(kept)
    if len(chosen) > COUNTABLE:
        raise NoGL(f"there are more than {COUNTABLE} triangles")
    if len(chosen) == 0:
        return np.full((view.height, view.width), -1, np.int32)
    with _ALONE:
        digits = _drawn(name, soup.corners[chosen], view)
    number = (
        digits[..., 0].astype(np.int32) | digits[..., 1].astype(np.int32) << 8 | digits[..., 2].astype(np.int32) << 16
    )
    if number.max(initial=0) > len(chosen):
        raise NoGL("the driver did not draw the numbers of triangles as they are")
    return np.concatenate((np.array([-1]), chosen)).astype(np.int32)[number]


@cache
def platform() -> Platform:
    """The first platform that gives a context, tried once in a process of its own. Raises NoGL with what is missing."""
    for module in ("OpenGL", "pyrender"):
        if importlib.util.find_spec(module) is None:
            raise NoGL("pyrender is not installed: pip install 'shapelang[render]'")
    reasons: list[str] = []
    for name in PLATFORMS:
        reason = _probed(name)
        if reason is None:
            return name
        reasons.append(f"{name}: {reason}")
    raise NoGL("; ".join(reasons))


def _probed(name: Platform) -> str | None:
    """Why a platform gives no context, or None."""
    script = Path(str(files("shapelang.rendering"))) / "gl_probe.py"
    return outcome((sys.executable, "-I", str(script), name))


def outcome(command: Sequence[str], seconds: float = PROBE_SECONDS) -> str | None:
    """Why a process did not end well within a time: what it printed, or how it ended. None where it did."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {seconds:g} seconds"
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return None
    return done.stdout.strip() or f"the driver ended the process that tried it ({done.returncode})"


def _drawn(name: Platform, corners: AnyArray, view: View) -> AnyArray:
    """(h, w, 3) uint8: the number of the triangle from 1, lowest byte first; 0 for none."""
    _install(name)
    import pyrender
    from OpenGL.error import Error
    from pyrender.shader_program import ShaderProgramCache

    context = _context(name, view)
    try:
        context.init_context()
        context.make_current()
        renderer = pyrender.Renderer(view.width, view.height)
        # pyrender has no public way to bring a shader; its programs are looked up in this cache by file name.
        renderer._program_cache = ShaderProgramCache(str(files("shapelang.rendering") / "shaders"))  # pyright: ignore[reportPrivateUsage]
        scene = _scene(corners, view)
        flags = pyrender.RenderFlags.SEG | pyrender.RenderFlags.OFFSCREEN
        drawn: Any = renderer.render(scene, flags, {node: (0, 0, 0) for node in scene.mesh_nodes})
        renderer.delete()
        return drawn[0]
    except (Error, AssertionError, OSError, RuntimeError) as error:
        raise NoGL(f"{name} failed while drawing: {error}") from error
    finally:
        context.delete_context()


def _install(name: Platform) -> None:
    """Tell PyOpenGL its platform. Its own way is an environment variable, which would reach other programs."""
    import OpenGL.platform

    plugin: Any = OpenGL.platform.PlatformPlugin.by_name(name)
    if not plugin.loaded:
        plugin.load()().install(vars(OpenGL.platform))
        plugin.loaded = True


def _context(name: Platform, view: View) -> Any:
    match name:
        case "egl":
            from pyrender.platforms.egl import EGLPlatform

            return EGLPlatform(view.width, view.height)
        case "osmesa":
            from pyrender.platforms.osmesa import OSMesaPlatform

            return OSMesaPlatform(view.width, view.height)
        case _:
            assert_never(name)


def _scene(corners: AnyArray, view: View) -> Any:
    import pyrender

    # Once as it is and once turned round, since pyrender draws one side only and meshes may be wound either way.
    both = np.stack((corners, corners[:, ::-1]), axis=1).reshape(-1, 3)
    primitive = pyrender.Primitive(positions=both.astype(np.float32), mode=pyrender.GLTF.TRIANGLES)
    depth = (view.eye - corners.reshape(-1, 3)) @ view.axes[2]
    near = max(1e-3, float(depth.min()) * 0.99)
    camera = pyrender.PerspectiveCamera(
        yfov=2.0 * math.atan(0.5 * view.height / view.focal),
        aspectRatio=view.width / view.height,
        znear=near,
        zfar=max(near * 1.01, float(depth.max()) * 1.01),
    )
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = view.axes.T, view.eye
    scene = pyrender.Scene(bg_color=(0.0, 0.0, 0.0, 0.0))
    scene.add(pyrender.Mesh([primitive]))
    scene.add(camera, pose=pose)
    return scene
