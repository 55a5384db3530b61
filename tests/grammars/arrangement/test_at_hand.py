"""What stays clear stays clear, and a furnisher places only the kinds that are at hand, in their sizes."""

from __future__ import annotations

from grammars.arrangement.model import load_model
from grammars.arrangement.sampling import MarkovFurnisher, at_hand
from grammars.arrangement.space import Rect, Space

WAY = Rect(0.0, 1.5, 5.0, 2.5)
SIZES = {"dining_table": (1.6, 0.9, 0.75), "chair": (0.5, 0.5, 0.9), "rug": (2.0, 1.4, 0.01), "altar": (2.0, 1.0, 1.0)}


def test_things_stand_off_what_stays_clear_and_are_of_kinds_at_hand() -> None:
    space = Space("dining", (Rect(0, 0, 5, 4),), (Rect(-0.1, 1.5, 0.1, 2.5),), clear=(WAY,))
    furnisher = MarkovFurnisher(load_model("rooms"), steps=100)
    props = furnisher.furnish(space, 3, sizes=SIZES)
    assert props and {prop.kind for prop in props} <= SIZES.keys() - {"altar"}
    for prop in props:
        wide, deep, _ = SIZES[prop.kind]
        half = (deep if prop.heading % 180 == 0 else wide) / 2 - 0.05
        assert prop.kind == "rug" or prop.z + half <= WAY.low_z or prop.z - half >= WAY.high_z


def test_a_model_at_hand_has_the_sizes_and_none_of_the_other_kinds() -> None:
    model = at_hand(load_model("rooms"), SIZES)
    table = model.kinds[model.names.index("dining_table")]
    assert (table.width, table.depth, table.height) == SIZES["dining_table"]
    for most in model.most.values():
        assert all(count == 0 for name, count in zip(model.names, most, strict=True) if name not in SIZES)
