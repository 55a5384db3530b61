"""The search against all abstractions of small corpora, written out one by one; rewriting undone by substitution."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.learning.library.abstractions import Abstraction, Body, Hole, Tree, in_order, parts, tree_of
from grammars.learning.library.learned import library
from grammars.learning.library.rewriting import matched, rewritten, saved
from grammars.learning.library.search import Limits, best
from grammars.learning.library.terms import Corpus, Head, Pool
from shapelang.outcome import Outcome


def head(name: str) -> Head:
    return Head(name, whole=True, argument=True)


CALL = head("call")

trees = st.recursive(
    st.sampled_from("abc").map(lambda n: Tree(head(n))),
    lambda inner: st.tuples(st.sampled_from("fg"), inner, inner).map(lambda t: Tree(head(t[0]), (t[1], t[2]))),
    max_leaves=6,
)
corpora = st.lists(trees, min_size=1, max_size=3)


def corpus_of(programs: list[Tree]) -> Corpus:
    pool = Pool()

    def add(tree: Body) -> int:
        assert isinstance(tree, Tree), "programs have no holes"
        return pool.add(tree.head, tuple(add(c) for c in tree.children))

    return Corpus(pool, tuple(add(p) for p in programs))


def generalised(tree: Tree) -> Iterator[Body]:
    """A tree with any of its parts replaced by holes, a number for each equal choice of holes."""
    yield Hole(-1)
    for children in product(*(tuple(generalised(c)) for c in tree.children if isinstance(c, Tree))):
        yield Tree(tree.head, children)


def numbered(body: Body, numbers: Iterator[int]) -> Body:
    match body:
        case Hole():
            return Hole(next(numbers))
        case Tree(own, children):
            return Tree(own, tuple(numbered(c, numbers) for c in children))
        case _:
            raise AssertionError("no rest here")


def all_bodies(corpus: Corpus, arity: int) -> set[Tree]:
    """Every body with at most `arity` holes, holes alike or not in every way."""
    found: set[Tree] = set()
    for k in range(len(corpus.pool.terms)):
        for body in generalised(tree_of(corpus, k)):
            count = sum(isinstance(p, Hole) for p in parts(body))
            if not isinstance(body, Tree) or count > 4:
                continue
            for numbers in product(range(max(1, count)), repeat=count):
                if len(set(numbers)) <= arity:
                    made = numbered(body, iter(numbers))
                    assert isinstance(made, Tree)
                    found.add(in_order(made))
    return found


@settings(max_examples=25, deadline=None)
@given(corpora)
def test_the_search_finds_the_best_of_all(programs: list[Tree]) -> None:
    corpus = corpus_of(programs)
    found = best(corpus, CALL, Limits(arity=2, steps=100_000))
    assert found.outcome is Outcome.FINISHED
    most = 0
    for body in all_bodies(corpus, 2):
        made = Abstraction(body, len({p.number for p in parts(body) if isinstance(p, Hole)}), CALL)
        most = max(most, saved(corpus, made, matched(corpus, made)) - made.cost)
    assert found.saving == most


def expanded(tree: Body, made: Abstraction) -> Body:
    assert isinstance(tree, Tree)
    children = tuple(expanded(c, made) for c in tree.children)
    if tree.head != made.call:
        return Tree(tree.head, children)

    def filled(body: Body) -> Body:
        return children[body.number] if isinstance(body, Hole) else Tree(body.head, tuple(map(filled, body.children)))  # type: ignore[union-attr]

    return filled(made.body)


@settings(max_examples=50, deadline=None)
@given(corpora)
def test_calls_written_out_are_the_programs_and_the_saving_is_what_is_counted(programs: list[Tree]) -> None:
    corpus = corpus_of(programs)
    found = best(corpus, CALL, Limits(arity=2))
    if found.abstraction is None:
        return
    after = rewritten(corpus, found.abstraction)
    assert [expanded(tree_of(after, r), found.abstraction) for r in after.roots] == programs
    assert corpus.size - after.size - found.abstraction.cost == found.saving


def test_what_is_called_within_an_argument_that_stands_twice_is_saved_once() -> None:
    def pair(inner: Tree) -> Tree:
        return Tree(head("g"), (inner, inner))

    # g(a, a) and g(g(c, c), g(c, c)), 10 heads, as call(a) and call(call(c)), 5, with a definition of 5 heads.
    corpus = corpus_of([pair(Tree(head("a"))), pair(pair(Tree(head("c"))))])
    found = best(corpus, CALL, Limits(arity=2))
    assert found.abstraction is None and found.saving == 0


def test_a_saving_by_hand() -> None:
    def pair(a: str, b: str) -> Tree:
        return Tree(head("f"), (Tree(head("g"), (Tree(head(a)), Tree(head("k")))), Tree(head(b))))

    corpus = corpus_of([pair("a", "x"), pair("b", "y"), pair("c", "z"), pair("d", "w"), pair("e", "v")])
    found = best(corpus, CALL, Limits(arity=2))
    # f(g(#0, k), #1): each of the five programs is 5 heads and becomes call(#0, #1), 3; the definition is 1 + 2 + 5.
    assert found.saving == 5 * (5 - 3) - 8
    assert found.abstraction is not None and found.abstraction.arity == 2


def test_a_search_that_is_cut_short_says_so() -> None:
    programs = [
        Tree(head("f"), (Tree(head(a)), Tree(head("g"), (Tree(head(b)), Tree(head(c))))))
        for a, b, c in combinations("abcdef", 3)
    ]
    assert best(corpus_of(programs), CALL, Limits(arity=3, steps=1)).outcome is Outcome.STEPS
    assert library(corpus_of(programs), 5, Limits(3), lambda k: head(f"call{k}")).ratio < inf
