"""The page: whole, closed to the outside, escaped, small, and showing the meshes that it was made from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.inference.description.description import Description
from shapelang.inference.measuring.evidence import Evidence, mesh_triangles
from shapelang.inference.report import scene
from shapelang.inference.report.display import MOST, Display
from shapelang.inference.report.page import Page
from shapelang.inference.report.primitives import PrimitiveEvidence
from shapelang.inference.report.scene import NOBODY, Scene, Side, scene_of
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.inference.shapes import data, piece

EVIDENCE = Evidence(0.9, 0.5, 0.8, 2, 20, 100_000, 3.0, 0.0, 1.25, Description(80, 40, 500, 20))
HOSTILE = "<script>alert('\"&')"
VOID = {"meta", "input"}
SCRIPTS = Path(scene.__file__).parent


def two_boxes() -> Scene:
    """A unit cube, and one whose result is higher by a tenth."""
    flat = flattened(simulate(check_text("a = cuboid(1, 1, 1)\nb = cuboid(1, 1.1, 1) at (3, 0.05, 0)\n")).assembly)
    return scene_of(flat, mesh_triangles(data(piece("cuboid", 1, 1, 1), piece("cuboid", 1, 1, 1, at=(3, 0, 0)))))


def row(name: str, kind: str = "cuboid") -> PrimitiveEvidence:
    return PrimitiveEvidence(name, kind, 0.5, 0.25, None, 1.5, 1.0, None)


def page_of(name: str = "a", mesh: str = "m.obj", program: str = "", note: str = "", shown: Scene | None = None) -> str:
    made = Page(mesh, program, EVIDENCE, (row(name), row("b", name)), (note,), shown or two_boxes()).html()
    return made.decode("utf-8")


class Read(HTMLParser):
    """Tags with their attributes, and the text of each element; raises AssertionError where tags do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def texts_of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]

    def data(self) -> Any:
        (text,) = (text for text in self.texts_of("script") if text.startswith("{"))
        return json.loads(text)


def test_nothing_comes_from_elsewhere() -> None:
    page = page_of()
    read = Read(page)
    names = {name for _, attributes in read.tags for name in attributes}
    assert not names & {"src", "href", "srcset", "action", "data", "poster", "background"}
    assert {tag for tag, _ in read.tags} & {"link", "iframe", "img", "object", "embed", "base"} == set()
    assert re.findall(r"://|@import|url\(|import\(|fetch\(|XMLHttpRequest|WebSocket", page) == []
    (policy,) = (a["content"] for t, a in read.tags if t == "meta" and "http-equiv" in a)
    assert policy is not None and policy.startswith("default-src 'none';")


def test_the_unescaped_would_be_found() -> None:
    """The reader above, on pages that are wrong."""
    with pytest.raises(AssertionError):
        Read("<p><b>open</p>")
    assert len([t for t, _ in Read(f"<td>{HOSTILE}</script></td>").tags if t == "script"]) == 1


@pytest.mark.parametrize("place", ["name", "mesh", "program", "note"])
def test_what_comes_from_files_is_text(place: str) -> None:
    given = [HOSTILE if each == place else "a" for each in ("name", "mesh", "program", "note")]
    plain, hostile = Read(page_of()), Read(page_of(given[0], given[1], given[2], given[3]))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    shown = {
        "name": hostile.texts_of("td")[:1]
        + [a["data-primitive"] for _, a in hostile.tags if "data-primitive" in a][:1],
        "mesh": [hostile.texts_of("h1")[0].removesuffix(" and its program")],
        "program": hostile.texts_of("pre"),
        "note": hostile.texts_of("p")[:1],
    }
    assert set(shown[place]) == {HOSTILE}
    assert hostile.data() == plain.data()


def test_folders_of_the_machine_are_not_told() -> None:
    page = page_of(mesh="/home/somebody/table.obj")
    assert Read(page).texts_of("h1") == ["table.obj and its program"] and "somebody" not in page


def test_the_data_cannot_end_its_element() -> None:
    text = page_of()
    inside = text.partition('id="data">')[2].partition("</script>")[0]
    assert "<" not in inside and json.loads(inside)["stops"][0][0] == 0.0


def test_the_whole_is_told_with_what_is_explained_and_how_far_the_colours_are() -> None:
    """Both rows explain a quarter; a mesh without colours has no error of them."""
    rows = (row("a"), row("b"))
    told = [
        Read(Page("m.obj", "", EVIDENCE, rows, (), two_boxes(), error).html().decode()).texts for error in (None, 12.34)
    ]
    for texts in told:
        assert texts[texts.index(("li", "explained ")) + 1] == ("b", "50.0 %")
    assert ("li", "colour error ") not in told[0]
    assert told[1][told[1].index(("li", "colour error ")) + 1] == ("b", "12.3 ΔE")


def test_every_primitive_has_its_row() -> None:
    cells = Read(page_of("leg[1]")).texts_of("td")
    assert cells[:8] == ["leg[1]", "cuboid", "25.0 %", "50.0 %", "–", "1.500 %", "100.0 %", "–"]


def unpacked(buffers: dict[str, Any], side: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places (in the longest side), faces, owners and errors (in % of the diagonal), as the viewer reads them."""
    packed = buffers[side]

    def array(key: str, kind: str) -> np.ndarray:
        return np.frombuffer(b64decode(packed[key]), kind)

    places = array("positions", "<u2").reshape(-1, 3) / 65_535
    return places, array("faces", "<u2").reshape(-1, 3), array("owners", "<u2"), array("errors", "u1") * buffers["step"]


def test_the_buffers_are_the_meshes() -> None:
    """Read back from the page: surfaces, owners and errors, up to the steps that they are written in."""
    made_of = two_boxes()
    buffers = Read(page_of(shown=made_of)).data()["scene"]
    assert buffers["size"] == pytest.approx([1.0, 1.1 / 4, 1.0 / 4])
    diagonal = np.sqrt(16.0 + 1 + 1)
    given = mesh_triangles(data(piece("cuboid", 1, 1, 1), piece("cuboid", 1, 1, 1, at=(3, 0, 0))))
    made = mesh_triangles(data(piece("cuboid", 1, 1, 1), piece("cuboid", 1, 1.1, 1, at=(3, 0.05, 0))))
    for side, mesh, other in (("given", given, made), ("made", made, given)):
        places, faces, owners, errors = unpacked(buffers, side)
        # The longest side of both is 4 m, from (-0.5, -0.5, -0.5).
        positions = 4.0 * places - 0.5
        assert faces.max() + 1 == len(positions) == len(errors) and len(owners) == len(faces)
        assert buffers[side]["triangles"] == len(faces) and buffers[side]["of"] == len(mesh.faces)
        half_a_step = 4.0 / 65_535
        assert distances_to(mesh, positions).max() <= half_a_step
        shown = Triangles(positions, faces.astype(np.int64))
        assert distances_to(shown, mesh.positions).max() <= half_a_step
        expected = 100.0 * distances_to(other, positions) / diagonal
        np.testing.assert_allclose(errors, np.minimum(expected, 5.1), atol=0.01 + 100 * half_a_step / diagonal)
        # Nearer to one cube than to the other, on this side of x = 1.5 and beyond.
        np.testing.assert_array_equal(owners, positions[faces].mean(axis=1)[:, 0] > 1.5)


def test_the_largest_page_is_small() -> None:
    """Triangles that share no corner, as many as are shown, on both sides: below 2 MB with the rest."""
    count = 3 * MOST
    points = np.random.Generator(np.random.Philox(1)).random((count, 3))
    soup = Display(points, np.arange(count).reshape(-1, 3), np.zeros(count, np.int64))
    side = Side(soup, np.full(MOST, -1), np.linspace(0.0, 9.0, count), 10 * MOST)
    page = page_of(shown=Scene(side, side))
    assert len(page) < 2_000_000
    assert "Input, simplified: 20,000 of 200,000 triangles are shown" in page
    _, faces, owners, errors = unpacked(Read(page).data()["scene"], "given")
    assert faces.max() == count - 1 and set(owners) == {NOBODY}
    assert errors.max() == pytest.approx(5.1)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not there to parse the script")
def test_the_script_is_a_script() -> None:
    done = subprocess.run(["node", "--check", SCRIPTS / "viewer.js"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_another_primitive_buries_has_no_error() -> None:
    """A board between two posts that it stands in: its ends are in no surface of the mesh, which is one fused body."""
    text = "mirror x { cuboid(1, 3, 1) at (2, 0, 0) }\nboard = cuboid(4, 1, 0.5)\n"
    assembly = simulate(check_text(text)).assembly
    fused = flattened(simulate(check_text("union {\n" + text.replace("board = ", "") + "}\n")).assembly)
    found = scene_of(flattened(assembly), triangles(fused.positions, fused.faces))
    assert found.made.error.max() < 1e-3
    open_end = scene_of(
        flattened(simulate(check_text("cuboid(4, 1, 0.5)\n")).assembly),
        mesh_triangles(data(piece("cuboid", 3, 1, 0.5))),
    )
    assert open_end.made.error.max() == pytest.approx(100 * 0.5 / 3.2016, rel=1e-3)
