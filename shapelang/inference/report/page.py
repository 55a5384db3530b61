"""One HTML page that holds everything it shows: both meshes, the figures, the program, and a viewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final, final

from shapelang.inference.alternatives.ranking import Alternative
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.report.figures import percent_text, share_text
from shapelang.inference.report.others import others_section
from shapelang.inference.report.primitives import PrimitiveEvidence, explained_share
from shapelang.inference.report.scene import Scene, Side
from shapelang.io.json_text import compact

_STOPS: Final = (
    (0.0, (236, 239, 240)),
    (0.25, (250, 222, 120)),
    (1.0, (240, 140, 40)),
    (2.0, (205, 35, 45)),
    (4.0, (95, 15, 95)),
)
"""Errors in % of the diagonal and their colours (sRGB): the same on every page, so that pages can be compared."""

_POLICY: Final = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
"""The browser itself refuses whatever would come from elsewhere."""

_POOR: Final = 0.2
"""A false surface above this share stands out in the table."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What the page tells. mesh: the file of the input, of which the name is shown · program: the text · color_error:
    CIE 1976 ΔE*ab, None where the mesh has no colours.
    """

    mesh: str
    program: str
    evidence: Evidence
    primitives: tuple[PrimitiveEvidence, ...]
    notes: tuple[str, ...]
    scene: Scene
    color_error: float | None = None
    alternatives: tuple[Alternative, ...] = ()

    def html(self) -> bytes:
        """UTF-8; whatever comes from files is escaped, and nothing is loaded from anywhere."""
        title = f"{escape(PurePath(self.mesh).name)} and its program"
        body = (
            f"<h1>{title}</h1>",
            _facts(self.evidence, self.primitives, self.color_error),
            *(f"<p>{escape(note)}</p>" for note in self.notes),
            _sides(self.scene),
            others_section(self.alternatives),
            "<h2>Primitives</h2>",
            _table(self.primitives),
            f'<h2>Program</h2>\n<pre tabindex="0">{escape(self.program)}</pre>',
            f'<script type="application/json" id="data">{_inert(self._data())}</script>',
            f"<script>\n{_resource('viewer.js')}</script>",
        )
        head = (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>\n{_resource('page.css')}</style>",
        )
        whole = f"<head>\n{_lines(head)}</head>\n<body>\n{_lines(body)}</body>"
        return f'<!DOCTYPE html>\n<html lang="en">\n{whole}\n</html>\n'.encode("utf-8", errors="replace")

    def _data(self) -> dict[str, Any]:
        return {"scene": self.scene.buffers(), "stops": [[at, list(colour)] for at, colour in _STOPS]}


def _resource(name: str) -> str:
    return files("shapelang.inference.report").joinpath(name).read_text(encoding="utf-8")


def _lines(parts: Iterable[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


def _inert(value: Any) -> str:
    """JSON in which nothing can end the element that it stands in."""
    text = compact(value).decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _facts(evidence: Evidence, primitives: Sequence[PrimitiveEvidence], color_error: float | None) -> str:
    told = evidence.description
    facts = (
        ("solid IoU", f"{evidence.iou64:.4f}"),
        ("Chamfer", f"{evidence.chamfer:.3f} %"),
        ("F-score at 1 %", f"{evidence.fscore:.4f}"),
        ("explained", share_text(explained_share(primitives))),
        *([] if color_error is None else [("colour error", f"{color_error:.1f} ΔE")]),
        ("primitives", f"{evidence.primitives:,}"),
        ("tokens", f"{evidence.tokens:,}"),
        ("description length", f"{evidence.bits:,.0f} bits"),
        ("of the program", f"{told.structure + told.numbers:,.0f} bits"),
        ("seconds", f"{evidence.seconds:.2f}"),
    )
    items = "".join(f"<li>{name} <b>{value}</b></li>" for name, value in facts)
    return f'<ul class="facts">{items}</ul>'


def _sides(scene: Scene) -> str:
    given, made = scene.given, scene.made
    stops = ", ".join(f"rgb{colour} {100 * at / _STOPS[-1][0]:g}%" for at, colour in _STOPS)
    return f"""\
<div class="sides">
<figure><canvas id="given"></canvas><figcaption>Input{_shown(given)}</figcaption></figure>
<figure><canvas id="made"></canvas><figcaption>Program{_shown(made)}</figcaption></figure>
</div>
<p id="blind" hidden>This browser shows no WebGL 2, so there is no picture; the table is complete without it.</p>
<div class="bar">
<span><label><input type="radio" name="mode" value="error" checked autocomplete="off"> error</label>
<label><input type="radio" name="mode" value="parts" autocomplete="off"> primitives</label></span>
<span class="legend" id="legend">0<span class="ramp" style="background: linear-gradient(to right, {stops})"></span>
{_STOPS[-1][0]:g} % of the diagonal and more, to the other side's surface</span>
<span id="name">&nbsp;</span>
</div>
<p class="soft">Drag to turn both, with Shift to move, the wheel to come nearer, a double click to start again.</p>"""


def _shown(side: Side) -> str:
    shown, whole = len(side.mesh.faces), side.faces_of
    return f", simplified: {shown:,} of {whole:,} triangles are shown" if shown < whole else ""


def _table(primitives: Iterable[PrimitiveEvidence]) -> str:
    heads = ("name", "kind", "explains", "nearest to", "residual, mean", "residual, most", "outer", "false surface")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"""\
<p class="soft">Nearest to: share of the input's surface that no other primitive is nearer to; explains: the share of it
within 1 % of the diagonal. Residuals: the distance of that surface in % of the diagonal. Outer: share of its own
surface that no other one buries; false surface: share of the outer that is further than 1 % from the input.</p>
<div class="table"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{_lines(_row(primitive) for primitive in primitives)}</tbody>
</table></div>"""


def _row(p: PrimitiveEvidence) -> str:
    poor = ' class="poor"' if p.false_surface is not None and p.false_surface > _POOR else ""
    name = escape(p.name)
    cells = (
        f'<td><span class="swatch"></span>{name}</td><td>{escape(p.kind)}</td>',
        f"<td>{share_text(p.explained)}</td><td>{share_text(p.nearest)}</td>",
        f"<td>{percent_text(p.residual_mean)}</td><td>{percent_text(p.residual_max)}</td>",
        f"<td>{share_text(p.outer)}</td><td{poor}>{share_text(p.false_surface)}</td>",
    )
    return f'<tr tabindex="0" data-primitive="{name}">{"".join(cells)}</tr>'
