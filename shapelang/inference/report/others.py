"""The other programs of a mesh on its page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from shapelang.inference.alternatives.ranking import Alternative

_ODDS: Final = ("ln p", "ln p of the mesh")
_BY_BITS: Final = "By description length, the shortest first: bits of the program and of what it leaves unsaid."
_BY_ODDS: Final = "By log-probability, the most probable first: that of the choices, and of the mesh, given them."


def others_section(alternatives: Sequence[Alternative]) -> str:
    """A table of programs that differ in structure, each with its text; nothing of fewer than two."""
    if len(alternatives) < 2:
        return ""
    derived = any(one.derived is not None for one in alternatives)
    heads = ("bits", "structure", "solid IoU", "Chamfer", "primitives", "tokens", *_ODDS[: 2 * derived], "program")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "\n".join(_row(one) for one in alternatives)
    return f"""\
<h2>Programs of other structure</h2>
<p class="soft">{_BY_ODDS if derived else _BY_BITS}</p>
<div class="table"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>"""


def _row(one: Alternative) -> str:
    e = one.evidence
    cells = (
        f"{e.bits:,.0f}",
        escape(one.structure.words()),
        f"{e.iou64:.4f}",
        f"{e.chamfer:.3f} %",
        f"{e.primitives:,}",
        f"{e.tokens:,}",
        *(() if one.derived is None else (f"{one.derived.log_prob:.2f}", f"{one.derived.log_likelihood:,.1f}")),
        f"<details><summary>show</summary><pre>{escape(one.text)}</pre></details>",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
