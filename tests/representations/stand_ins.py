from dataclasses import dataclass
import numpy as np
from shapelang.geometry.mesh import Mesh
from shapelang.primitives.protocol import FieldClass


def _turn(profile, normals, k):
    # profile (m,2): radius,y from bottom to top, poles have radius 0
    a = np.arange(k) * (2 * np.pi / k)
    P = []
    N = []
    F = []
    m = len(profile)
    for (r, y), (nr, ny) in zip(profile, normals):
        for t in a:
            P.append((r * np.cos(t), y, -r * np.sin(t)))
            N.append((nr * np.cos(t), ny, -nr * np.sin(t)))
    for i in range(m - 1):
        for j in range(k):
            A, B = i * k + j, i * k + (j + 1) % k
            C, D = A + k, B + k
            if profile[i][0] > 0:
                F.append((A, B, D))
            if profile[i + 1][0] > 0:
                F.append((A, D, C))
    P = np.array(P, float)
    N = np.array(N, float)
    w = np.unique(np.round(P, 9) + 0.0, axis=0, return_inverse=True)[1].reshape(-1)
    return Mesh(P, np.array(F, np.int32), N, np.zeros((len(P), 2)), w.astype(np.int32))


@dataclass(frozen=True, slots=True)
class Cuboid:
    kind = doc = "x"
    slots = ()
    width: float
    height: float
    depth: float

    def size(self, n):
        return (self.width, self.height, self.depth)

    def volume(self):
        return self.width * self.height * self.depth

    def mesh(self, segments):
        p = []
        f = []
        no = []
        uv = []
        w = []
        s = np.array([self.width, self.height, self.depth])
        for ax in range(3):
            for sg in (-1.0, 1.0):
                u, v = (ax + 1) % 3, (ax + 2) % 3
                b = len(p)
                for a, c in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                    q = np.zeros(3)
                    q[ax] = sg
                    q[u] = a
                    q[v] = c
                    p.append(q * s / 2)
                    n = np.zeros(3)
                    n[ax] = sg
                    no.append(n)
                    uv.append(((a + 1) * s[u] / 2, (c + 1) * s[v] / 2))
                    w.append(int((q[0] > 0) + 2 * (q[1] > 0) + 4 * (q[2] > 0)))
                t = [(b, b + 1, b + 2), (b, b + 2, b + 3)]
                f += t if sg > 0 else [x[::-1] for x in t]
        return Mesh(np.array(p), np.array(f, np.int32), np.array(no), np.array(uv), np.array(w, np.int32))

    def field(self, n, x, y, z):
        qx, qy, qz = (n.absolute(c) - s * 0.5 for c, s in zip((x, y, z), (self.width, self.height, self.depth)))
        ox, oy, oz = (n.maximum(q, 0.0) for q in (qx, qy, qz))
        return n.sqrt(ox * ox + oy * oy + oz * oz) + n.minimum(n.maximum(qx, n.maximum(qy, qz)), 0.0)

    def field_class(self):
        return FieldClass(True, 1.0)

    def mirror_symmetric(self):
        return (True,) * 3


@dataclass(frozen=True, slots=True)
class Sphere:
    kind = doc = "x"
    slots = ()
    radius: float

    def size(self, n):
        return (2 * self.radius,) * 3

    def volume(self):
        return 4 / 3 * np.pi * self.radius**3

    def mesh(self, segments):
        t = np.linspace(0, np.pi, segments // 2 + 1)
        r = np.sin(t)
        r[0] = r[-1] = 0
        return _turn(np.stack([r * self.radius, -np.cos(t) * self.radius], 1), np.stack([r, -np.cos(t)], 1), segments)

    def field(self, n, x, y, z):
        return n.sqrt(x * x + y * y + z * z) - self.radius

    def field_class(self):
        return FieldClass(True, 1.0)

    def mirror_symmetric(self):
        return (True,) * 3


@dataclass(frozen=True, slots=True)
class Cylinder:
    kind = doc = "x"
    slots = ()
    radius: float
    height: float

    def size(self, n):
        return (2 * self.radius, self.height, 2 * self.radius)

    def volume(self):
        return np.pi * self.radius**2 * self.height

    def mesh(self, segments):
        h = self.height / 2
        r = self.radius
        return _turn(
            np.array([(0, -h), (r, -h), (r, -h), (r, h), (r, h), (0, h)]),
            np.array([(0, -1.0), (0, -1), (1, 0), (1, 0), (0, 1), (0, 1)]),
            segments,
        )

    def field(self, n, x, y, z):
        a = n.sqrt(x * x + z * z) - self.radius
        b = n.absolute(y) - self.height * 0.5
        p, q = n.maximum(a, 0.0), n.maximum(b, 0.0)
        return n.sqrt(p * p + q * q) + n.minimum(n.maximum(a, b), 0.0)

    def field_class(self):
        return FieldClass(True, 1.0)

    def mirror_symmetric(self):
        return (True,) * 3
