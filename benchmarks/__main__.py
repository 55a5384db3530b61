"""`make bench`: every table of the README, ratios within one run. `--write` puts it into the README."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import ours, peers
from benchmarks.timing import Timing, commit, in_turn, machine, shown, warm, whole


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the work, who did it, how long it took, how many times ours that is, and the goal."""

    work: str
    who: str
    time: str
    ratio: str
    goal: str


def against(
    work: str, own: Timing, rows: list[tuple[str, Timing | None]], goal: str, who: str = "shapelang"
) -> list[Row]:
    """Our row, then the peers' with their ratio to ours; an absent peer says so."""
    found = [Row(work, f"**{who}**", str(own), "1", goal)]
    for name, timing in rows:
        if timing is None:
            found.append(Row(work, name, "not installed", "–", ""))
        else:
            found.append(Row(work, name, str(timing), f"{timing.median / own.median:.2g}×", ""))
    return found


def chair() -> list[Row]:
    """Twelve cuboids to a mesh."""
    rows: list[tuple[str, Timing | None]] = [
        ("manifold3d, union", warm(peers.manifold_chair())),
        ("trimesh + manifold, union", warm(peers.trimesh_chair())),
        ("NumPy alone, positions of separate boxes", warm(peers.numpy_chair())),
        ("build123d, fused", warm(peers.build123d_chair(), runs=5) if peers.installed("build123d") else None),
    ]
    work = "chair, 12 cuboids → mesh, warm"
    found = against(work, warm(ours.rerun("chair12")), rows, "≤ 0.5 ms", "shapelang, re-run of a checked program")
    found.append(Row(work, "**shapelang, text to mesh**", str(warm(ours.text_to_mesh("chair12"))), "", "≤ 3 ms"))
    command = peers.openscad([peers.scad_box(b) for b in peers.chair_boxes()])
    scad = None if command is None else whole(command)
    return found + against(
        "chair, whole process", whole(ours.build_command("chair12")), [("OpenSCAD", scad)], "≤ 0.35 s"
    )


def colonnade() -> list[Row]:
    """Two hundred parts in loops."""
    has = peers.installed("build123d")
    rows: list[tuple[str, Timing | None]] = [
        ("manifold3d, union", warm(peers.manifold_colonnade(), runs=7)),
        ("build123d, fused", warm(peers.build123d_colonnade(), runs=3) if has else None),
    ]
    own = warm(ours.rerun("colonnade"))
    found = against("colonnade, 200 parts → mesh, warm", own, rows, "≤ 5 ms; manifold ≥ 15×, build123d ≥ 200×")
    command = peers.openscad([peers.scad_part(p) for p in peers.colonnade_parts()])
    scad = None if command is None else whole(command, runs=3)
    return found + against("colonnade, whole process", whole(ours.build_command("colonnade")), [("OpenSCAD", scad)], "")


def solid() -> list[Row]:
    """A rounded box less eight cylinders, and two ellipsoids."""
    own, other = in_turn(ours.solid("solid_part"), peers.manifold_solid())
    work = "solid part (rounded box − 8 cylinders ∪ 2 ellipsoids), warm"
    return [
        Row(work, "**shapelang**", str(own), f"{own.median / other.median:.2f}× manifold3d", "≤ 1.3× manifold3d"),
        Row(work, "manifold3d on the same operand meshes", str(other), "", ""),
    ]


def variants() -> list[Row]:
    """A thousand variants."""
    one = warm(ours.single_structure(1000), runs=7)
    many = warm(ours.batch(ours.EXAMPLES / "chair.shape", 1000), runs=5)
    glb = warm(ours.glbs(ours.EXAMPLES / "chair.shape", 1000, 2), runs=3)
    return [
        Row(
            "1,000 variants of the chair, one structure",
            "**shapelang**",
            f"{1000 / one.median:,.0f}/s",
            "",
            "≥ 5,000/s",
        ),
        Row(
            "1,000 variants of examples/chair.shape, all structures and redraws",
            "**shapelang**",
            f"{1000 / many.median:,.0f}/s",
            "",
            "",
        ),
        Row(
            "1,000 variants of examples/chair.shape as GLB, two processes",
            "**shapelang**",
            f"{1000 / glb.median:,.0f}/s",
            "",
            "≥ 300/s",
        ),
    ]


def parsing() -> list[Row]:
    """Two hundred lines to a checked program."""
    lines = ours.long_text(200).count("\n") + 1
    time = warm(ours.check_text(200))
    return [Row(f"{lines} lines of text to a checked program", "**shapelang**", shown(time.median), "", "≤ 20 ms")]


def table(rows: list[Row]) -> str:
    """Markdown, aligned."""
    cells = [("work", "who", "time", "× ours", "goal"), *[(r.work, r.who, r.time, r.ratio, r.goal) for r in rows]]
    widths = [max(len(row[k]) for row in cells) for k in range(5)]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures everything and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    given = parser.parse_args(arguments)
    rows = [*chair(), *colonnade(), *solid(), *variants(), *parsing()]
    text = f"{table(rows)}\n\n`make bench`, medians; {machine()}; commit {commit()}."
    print(text)
    if given.write:
        from tools.readme import fill

        fill("bench", text)


if __name__ == "__main__":
    main()
