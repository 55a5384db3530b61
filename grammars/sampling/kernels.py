"""The compiled loop over seeds. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def drawn(
    seeds: np.ndarray,
    keys: np.ndarray,
    kinds: np.ndarray,
    options: np.ndarray,
    shares: np.ndarray,
    logs: np.ndarray,
    below: np.ndarray,
    order: np.ndarray,
    first: np.ndarray,
    choices: np.ndarray,
    log_probs: np.ndarray,
) -> None:
    """Fills (seeds, sites) options, −1 where a site does not occur, and (seeds,) log-probabilities.

    Site s has the options options[s] to options[s + 1]; option k the share from shares[k, 0], possible where
    shares[k, 1] is above 0, and the sites order[below[k]:below[k + 1]]. `kinds`: 0 by weights of the sum shares[…, 2],
    1 a bool of that probability, 2 a whole number of that many. Hash and arithmetic are those of `chance.draw`.
    """
    golden, m1, m2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
    a, b, c, bits = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
    stack = np.zeros(len(keys) + 1, dtype=np.int64)
    for n in range(len(seeds)):
        x = seeds[n] + golden
        x = (x ^ (x >> a)) * m1
        x = (x ^ (x >> b)) * m2
        seed = x ^ (x >> c)
        total = 0.0
        depth = 0
        for k in range(len(first) - 1, -1, -1):
            stack[depth] = first[k]
            depth += 1
        while depth > 0:
            depth -= 1
            site = stack[depth]
            x = (seed ^ keys[site]) + golden
            x = (x ^ (x >> a)) * m1
            x = (x ^ (x >> b)) * m2
            x = (x ^ (x >> c)) + golden
            x = (x ^ (x >> a)) * m1
            x = (x ^ (x >> b)) * m2
            x = x ^ (x >> c)
            u = (2.0 * np.float64(x >> bits) + 1.0) * 2.0**-53
            start, stop = options[site], options[site + 1]
            taken = start
            if kinds[site] == 0:
                target = u * shares[start, 2]
                for k in range(start, stop):
                    if shares[k, 1] > 0.0 and target >= shares[k, 0]:
                        taken = k
            elif kinds[site] == 1:
                if u < shares[start, 2]:
                    taken = start + 1
            else:
                taken = min(start + np.int64(np.floor(u * shares[start, 2])), stop - 1)
            choices[n, site] = taken - start
            total += logs[taken]
            for k in range(below[taken + 1] - 1, below[taken] - 1, -1):
                stack[depth] = order[k]
                depth += 1
        log_probs[n] = total
