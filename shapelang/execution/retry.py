"""`require` and redrawing: a run of a block is tried again with the next try number when it is rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

from shapelang.chance.address import key
from shapelang.chance.draw import retry_salt
from shapelang.execution.codes import Execute
from shapelang.execution.errors import Rejected
from shapelang.execution.redraws import Abandoned, Account
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
    if run.redraws is not None:
        _attempt_lanes(f, body, run.redraws)
        return
    before = Mark(f)
    salt = f.salt
    number = 0
    while True:
        draws = run.draws
        try:
            for execute in body:
                execute(f)
        except Rejected as failure:
            run.last_rejection = failure
            if run.draws == draws or number + 1 >= run.limits.tries:
                f.salt = salt
                raise
            before.restore(f)
            run.rejections += 1
            number += 1
            f.salt = retry_salt(salt, key(f.prefix + f.suffix), number)
            run.spend(len(body), source, span)
            continue
        f.salt = salt
        return


def _attempt_lanes(f: Frame, body: Sequence[Execute], redraws: Account) -> None:
    """One try of a batch; its lanes start again from the top, together with others that have the same try numbers."""
    address, salt = f.prefix + f.suffix, f.salt
    number = redraws.enter(address, f.run.draws)
    f.salt = retry_salt(salt, key(address), number)
    try:
        for execute in body:
            execute(f)
    except Rejected:
        redraws.reject(redraws.alive, f.run.draws)
        raise Abandoned from None
    finally:
        redraws.leave()
        f.salt = salt


@final
class Mark:
    """What stood before a run; one that is taken back leaves nothing else behind, neither shapes nor names."""

    __slots__ = ("anchors", "children", "choices", "depth", "history", "meta", "names", "relations", "tags", "values")

    def __init__(self, f: Frame) -> None:
        layer, run, history = f.layer, f.run, f.history
        self.choices, self.depth = len(run.choices), run.depth
        self.children, self.relations, self.tags = len(layer.children), len(layer.relations), len(layer.tags)
        self.names, self.anchors, self.meta = dict(layer.names), dict(layer.anchors), dict(layer.meta)
        self.values = dict(f.values)
        self.history = None if history is None else history.present()

    def restore(self, f: Frame) -> None:
        """Takes back what a run drew, made and named since."""
        layer, run, history = f.layer, f.run, f.history
        run.forget(self.choices)
        run.memo.clear()
        run.depth = self.depth
        del layer.children[self.children :]
        del layer.relations[self.relations :]
        del layer.tags[self.tags :]
        _refill(layer.names, self.names)
        _refill(layer.anchors, self.anchors)
        _refill(layer.meta, self.meta)
        _refill(f.values, self.values)
        if history is not None and self.history is not None:
            history.put_back(self.history)


def _refill(now: dict[str, Any], then: dict[str, Any]) -> None:
    now.clear()
    now.update(then)
