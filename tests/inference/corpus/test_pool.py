"""Whatever happens to one item, the others are done, and no process is left behind."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shapelang.diagnostics import ShapelangError
from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.limits import ItemLimits
from shapelang.inference.corpus.on_ray import RayCluster
from shapelang.inference.corpus.pool import Executor, LocalPool
from shapelang.inference.corpus.results import Crashed, Done, Failed, Made, OutOfMemory, Refused, TimedOut
from tests.inference.corpus.fakes import Scripted, Unprepared, item

ROOT = Path(__file__).parents[3]
PATIENT = ItemLimits(300.0)
"""No item of a test that needs a limit to end gets this one."""
STRICT = ItemLimits(4.0, 256 * 2**20)
"""Seconds that only what sleeps an hour can use up."""

with_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")


def local(limits: ItemLimits) -> Executor:
    return LocalPool(2, limits, threads=1)


def on_ray(limits: ItemLimits) -> Executor:
    return RayCluster("local", 2, limits)


def results(executor: Executor, *names: str) -> dict[str, Done]:
    with executor:
        done = list(executor.run(Scripted(), [item(name) for name in names]))
    assert sorted(each.item.name for each in done) == sorted(names)
    return {each.item.name: each for each in done}


@pytest.mark.parametrize("make", [local, pytest.param(on_ray, marks=with_ray)])
def test_every_item_has_its_end_whatever_the_others_do(make: Callable[[ItemLimits], Executor]) -> None:
    names = ["a", "faults", "b", "allocates", "killed", "raises", "sleeps", "exits", "refuses", "c", "prints"]
    found = {name: done.result for name, done in results(make(STRICT), *names).items()}
    assert all(isinstance(found.pop(name), Made) for name in ("a", "b", "c", "prints"))
    failed = found.pop("raises")
    assert isinstance(failed, Failed)
    assert failed.message.startswith("internal error at fakes.py:")
    assert failed.message.endswith(": ZeroDivisionError: a fault of ours")
    assert found == {
        "faults": Crashed("the process was ended by SIGSEGV"),
        "killed": Crashed("the process was ended by SIGKILL, perhaps for lack of memory"),
        "exits": Crashed("the process ended with exit code 3"),
        "allocates": OutOfMemory(),
        "sleeps": TimedOut(4.0),
        "refuses": Refused("no surface", "M106"),
    }


def pid_of(done: Done) -> str:
    assert isinstance(done.result, Made)
    return done.result.text


def test_a_process_does_many_items_and_a_new_one_what_comes_after_a_crash() -> None:
    with LocalPool(1, PATIENT) as pool:
        first, second, _, third, fourth = pool.run(Scripted(), map(item, ["a", "b", "faults", "c", "d"]))
        assert pid_of(first) == pid_of(second) != pid_of(third) == pid_of(fourth)


def test_a_process_that_wanted_too_much_memory_is_not_used_again() -> None:
    with LocalPool(1, STRICT) as pool:
        first, second, third = pool.run(Scripted(), map(item, ["a", "allocates", "b"]))
    assert isinstance(second.result, OutOfMemory)
    assert pid_of(first) != pid_of(third)


def test_without_a_limit_there_is_as_much_memory_as_there_is() -> None:
    assert isinstance(results(LocalPool(1, PATIENT), "allocates")["allocates"].result, Made)


def test_a_process_that_is_killed_between_items_costs_none() -> None:
    pids: list[str] = []

    def given() -> Iterator[Item]:
        yield item("a")
        os.kill(int(pids[0]), signal.SIGKILL)
        yield item("b")

    with LocalPool(1, PATIENT) as pool:
        pids.extend(pid_of(done) for done in pool.run(Scripted(), given()))
    assert len(set(pids)) == 2


def test_a_process_that_ends_while_it_loads_is_tried_again(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_bytes(b"..")
    with LocalPool(1, PATIENT) as pool:
        (done,) = pool.run(Unprepared(str(counter)), [item("a")])
    assert isinstance(done.result, Made)


def test_processes_that_never_begin_end_the_run(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_bytes(b"." * 3)
    message = "no worker process gets as far as to begin: the last one ended with exit code 5"
    with LocalPool(1, PATIENT) as pool, pytest.raises(ShapelangError, match=f"^{message}$"):
        list(pool.run(Unprepared(str(counter)), [item("a")]))


def test_processes_stay_between_runs_of_the_same_work() -> None:
    with LocalPool(1, PATIENT) as pool:
        pids = {pid_of(done) for _ in range(2) for done in pool.run(Scripted(), [item("a")])}
    assert len(pids) == 1


def test_nothing_to_do() -> None:
    assert results(LocalPool(2, PATIENT)) == {}


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def soon(condition: Callable[[], bool]) -> bool:
    """Whether it comes true, for a test that would fail and not wait for ever."""
    ends = time.monotonic() + 120.0
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


def _told(file: Path) -> bool:
    """Whether there is anything in it: a file is there before what is written."""
    return file.exists() and file.read_text() != ""


def test_the_end_of_the_context_ends_what_runs(tmp_path: Path) -> None:
    with LocalPool(2, PATIENT) as pool:
        next(pool.run(Scripted(str(tmp_path)), [item("sleeps"), item("a")]))
        assert soon(lambda: _told(tmp_path / "pid"))
        pid = int((tmp_path / "pid").read_text())
        assert runs(pid)
    assert not runs(pid)


ALONE = """
import sys
from shapelang.inference.corpus.limits import ItemLimits
from shapelang.inference.corpus.pool import LocalPool
from tests.inference.corpus.fakes import Scripted, item
if __name__ == "__main__":
    with LocalPool(1, ItemLimits(3600.0)) as pool:
        list(pool.run(Scripted(sys.argv[1]), [item("sleeps")]))
"""


def test_processes_end_with_the_one_that_started_them_however_that_ends(tmp_path: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(ALONE)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment) as parent:
        assert soon(lambda: _told(tmp_path / "pid"))
        pid = int((tmp_path / "pid").read_text())
        assert runs(pid)
        parent.kill()
    assert soon(lambda: not runs(pid))
