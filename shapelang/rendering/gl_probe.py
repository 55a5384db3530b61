"""Tries for an OpenGL context in a process of its own, since drivers have been seen to abort and to hang.

Run as a script with the name of a platform; uses nothing but the standard library. Ends with 0 where a context can be
made; else with 1 and one line that says what is missing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys

EGL_PLATFORM_DEVICE = 0x313F
EGL_OPENGL_API = 0x30A2
EGL_ATTRIBUTES = (0x3033, 1, 0x3025, 24, 0x3040, 8, 0x3038)  # surface: pbuffer; depth: 24; renderable: OpenGL; end
EGL_CONTEXT = (0x3098, 4, 0x30FB, 1, 0x30FD, 1, 0x3038)  # version 4.1, core profile; end
OSMESA_CONTEXT = (0x22, 0x1908, 0x30, 24, 0x33, 0x34, 0x36, 3, 0x37, 3, 0)  # RGBA; depth 24; core profile 3.3; end


def _library(name: str) -> ctypes.CDLL:
    found = ctypes.util.find_library(name)
    if found is None:
        raise OSError(f"the library lib{name} is not installed")
    return ctypes.CDLL(found)


def _numbers(values: tuple[int, ...]) -> ctypes.Array[ctypes.c_int]:
    return (ctypes.c_int * len(values))(*values)


def probe_egl() -> None:
    """Make a context on the first EGL device, as pyrender does."""
    _library("GL")
    egl = _library("EGL")
    pointer = ctypes.c_void_p
    egl.eglGetProcAddress.restype = pointer
    query_address = egl.eglGetProcAddress(b"eglQueryDevicesEXT")
    display_address = egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
    if not query_address or not display_address:
        raise OSError("EGL cannot list devices")
    query = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_int, pointer, pointer)(query_address)
    display_of = ctypes.CFUNCTYPE(pointer, ctypes.c_uint, pointer, pointer)(display_address)
    devices, count = (pointer * 1)(), ctypes.c_int()
    if not query(1, ctypes.cast(devices, pointer), ctypes.cast(ctypes.pointer(count), pointer)) or count.value < 1:
        raise OSError("EGL has no device")
    display = pointer(display_of(EGL_PLATFORM_DEVICE, devices[0], None))
    if not egl.eglInitialize(display, None, None):
        raise OSError("EGL does not start")
    configs = (pointer * 1)()
    egl.eglChooseConfig(display, _numbers(EGL_ATTRIBUTES), configs, 1, ctypes.byref(count))
    if count.value < 1 or not egl.eglBindAPI(EGL_OPENGL_API):
        raise OSError("EGL has no OpenGL")
    egl.eglCreateContext.restype = pointer
    context = egl.eglCreateContext(display, configs[0] and pointer(configs[0]), None, _numbers(EGL_CONTEXT))
    if not context or not egl.eglMakeCurrent(display, None, None, pointer(context)):
        raise OSError("EGL gives no context of OpenGL 4.1")


def probe_osmesa() -> None:
    """Make a context of OpenGL 3.3 in memory."""
    mesa = _library("OSMesa")
    mesa.OSMesaCreateContextAttribs.restype = ctypes.c_void_p
    if not mesa.OSMesaCreateContextAttribs(_numbers(OSMESA_CONTEXT), None):
        raise OSError("OSMesa gives no context of OpenGL 3.3")


def main() -> int:
    """Probe the platform named by the first argument."""
    try:
        {"egl": probe_egl, "osmesa": probe_osmesa}[sys.argv[1]]()
    except (OSError, AttributeError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
