"""Roles, part graphs, their grammar, and exchanged parts, on chairs that are written out here."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import inf, isclose, log

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.graphs.exchange import CHAIR_SLOTS, NotCompatible, assembly_of, exchanged, kept_attachments
from grammars.graphs.grammar import expected_bits, learned, production_of
from grammars.graphs.part_graph import ROOT, part_graph
from grammars.graphs.pieces import Piece, around, connected, pieces_of
from grammars.graphs.roles import with_roles
from shapelang.execution.simulate import simulate
from shapelang.geometry.invariants import faults
from shapelang.representations.surface import geometry_mesh
from shapelang.semantics.check import check_text

FOUR = """
a = cuboid(0.5, 0.05, 0.5) at (0, 0.45, 0)
mirror x, z { b = cuboid(0.04, 0.425, 0.04) at (0.22, 0.2125, 0.22) }
c = cuboid(0.5, 0.5, 0.04) rotate x -6 at (0, 0.72, -0.25)
"""
ARMS = (
    FOUR
    + """
mirror x { d = cuboid(0.05, 0.04, 0.4) at (0.25, 0.7, 0.0)
  e = cuboid(0.04, 0.21, 0.04) at (0.25, 0.58, 0.15) }
"""
)
COLUMN = """
plate = superquadric(0.6, 0.08, 0.6, e1: 0.3, e2: 0.3) at (0, 0.56, 0)
post = cylinder(0.03, 0.5) at (0, 0.27, 0)
foot = cylinder(0.25, 0.03) at (0, 0.015, 0)
mirror x { up = cylinder(0.02, 0.4) at (0.2, 0.78, -0.26) }
rail = cuboid(0.5, 0.1, 0.03) at (0, 1.0, -0.26)
"""
STOOL = (
    "a = cuboid(0.4, 0.05, 0.4) at (0, 0.5, 0)\nmirror x, z { b = cuboid(0.04, 0.475, 0.04) at (0.17, 0.2375, 0.17) }"
)


def chair(text: str) -> tuple[Piece, ...]:
    return with_roles(pieces_of(simulate(check_text(text)).assembly))


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (FOUR, {"seat": 1, "leg": 4, "back": 1}),
        (ARMS, {"seat": 1, "leg": 4, "back": 1, "arm": 4}),
        (COLUMN, {"seat": 1, "base": 2, "back": 3}),
        (STOOL, {"seat": 1, "leg": 4}),
    ],
)
@pytest.mark.parametrize("turn", [0, 180])
def test_roles_are_told_from_place_and_size(text: str, roles: dict[str, int], turn: int) -> None:
    turned = f"whole = {{\n{text}\n}} rotate y {turn}"
    assert Counter(piece.label for piece in chair(turned)) == roles


@cache
def graph_of(text: str) -> nx.MultiDiGraph[str]:
    return part_graph(chair(text))


def test_a_part_graph_says_what_hangs_on_what() -> None:
    graph = part_graph(chair(FOUR))
    kinds = Counter(kind for _, _, kind in graph.edges(data="kind"))
    # Four legs and a back touch the seat; legs are images in x in two pairs; both groups are next to that of the seat.
    assert kinds == {"part": 3 + 6, "attach": 5, "symmetry": 2, "adjacency": 2}
    assert graph.nodes["leg[0]"]["parent"] == "support" and graph.nodes["support"]["parent"] == ROOT
    assert production_of(graph, ROOT).edges == ((0, 1, "adjacency"), (1, 2, "adjacency"))


def test_a_grammar_gives_the_probabilities_written_out_by_hand() -> None:
    graphs = [part_graph(chair(text)) for text in (FOUR, FOUR, ARMS, STOOL)]
    grammar = learned(graphs)
    # The shape: half the time seat, back and legs; a quarter with arms; a quarter without a back. All else is certain.
    assert isclose(grammar.log_probability(graphs[0]), log(1 / 2))
    assert isclose(grammar.log_probability(graphs[2]), log(1 / 4))
    assert grammar.log_probability(part_graph(chair(COLUMN))) == -inf
    assert isclose(expected_bits(grammar), 1.5)
    for seed in range(40):
        made = grammar.sample(seed)
        assert grammar.log_probability(made) in {grammar.log_probability(g) for g in graphs}
        assert all(side > 0 for node in made.nodes for side in made.nodes[node]["box"].size)


@given(st.sets(st.sampled_from([FOUR, ARMS, COLUMN, STOOL]), min_size=1), st.integers(0, 2**32))
@settings(max_examples=60)
def test_what_is_grown_is_a_tree_of_all_that_was_derived(texts: set[str], seed: int) -> None:
    graphs = [graph_of(text) for text in sorted(texts)]
    grammar = learned(graphs)
    made = grammar.sample(seed)
    parts = [(a, b) for a, b, kind in made.edges(data="kind") if kind == "part"]
    assert sorted(b for _, b in parts) == sorted(node for node in made if node != ROOT)
    assert all(made.nodes[b]["parent"] == a for a, b in parts)
    assert all(a != b for a, b in made.edges())
    assert grammar.log_probability(made) > -inf
    if len(graphs) == 1:
        assert set(made) == set(graphs[0])


@pytest.mark.parametrize("receiver", [FOUR, ARMS, COLUMN, STOOL])
@pytest.mark.parametrize("donor", [FOUR, ARMS, COLUMN])
@pytest.mark.parametrize("name", ["legs", "back"])
def test_exchanged_parts_hang_where_they_hung(receiver: str, donor: str, name: str) -> None:
    ours, theirs, slot = chair(receiver), chair(donor), CHAIR_SLOTS[name]
    made = exchanged(ours, theirs, slot)
    assert connected(made)
    assert kept_attachments(ours, theirs, slot, made) == 1.0
    assert Counter(p.label for p in made if p.label in slot.labels) == Counter(
        p.label for p in theirs if p.label in slot.labels
    )
    assert abs(around(made).low[1]) < 0.01
    for leaf in assembly_of(made).leaves():
        assert faults(geometry_mesh(leaf.geometry, 16)) == ()


def test_a_part_given_back_is_as_it_was() -> None:
    ours = chair(COLUMN)
    for slot in (CHAIR_SLOTS["legs"], CHAIR_SLOTS["back"]):
        again = exchanged(ours, ours, slot)
        before = sorted((p.bounds.low, p.bounds.high) for p in ours)
        after = sorted((p.bounds.low, p.bounds.high) for p in again)
        for a, b in zip(before, after, strict=True):
            assert all(
                isclose(x, y, abs_tol=1e-9) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True)
            )


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(NotCompatible, match="the donor has no arm"):
        exchanged(chair(FOUR), chair(STOOL), CHAIR_SLOTS["arms"])
    tall = STOOL.replace("0.5, 0)", "2.0, 0)").replace("0.475", "1.975").replace("0.2375", "0.9875")
    with pytest.raises(NotCompatible, match="leg or stretcher would be stretched by"):
        exchanged(chair(FOUR), chair(tall), CHAIR_SLOTS["legs"])
