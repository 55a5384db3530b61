"""The other programs of a mesh on its page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from shapelang.inference.alternatives.ranking import Alternative


def others_section(alternatives: Sequence[Alternative]) -> str:
    """A table of programs that differ in structure, each with its text; nothing of fewer than two."""
    if len(alternatives) < 2:
        return ""
    heads = ("bits", "structure", "solid IoU", "Chamfer", "primitives", "tokens", "program")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "\n".join(_row(one) for one in alternatives)
    return f"""\
<h2>Programs of other structure</h2>
<p class="soft">By description length, the shortest first: bits of the program and of what it leaves unsaid.</p>
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
        f"<details><summary>show</summary><pre>{escape(one.text)}</pre></details>",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
