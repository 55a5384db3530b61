"""The compiled loops: gates of experts, fitted and evaluated, and densities of examples that are alike."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled

KERNELS = 11
"""Densities of one number: see `densities`."""


@compiled
def gate_pass(
    order: np.ndarray, context_at: np.ndarray, contexts: np.ndarray, row_at: np.ndarray, sets: np.ndarray,
    logs: np.ndarray, descriptors: np.ndarray, weights: np.ndarray, squares: np.ndarray,
    rate: float, decay: float, bits: np.ndarray,
) -> None:  # fmt: skip
    """Bits of each event in order, Σ over experts of gate × mass; with `rate` > 0 the weights go down the gradient.

    Event e has the contexts[context_at[e]:context_at[e + 1]] and the experts row_at[e]:row_at[e + 1], of which r has
    the descriptors[sets[r]] (0 for none) and gives the event a mass of exp(logs[r]). The gate is a softmax of sums of
    the weights of all pairs. Steps by AdaGrad (Duchi et al., 2011), `squares` holding its sums;
    `decay` is L2.
    """
    mask = np.uint64(len(weights) - 1)
    a, b, shift = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(29)
    width = descriptors.shape[1]
    most = 0
    for e in order:
        most = max(most, row_at[e + 1] - row_at[e])
    logits = np.zeros(most)
    gates = np.zeros(most)
    shares = np.zeros(most)
    for e in order:
        first, count = row_at[e], row_at[e + 1] - row_at[e]
        c0, c1 = context_at[e], context_at[e + 1]
        top = -1e300
        for i in range(count):
            s = sets[first + i]
            total = 0.0
            for d in range(width):
                if descriptors[s, d] != 0:
                    y = descriptors[s, d] * b
                    for c in range(c0, c1):
                        z = (contexts[c] * a) ^ y
                        total += weights[(z ^ (z >> shift)) & mask]
            logits[i] = total
            top = max(top, total)
        whole = 0.0
        mass = 0.0
        for i in range(count):
            gates[i] = np.exp(logits[i] - top)
            whole += gates[i]
            shares[i] = gates[i] * np.exp(logs[first + i])
            mass += shares[i]
        bits[e] = -np.log2(max(mass, 1e-300) / whole)
        if rate > 0.0 and mass > 0.0:
            for i in range(count):
                slope = gates[i] / whole - shares[i] / mass
                if abs(slope) > 1e-5:
                    s = sets[first + i]
                    for d in range(width):
                        if descriptors[s, d] != 0:
                            y = descriptors[s, d] * b
                            for c in range(c0, c1):
                                z = (contexts[c] * a) ^ y
                                w = (z ^ (z >> shift)) & mask
                                g = slope + decay * weights[w]
                                squares[w] += g * g
                                weights[w] -= rate * g / np.sqrt(squares[w] + 1e-3)


@compiled
def _inside(value: float, centre: float, spread: float, low: float, high: float) -> float:
    """Mass of a cell under a logistic distribution; what lies beyond the range falls on its ends."""
    upper = 1.0 if value >= high else 1.0 / (1.0 + np.exp(-(value + 0.5 - centre) / spread))
    lower = 0.0 if value <= low else 1.0 / (1.0 + np.exp(-(value - 0.5 - centre) / spread))
    return upper - lower


@compiled
def logistic_masses(
    values: np.ndarray, centres: np.ndarray, spreads: np.ndarray, low: np.ndarray, high: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Logarithms of the masses of cells; a spread of 0 is all on one cell."""
    for i in range(len(values)):
        centre = min(max(centres[i], low[i]), high[i])
        if spreads[i] == 0.0:
            out[i] = 0.0 if values[i] == np.floor(centre + 0.5) else -1e9
        else:
            out[i] = np.log(max(_inside(values[i], centre, spreads[i], low[i], high[i]), 1e-30))


@compiled
def gate_logits(contexts: np.ndarray, sets: np.ndarray, descriptors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(rows,) the sums whose softmax `gate_pass` takes, for one event."""
    mask = np.uint64(len(weights) - 1)
    a, b, shift = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(29)
    logits = np.zeros(len(sets))
    for i in range(len(sets)):
        for d in range(descriptors.shape[1]):
            if descriptors[sets[i], d] != 0:
                for c in range(len(contexts)):
                    z = (contexts[c] * a) ^ (descriptors[sets[i], d] * b)
                    logits[i] += weights[(z ^ (z >> shift)) & mask]
    return logits


@compiled
def _below(edge: float, centre: float, spread: float, low: float, high: float) -> float:
    """Mass of all values below a whole number, under the distribution of `_inside`; a spread of 0 is one value."""
    if spread == 0.0:
        return 1.0 if min(max(np.floor(centre + 0.5), low), high) < edge else 0.0
    if edge <= low:
        return 0.0
    above = (edge - 0.5 - centre) / spread
    # From 37 on the sum below is 1 in double precision.
    return 1.0 if edge > high or above > 40.0 else 1.0 / (1.0 + np.exp(-above))


@compiled
def _key(density: int) -> int:
    return (density - 1) % 3 if density < 7 else density - 6 if density < 9 else density - 8


@compiled
def _sample(
    density: int, begin: int, count: int, feature: np.ndarray, fold: int, base: float, entries: np.ndarray,
    known: np.ndarray, known_bases: np.ndarray, known_features: np.ndarray, known_folds: np.ndarray,
    widths: np.ndarray, centres: np.ndarray, weights: np.ndarray,
) -> tuple[int, float, float, float]:  # fmt: skip
    """Fills centres and weights of a density's kernels; how many, their weight, effective count and spread.

    A spread of 0 is for exact values.
    """
    most = len(centres)
    weighed = 4 <= density < 7 or density >= 9
    step = max(1, (count + most - 1) // most)
    found = 0
    total, squared, mean = 0.0, 0.0, 0.0
    for j in range(begin, begin + count, step):
        n = entries[j]
        if known_folds[n] == fold:
            continue
        w = 1.0
        if weighed:
            apart = 0.0
            for f in range(len(feature)):
                d = (feature[f] - known_features[n, f]) * widths[f]
                apart += d * d
            w = np.exp(-0.5 * apart)
            if w < 1e-4:
                continue
        centres[found] = known[n] if density < 9 else known[n] / known_bases[n] * base
        weights[found] = w
        total += w
        squared += w * w
        mean += w * centres[found]
        found += 1
    if found == 0:
        return 0, 0.0, 0.0, 0.0
    effective = total * total / squared
    size = min(effective, 4.0 * total)
    if 7 <= density < 9:
        return found, total, size, 0.0
    mean /= total
    spread = 0.0
    for j in range(found):
        spread += weights[j] * (centres[j] - mean) ** 2
    spread = max(1.2, 0.3 * np.sqrt(spread / total) * effective**-0.2)
    return found, total, size, max(spread, 8.0) if effective < 1.5 else spread


@compiled
def densities(
    values: np.ndarray, bases: np.ndarray, features: np.ndarray, folds: np.ndarray, lows: np.ndarray,
    highs: np.ndarray, entries: np.ndarray, starts: np.ndarray, ends: np.ndarray, known: np.ndarray,
    known_bases: np.ndarray, known_features: np.ndarray, known_folds: np.ndarray, widths: np.ndarray, most: int,
    out: np.ndarray, sizes: np.ndarray,
) -> None:  # fmt: skip
    """Fills (n, KERNELS) logarithms of masses and the sizes (effective counts) of the samples that they come from.

    Row i may use the examples entries[starts[i, k]:ends[i, k]] of key k (three, from general to special), none of its
    own fold. Densities: 0 uniform; 1–3 of keys 0–2, evenly; 4–6 the same, weighed by how alike features are; 7–8 exact
    values of keys 1 and 2; 9–10 of keys 1 and 2, weighed, of shares of the base. Kernels are logistic, of 0.3 of the
    sample's deviation × n^−1/5 and 1.2 steps at least. Without examples all are uniform.
    """
    centres, weights = np.zeros(most), np.zeros(most)
    for i in range(len(values)):
        out[i, 0] = -np.log(highs[i] - lows[i] + 1.0)
        sizes[i, 0] = 1e9
        for density in range(1, KERNELS):
            key = _key(density)
            begin, count = starts[i, key], ends[i, key] - starts[i, key]
            found, total, size, spread = _sample(
                density, begin, count, features[i], folds[i], bases[i], entries, known, known_bases, known_features,
                known_folds, widths, centres, weights,
            )  # fmt: skip
            mass = 0.0
            for j in range(found):
                if spread == 0.0:
                    mass += weights[j] * (centres[j] == values[i])
                elif abs(centres[j] - values[i]) < 30.0 * spread:
                    mass += weights[j] * _inside(values[i], centres[j], spread, lows[i], highs[i])
            if found == 0:
                out[i, density] = out[i, 0]
            else:
                out[i, density] = np.log(mass / total) if mass > 0.0 else -1e9
            sizes[i, density] = size


@compiled
def drawn_kernel(
    density: int, chance: float, begin: float, end: float, low: float, high: float, base: float, feature: np.ndarray,
    entries: np.ndarray, starts: np.ndarray, ends: np.ndarray, known: np.ndarray, known_bases: np.ndarray,
    known_features: np.ndarray, known_folds: np.ndarray, widths: np.ndarray, most: int,
) -> tuple[float, float]:  # fmt: skip
    """Centre and spread of a kernel of one density (1 and above), taken with a number below 1 by what it gives to the
    values from `begin` to below `end`.
    """
    centres, weights = np.zeros(most), np.zeros(most)
    key = _key(density)
    found, _, _, spread = _sample(
        density, starts[key], ends[key] - starts[key], feature, -1, base, entries, known, known_bases, known_features,
        known_folds, widths, centres, weights,
    )  # fmt: skip
    total = 0.0
    for j in range(found):
        weights[j] *= _below(end, centres[j], spread, low, high) - _below(begin, centres[j], spread, low, high)
        total += weights[j]
    left = chance * total
    for j in range(found):
        left -= weights[j]
        if left < 0.0 or j == found - 1:
            return centres[j], spread
    return 0.0, spread


@compiled
def drawn_value(
    chance: float, centre: float, spread: float, begin: float, end: float, low: float, high: float
) -> float:  # fmt: skip
    """The value from `begin` to below `end` at which a kernel has that share of what it gives to them."""
    if spread == 0.0:
        return min(max(np.floor(centre + 0.5), begin), end - 1.0)
    below = _below(begin, centre, spread, low, high)
    u = below + chance * (_below(end, centre, spread, low, high) - below)
    u = min(max(u, 1e-15), 1.0 - 1e-15)
    return min(max(np.floor(centre + spread * np.log(u / (1.0 - u)) + 0.5), begin), end - 1.0)


@compiled
def expert_masses(
    runs: np.ndarray, low: float, high: float, centres: np.ndarray, spreads: np.ndarray, feature: np.ndarray, fold: int,
    base: float, entries: np.ndarray, starts: np.ndarray, ends: np.ndarray, known: np.ndarray, known_bases: np.ndarray,
    known_features: np.ndarray, known_folds: np.ndarray, widths: np.ndarray, most: int, out: np.ndarray,
    sizes: np.ndarray,
) -> None:  # fmt: skip
    """Fills (candidates + KERNELS, runs) what each expert of one number gives to each run of values, and (KERNELS,) the
    sizes of `densities`.
    """
    count, last = len(centres), len(runs) - 1
    for i in range(count):
        centre = min(max(centres[i], low), high)
        for r in range(last + 1):
            above = 1.0 if r == last else _below(runs[r + 1], centre, spreads[i], low, high)
            out[i, r] = above - _below(runs[r], centre, spreads[i], low, high)
    kernels, weights = np.zeros(most), np.zeros(most)
    sizes[0] = 1e9
    for density in range(KERNELS):
        row = count + density
        found, total, spread = 0, 1.0, 0.0
        if density > 0:
            key = _key(density)
            found, total, sizes[density], spread = _sample(
                density, starts[key], ends[key] - starts[key], feature, fold, base, entries, known, known_bases,
                known_features, known_folds, widths, kernels, weights,
            )  # fmt: skip
        out[row] = 0.0
        if found == 0:
            for r in range(last + 1):
                out[row, r] = ((high + 1.0 if r == last else runs[r + 1]) - runs[r]) / (high - low + 1.0)
        for j in range(found):
            before, share = 0.0, weights[j] / total
            for r in range(last + 1):
                above = 1.0 if r == last else _below(runs[r + 1], kernels[j], spread, low, high)
                out[row, r] += share * (above - before)
                before = above
                if above == 1.0:
                    break


@compiled
def outcome_masses(
    events: np.ndarray, context_at: np.ndarray, contexts: np.ndarray, row_at: np.ndarray, sets: np.ndarray,
    descriptors: np.ndarray, gate: np.ndarray, candidate_at: np.ndarray, centres: np.ndarray, spreads: np.ndarray,
    run_at: np.ndarray, runs: np.ndarray, lows: np.ndarray, highs: np.ndarray, features: np.ndarray, folds: np.ndarray,
    bases: np.ndarray, entries: np.ndarray, starts: np.ndarray, ends: np.ndarray, known: np.ndarray,
    known_bases: np.ndarray, known_features: np.ndarray, known_folds: np.ndarray, widths: np.ndarray, most: int,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Fills (runs,) the mass that a number's mixture gives to each run of its values.

    Number i of those at hand, which is `events[i]` of all, has the rows that `number_rows` made for `gate`; its
    candidates and runs are those of `events[i]` in the whole table.
    """
    for i in range(len(events)):
        e = events[i]
        r0, r1 = run_at[e], run_at[e + 1]
        if r1 - r0 == 1:
            out[r0] = 1.0
            continue
        rows = row_at[i + 1] - row_at[i]
        logits = gate_logits(
            contexts[context_at[i] : context_at[i + 1]], sets[row_at[i] : row_at[i + 1]], descriptors, gate
        )
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        masses, sizes = np.zeros((rows, r1 - r0)), np.zeros(KERNELS)
        expert_masses(
            runs[r0:r1], lows[i], highs[i], centres[candidate_at[e] : candidate_at[e + 1]],
            spreads[candidate_at[e] : candidate_at[e + 1]], features[i], folds[i], bases[i], entries, starts[i],
            ends[i], known, known_bases, known_features, known_folds, widths, most, masses, sizes,
        )  # fmt: skip
        for r in range(r1 - r0):
            total = 0.0
            for k in range(rows):
                total += shares[k] * masses[k, r]
            out[r0 + r] = total
