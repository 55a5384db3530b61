"""Elementary functions of 32-bit floats that become vector instructions. Import inside functions only."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.fields.kernels.arguments import Single
from shapelang.fields.kernels.compiled import inlined

# Numbers of 32 bits: a literal would turn the arithmetic around it into that of 64.
ZERO, QUARTER, HALF, ONE, TWO = (np.float32(c) for c in (0.0, 0.25, 0.5, 1.0, 2.0))
TINY, HUGE = np.float32(1e-36), np.float32(3e38)
QUARTER_TURN, HALF_TURN = np.float32(1.5707963267948966), np.float32(3.141592653589793)
LEAST_POWER = np.float32(-125.0)

# Minimax polynomials, fitted by weighted least squares until the errors' peaks were level: log2(1 + t) / t on
# [√½ − 1, √2 − 1] and on [0, 1] (absolute error of the logarithm 4.9e-8 and 4.7e-8), 2^t on [−½, ½] (relative 7.5e-8),
# atan(√q) / √q on [0, 1] (absolute 3.8e-8); 32-bit rounding adds as much again.
L0, L1, L2, L3, L4, L5, L6, L7 = (
    np.float32(c)
    for c in (
        1.4426947724839505, -0.7213571496628767, 0.4809394365723436, -0.36008718038849424, 0.2867076601232838,
        -0.2500696349665436, 0.23688903843199655, -0.14574105685317992,
    )
)  # fmt: skip
S0, S1, S2, S3, S4, S5, S6, S7 = (
    np.float32(c)
    for c in (
        1.4426898802547552, -0.7211657831878545, 0.4786835058086974, -0.3473002978465683, 0.24186305376100062,
        -0.13751927383606025, 0.05205770424652678, -0.009308835498141932,
    )
)  # fmt: skip
E0, E1, E2, E3, E4, E5 = (
    np.float32(c)
    for c in (
        1.0000000716539736, 0.6931469670428142, 0.2402211972614332, 0.05550713309344021, 0.009675541241929264,
        0.0013276460404184447,
    )
)  # fmt: skip
A0, A1, A2, A3, A4, A5, A6, A7 = (
    np.float32(c)
    for c in (
        0.9999993354855399, -0.33329860424820723, 0.19946561659643156, -0.13908610129189192, 0.096421490324801,
        -0.05591168559207266, 0.021862525390913212, -0.004054450736512033,
    )
)  # fmt: skip
BIAS_AND_HALF = np.float32(127.5)
ROOT_HALF_BITS, MANTISSA, BIAS = np.int32(0x3F3504F3), np.int32(23), np.int32(127)


@inlined
def log2(x: Single) -> Single:
    """The logarithm of a normal number above 0."""
    bits = np.float32(x).view(np.int32)
    exponent = np.int32(np.int32(bits - ROOT_HALF_BITS) >> MANTISSA)
    t = np.int32(bits - np.int32(exponent << MANTISSA)).view(np.float32) - ONE
    tail = ((((((L7 * t + L6) * t + L5) * t + L4) * t + L3) * t + L2) * t + L1) * t + L0
    return tail * t + np.float32(exponent)


@inlined
def exp2(x: Single) -> Single:
    """The power of two; of anything below −125 nearly 0."""
    # Above 0 the cut-off fraction is the floor.
    shifted = np.int32(max(x, LEAST_POWER) + BIAS_AND_HALF)
    t = max(x, LEAST_POWER) - np.float32(np.int32(shifted - BIAS))
    power = ((((E5 * t + E4) * t + E3) * t + E2) * t + E1) * t + E0
    return power * np.int32(shifted << MANTISSA).view(np.float32)


@inlined
def log2_of_sum(a: Single, b: Single, p: Single, half: Single) -> Single:
    """log2 of (2^(p·a) + 2^(p·b))^(1/p), where half = 1/p: the larger is taken out."""
    t = exp2(-p * abs(a - b))
    tail = ((((((S7 * t + S6) * t + S5) * t + S4) * t + S3) * t + S2) * t + S1) * t + S0
    return max(a, b) + half * (tail * t)


@inlined
def log2_norm(u: Single, v: Single, w: Single, p: Single, p_half: Single, q: Single, q_half: Single) -> Single:
    """log2 of the superquadric's norm of a point in units of the half extents."""
    across = log2_of_sum(log2(max(abs(u), TINY)), log2(max(abs(w), TINY)), p, p_half)
    return log2_of_sum(across, log2(max(abs(v), TINY)), q, q_half)


@inlined
def atan2(y: Single, x: Single) -> Single:
    """The angle of a point; 0 at the origin."""
    a, b = abs(y), abs(x)
    slope = min(a, b) / max(max(a, b), TINY)
    q = slope * slope
    angle = slope * (((((((A7 * q + A6) * q + A5) * q + A4) * q + A3) * q + A2) * q + A1) * q + A0)
    angle = QUARTER_TURN - angle if a > b else angle
    angle = HALF_TURN - angle if x < ZERO else angle
    return -angle if y < ZERO else angle


@inlined
def rectangle(u: Single, v: Single) -> Single:
    """Distance to the quarter plane u ≤ 0, v ≤ 0."""
    p, q = max(u, ZERO), max(v, ZERO)
    return np.sqrt(p * p + q * q) + min(max(u, v), ZERO)


@inlined
def box(u: Single, v: Single, w: Single) -> Single:
    """Distance to the box u, v, w ≤ 0 about it."""
    p, q, r = max(u, ZERO), max(v, ZERO), max(w, ZERO)
    return np.sqrt(p * p + q * q + r * r) + min(max(u, max(v, w)), ZERO)
