from __future__ import annotations

from benchmarks.infer.instances import grouped, instances, leaves_of, outermost
from benchmarks.infer.parts_tables import tables
from benchmarks.infer.rows import Row, State

CHAIR = """
part leg(height) {
  shaft = cuboid(0.1, height, 0.1)
  foot = cuboid(0.2, 0.1, 0.2) at (0, -height / 2, 0)
}
seat = cuboid(1, 0.1, 1) at (0, 1, 0)
mirror x {
  legs = leg(0.8) at (0.4, 0.5, 0)
}
"""


def test_an_instance_is_a_leaf_and_what_stands_outermost_a_group_of_them():
    leaves = leaves_of(CHAIR)
    pieces = instances(leaves)
    assert len(pieces) == 5
    assert [len(piece.faces) for piece in pieces] == [12] * 5
    assert outermost(leaves) == [0, 1, 1, 2, 2]
    assert [len(piece.faces) for piece in grouped(pieces, outermost(leaves))] == [12, 24, 24]


def test_a_shape_that_holds_all_is_no_group():
    inner = "\n".join("  " + line for line in CHAIR.split("}\n", 1)[1].strip().splitlines())
    part = CHAIR.split("}\n", 1)[0] + "}\n"
    leaves = leaves_of(f"{part}chair = {{\n{inner}\n}}\n")
    assert outermost(leaves) == [0, 1, 1, 2, 2]


def row(of: str, shape: str, figures: dict[str, float]) -> Row:
    return Row(of, shape, "some", State.OK, figures)


def counted(name: str, true: int, said: int, both: int) -> dict[str, float]:
    counts = {"true": true, "said": said, "both": both, "f1": 2 * both / (true + said)}
    return {f"{name}_{what}": float(value) for what, value in counts.items()}


def test_tables_pool_parts_and_average_categories():
    names = ("parts", "outermost_parts", "connections", "connections_matched")
    first = {key: value for name in names for key, value in counted(name, 4, 4, 4).items()}
    second = {key: value for name in names for key, value in counted(name, 6, 2, 0).items()}
    text = tables(
        [
            row("ikea", "chair", first),
            row("ikea", "table", second),
            row("psb", "Cup_1", {"rand": 0.5, "segments": 2.0}),
            row("psb", "Chair_1", {"rand": 0.7, "segments": 4.0}),
            row("psb", "Chair_2", {"rand": 0.9, "segments": 3.0}),
        ]
    )
    assert "| ikea | some | 2 | 10 | 6 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 |" in text
    assert "| some | 3 | 0.800 | 0.500 | 0.650 | 3.0 |" in text
