"""`require` and redrawing: a run of a block is tried again with the next try number when it is rejected."""

from __future__ import annotations

from collections.abc import Sequence

from shapelang.chance.address import key
from shapelang.chance.draw import retry_salt
from shapelang.execution.codes import Execute
from shapelang.execution.errors import Rejected
from shapelang.execution.run import Frame
from shapelang.syntax.source import Source, Span


def attempt(f: Frame, body: Sequence[Execute], random: bool, source: Source, span: Span) -> None:
    """Runs a block. When it is rejected, only the choices drawn in this run are drawn again, with the next try number.

    A failure that no draw of this run can mend, or that outlasts the limit of tries, passes outward.
    """
    run = f.run
    run.spend(len(body), source, span)
    if not random or not run.chooser.redraws:
        for execute in body:
            execute(f)
        return
    layer, salt, depth = f.layer, f.salt, run.depth
    kept, children, relations = len(run.choices), len(layer.children), len(layer.relations)
    number = 0
    while True:
        draws = run.draws
        try:
            for execute in body:
                execute(f)
        except Rejected:
            if run.draws == draws or number + 1 >= run.limits.tries:
                f.salt = salt
                raise
            run.forget(kept)
            layer.cut(children, relations)
            run.rejections += 1
            run.depth = depth
            number += 1
            f.salt = retry_salt(salt, key(f.prefix + f.suffix), number)
            run.spend(len(body), source, span)
            continue
        f.salt = salt
        return
