"""One digest for each function over fixed points, for floats and for lanes: `python -m tests.conformance.digests`.

The table `digests.json` beside this file is what every machine must give. It changes only with the language's version.
"""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

from shapelang.chance.distributions import log_prob, quantile
from tests.conformance.backends import BACKENDS, SPICY, Backend, bits
from tests.conformance.draws import DRAWS, Draw, uniforms
from tests.conformance.points import CASES, Case

GOLDEN = Path(__file__).with_name("digests.json")
POINTS = 2000


def digest(values: list[Any]) -> str:
    """BLAKE2b of the bit patterns, any NaN the same."""
    data = b"".join(struct.pack("<q", bits(float(value)) - 2**63 if value == value else -1) for value in values)
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def of_function(case: Case, backend: Backend) -> str:
    """Of an elementary function."""
    columns = [column + list(SPICY) for column in case.columns(POINTS)]
    return digest(backend.each(case.function, *columns))


def of_draw(draw: Draw, backend: Backend) -> str:
    """Of a distribution's quantiles and of their log-probabilities."""
    u = uniforms(min(draw.count, 300))
    values = backend.each(lambda n, x: quantile(n, draw.dist, x, draw.support), u)
    return digest(values + backend.each(lambda n, v: log_prob(n, draw.dist, v, draw.support), values))


def table(backend: Backend) -> dict[str, str]:
    """All of them by name."""
    functions = {case.name: of_function(case, backend) for case in CASES}
    return functions | {str(draw): of_draw(draw, backend) for draw in DRAWS}


def main() -> None:
    """Print the tables of all exact kinds of number."""
    tables = {name: table(backend) for name, backend in BACKENDS.items() if backend.exact}
    print(json.dumps(tables, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
