"""Programs as terms and back; libraries of programs that make the same shapes as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from grammars.learning.library.abstractions import tree_of
from grammars.learning.library.decoding import Naming, statements_of
from grammars.learning.library.encoding import encoded
from grammars.learning.library.same import same_leaves
from grammars.learning.library.search import Limits
from grammars.learning.library.terms import Corpus, Pool
from grammars.learning.library.writing import FILE, Shared, shared
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check, check_text
from shapelang.semantics.loader import FileLoader
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source

EXAMPLES = sorted(Path("examples").rglob("*.shape"))


def as_terms_and_back(text: str) -> tree.Module:
    pool = Pool()
    corpus = Corpus(pool, (encoded(parse(Source("a", text)).module, pool),))
    return tree.Module(statements_of(tree_of(corpus, corpus.roots[0]), Naming((), {})))


@pytest.mark.parametrize("path", EXAMPLES[::3], ids=lambda p: p.stem)
def test_a_program_is_what_its_term_says(path: Path) -> None:
    text = path.read_text()
    assert print_module(as_terms_and_back(text)) == print_module(
        tree.Module(parse(Source("a", text)).module.statements)
    )


def test_a_whole_number_is_not_the_equal_real() -> None:
    text = "array 3 by (0, 1.0, 0) { cuboid(1, 1.0, 3.0) }\narray 1 by (3.0, 1, 0) { cuboid(3, 1, 1.0) }\n"
    assert print_module(as_terms_and_back(text)) == print_module(parse(Source("a", text)).module)


def share(*texts: str, rounds: int = 5, holes: int = 4) -> Shared:
    loader = FileLoader(Path("examples"))
    return shared([(Source(f"p{k}.shape", t), loader) for k, t in enumerate(texts)], rounds, Limits(holes))


def stool(width: float, height: float, turn: int) -> str:
    return f"""// Stool {turn}. CC0 1.0.
param height = {height} in [0.1, 2]
material oak = {{ color: #b98b5e }}
seat = cuboid({width}, 0.04, {width}) at (0, height, 0) with oak
mirror x, z {{
  leg = cylinder(0.02, height - 0.02) at (0.4 * {width}, (height - 0.02) / 2, 0.4 * {width})
  foot = sphere(0.03) at (0.4 * {width}, 0, 0.4 * {width})
}}
back = cuboid(0.1, 0.5, 0.01) rotate x {turn} attach bottom to seat.top
"""


def test_what_is_shared_is_a_part_and_programs_make_the_same() -> None:
    texts = [stool(0.3, 0.4, 3), stool(0.4, 0.7, 4), stool(0.5, 0.5, 7)]
    found = share(*texts)
    assert found.library.ratio > 1.2
    assert "mirror x, z {" in found.text and found.text.count("sphere(0.03)") == 1
    loader = _Beside(found.text)
    for before, program in zip(texts, found.programs, strict=True):
        assert program.kept is None
        assert program.text.startswith(before.splitlines()[0])
        assert 'use "library.shape"' in program.text and "sphere" not in program.text
        for given in ({}, {"height": 1.1}):
            was = simulate(check_text(before), 0, given).assembly
            now = simulate(check(Source("now.shape", program.text), loader), 0, given).assembly
            assert same_leaves(was, now)
            assert not same_leaves(was, simulate(check_text(texts[0].replace("0.04", "0.05")), 0, given).assembly)


class _Beside:
    def __init__(self, text: str) -> None:
        self.text = text

    def load(self, path: str, beside: str) -> Source:
        assert path == FILE
        return Source(path, self.text)


def test_names_that_are_read_elsewhere_stay_where_they_are() -> None:
    inside = """mirror x {
  post = cuboid(0.1, 1, 0.1) at (1, 0, 0)
  knob = sphere(0.1) at (1, 0.6, 0)
  pin = sphere(0.2) at (1, 0.9, 0)
}
"""
    assert "knob =" in share(inside, inside, inside).text
    read = inside + "choose { 1: bar = cuboid(0.1, 0.1, 0.1) attach bottom to knob.top }\n"
    found = share(read, read, read)
    assert all(p.kept is None for p in found.programs)
    assert "knob =" not in found.text


def test_what_is_drawn_is_part_of_no_part() -> None:
    text = "{\n  let h ~ uniform(1, 2)\n  a = cuboid(1, h, 1)\n  b = sphere(0.3) at (0, 2, 0)\n}\n"
    assert "~" not in share(text, text, text).text


def test_a_call_without_a_name_does_not_take_one_that_is_there() -> None:
    text = """{n} = cuboid(1, 2, 3) at (0, {k}, 0)
cuboid(1, 2, 3) at (0, {k}, 9)
cuboid(1, 2, 3) at (0, {k}, 7)
"""
    found = share(*(text.format(n="rail", k=k) for k in range(4, 8)))
    assert "part " in found.text
    assert [p.kept for p in found.programs] == [None] * 4


def test_a_count_is_a_whole_number() -> None:
    row = "array {n} by (0, {n}.5, 0) {{ slat = cuboid(0.1, 0.2, 0.3); pin = sphere(0.2) at (0, 0.1, 0) }}\n"
    found = share(*(row.format(n=n) for n in (3, 4, 5)))
    assert "count: int" in found.text
    assert [p.kept for p in found.programs] == [None] * 3


def test_programs_that_share_nothing_stay_as_they_are() -> None:
    texts = ("cuboid(1, 2, 3)\n", "sphere(4)\n")
    found = share(*texts)
    assert not found.library.abstractions and tuple(p.text for p in found.programs) == texts
