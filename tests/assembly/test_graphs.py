"""The four graph views of one small desk."""

from __future__ import annotations

import networkx as nx
import pytest

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.graphs import (
    contact_pairs,
    hierarchical_graph,
    hierarchy,
    instances,
    part_set,
    relation_graph,
)
from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.assembly.relation import Adjacency, Alignment, Attachment, Spanning, Symmetry
from shapelang.geometry.box import centred
from shapelang.geometry.pose import IDENTITY, Pose
from tests.representations.shapes import CUBE, Cuboid, leaf

OAK = Material("oak")


def desk() -> Assembly:
    leg = leaf(Cuboid(0.1, 0.7, 0.1), "leg")
    slice_ = leaf(Cuboid(0.3, 0.2, 0.3), "slice")
    drawer = Part(
        "drawer",
        "drawer",
        centred((0.3, 0.4, 0.3)),
        children=(
            Placed(slice_, Pose(offset=(0.0, 0.1, 0.0)), "part[0]"),
            Placed(slice_, Pose(offset=(0.0, -0.1, 0.0)), "part[1]"),
        ),
        relations=(Adjacency("part[0]", "part[1]", "y"),),
        arguments={"w": 0.3},
        material=OAK,
        tags=("storage",),
    )
    legs = [(0.5, 0.3), (-0.5, 0.3), (0.5, -0.3), (-0.5, -0.3)]
    top = leaf(Cuboid(1.2, 0.05, 0.8), "top")
    relations = (
        Attachment("leg[0]", "top", "top", "bottom", (0.5, 0.7, 0.3)),
        Symmetry("mirror", ("x", "z"), 4, None, ("leg[0]", "leg[1]", "leg[2]", "leg[3]")),
        Attachment("drawer", "top", "top", "bottom", (0.0, 0.7, 0.0)),
        Attachment("top", "center", None, None, (0.0, 0.725, 0.0)),
        Spanning("rail", "leg[0]", "leg[1]", (0.5, 0.4, 0.3), (-0.5, 0.4, 0.3)),
        Alignment("rail", "y", "center", "drawer.part[0]", (0.0, 0.4, 0.0)),
    )
    children = (
        Placed(top, Pose(offset=(0.0, 0.725, 0.0)), "top"),
        *(Placed(leg, Pose(offset=(x, 0.35, z)), f"leg[{k}]") for k, (x, z) in enumerate(legs)),
        Placed(drawer, Pose(offset=(0.0, 0.5, 0.0)), "drawer"),
        Placed(leaf(Cuboid(0.9, 0.02, 0.02), "rail"), Pose(offset=(0.0, 0.4, 0.3)), "rail"),
    )
    root = Part("desk", "desk", centred((1.2, 0.75, 0.8)), children=children, relations=relations)
    return Assembly(root, "desk", 0, {})


def test_every_leaf_stands_in_the_hierarchy_once() -> None:
    tree = hierarchy(desk())
    assert nx.is_arborescence(tree)
    leaves = [node for node, data in tree.nodes(data=True) if data["leaf"]]
    assert leaves == [".".join(found.path) for found in part_set(desk())]
    assert sorted(leaves) == sorted(node for node in tree if tree.out_degree(node) == 0)
    assert list(tree.successors("drawer")) == ["drawer.part[0]", "drawer.part[1]"]


def test_nodes_know_what_they_are() -> None:
    data = hierarchy(desk()).nodes["drawer.part[1]"]
    assert (data["name"], data["label"], data["kind"], data["material"]) == ("part", "drawer.part", "slice", OAK)
    assert data["pose"].apply((0.0, 0.0, 0.0)) == pytest.approx((0.0, 0.4, 0.0))
    body = hierarchy(desk()).nodes["drawer"]
    assert (body["arguments"], body["tags"], body["leaf"]) == ({"w": 0.3}, ("storage",), False)
    assert hierarchy(desk()).nodes[""]["name"] == "desk"


def edges(graph: object, kind: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b, data in graph.edges(data=True) if data["kind"] == kind]  # type: ignore[attr-defined]


def test_relations_are_edges() -> None:
    graph = relation_graph(desk())
    assert edges(graph, "attach") == [("top", ""), ("leg[0]", "top"), ("drawer", "top")]
    assert edges(graph, "symmetry") == [("leg[0]", f"leg[{k}]") for k in (1, 2, 3)]
    assert edges(graph, "between") == [("rail", "leg[0]"), ("rail", "leg[1]")]
    assert edges(graph, "align") == [("rail", "drawer.part[0]")]
    assert edges(graph, "adjacency") == [("drawer.part[0]", "drawer.part[1]")]
    assert edges(graph, "contact") == []
    assert graph.edges["leg[0]", "leg[1]", 0]["axes"] == ("x", "z")
    assert graph.edges["leg[0]", "top", 0]["point"] == (0.5, 0.7, 0.3)


def test_the_hierarchical_graph_is_the_tree_and_the_relations() -> None:
    both, tree, relations = hierarchical_graph(desk()), hierarchy(desk()), relation_graph(desk())
    assert set(edges(both, "part")) == set(tree.edges)
    assert both.number_of_edges() == tree.number_of_edges() + relations.number_of_edges()


def test_contacts_are_the_touching_leaves() -> None:
    expected = {("top", f"leg[{k}]") for k in range(4)} | {
        ("leg[0]", "rail"),
        ("leg[1]", "rail"),
        ("top", "drawer.part[0]"),
        ("drawer.part[0]", "drawer.part[1]"),
    }
    assert set(contact_pairs(desk())) == expected
    assert set(edges(relation_graph(desk(), contacts=True), "contact")) == expected


def test_a_path_means_an_instance_a_group_or_the_deepest_on_its_way() -> None:
    root = desk().root
    assert instances(root, "", "leg[2]") == ["leg[2]"]
    assert instances(root, "", "leg") == ["leg[0]", "leg[1]", "leg[2]", "leg[3]"]
    assert instances(root, "", "drawer.part") == ["drawer.part[0]", "drawer.part[1]"]
    assert instances(root, "", "top.corner") == ["top"]
    assert instances(root.children[5].part, "drawer", "part[1]") == ["drawer.part[1]"]


def test_a_single_part_is_a_graph() -> None:
    alone = Assembly(
        Part("p", "p", centred((1.0, 1.0, 1.0)), children=(Placed(leaf(CUBE), IDENTITY, "a"),)), "p", 0, {}
    )
    assert list(relation_graph(alone)) == ["", "a"]
    assert list(contact_pairs(alone)) == []
