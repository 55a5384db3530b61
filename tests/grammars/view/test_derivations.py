"""A trace and its derivation say the same; the grammar of a program has the rules that one reads in it."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from grammars.view.derivation import Derivation, Drawn, choices_of, derivation_of
from grammars.view.grammar import grammar_of
from grammars.view.rules import Attribute, Grammar, GrammarError, Nonterminal, Rule, Several, Symbol, Terminal
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Choice
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program

EXAMPLES = Path(__file__).parents[3] / "examples"

STOOL = """\
part foot(h) {
  let wide ~ uniform(0.03, 0.05)
  shaft = cylinder(wide, h)
  end = choose {
    3: ball = sphere(0.05)
    1: {}
    2: cap = { let flat ~ uniform(0.01, 0.02); disc = cylinder(0.05, flat) }
  }
}
param height ~ normal(0.5, 0.1) in [0.3, 0.7]
for i in 0..3 { leg = foot(height) at (i * 0.2, 0, 0) }
top = choose {
  1: round = cylinder(0.3, 0.04)
  1: other = { plan = choose { 1: square = cuboid(0.6, 0.04, 0.6); 4: long = cuboid(0.9, 0.04, 0.3) } }
} at (0, height, 0)
"""


def _program(text: str) -> Program:
    return check_text(text, "stool.shape")


def _words(rule: Rule) -> str:
    """A rule as one would write it: `left -> right`."""
    return f"{rule.left} -> {' '.join(map(_word, rule.right)) or 'nothing'}"


def _word(symbol: Symbol) -> str:
    match symbol:
        case Terminal(_, kind):
            return kind
        case Attribute(label):
            return f"~{label}"
        case Nonterminal(_, target):
            return f"<{target}>"
        case Several(how, symbols):
            return f"{how}({' '.join(map(_word, symbols))})"


def test_the_rules_of_a_program_are_its_parts_and_alternatives() -> None:
    """Written out by hand: every nonterminal of the stool, each with its rules in the order of the text."""
    grammar = grammar_of(_program(STOOL))
    assert grammar.start == "stool"
    assert {left: [_words(rule) for rule in rules] for left, rules in grammar.rules.items()} == {
        "stool": ["stool -> ~height for(<foot>) <stool/top>"],
        "foot": ["foot -> ~wide cylinder <foot/end>"],
        "foot/end": ["foot/end -> sphere", "foot/end -> nothing", "foot/end -> <foot/end/cap>"],
        "foot/end/cap": ["foot/end/cap -> ~flat cylinder"],
        "stool/top": ["stool/top -> cylinder", "stool/top -> <stool/top/other>"],
        "stool/top/other": ["stool/top/other -> <stool/top/other/plan>"],
        "stool/top/other/plan": ["stool/top/other/plan -> cuboid", "stool/top/other/plan -> cuboid"],
    }


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.shape")), ids=lambda p: p.stem)
def test_derivations_lose_nothing(path: Path) -> None:
    """Trace → derivation → choices gives equal choices in equal order, on every example and several seeds."""
    program = load(path)
    grammar = grammar_of(program)
    for seed in range(3):
        trace = simulate(program, seed)
        derivation = derivation_of(grammar, trace.choices)
        assert list(choices_of(derivation).items()) == list(trace.choices.items())
        assert derivation.log_prob == trace.log_prob


def test_a_derivation_names_the_rules_that_were_applied() -> None:
    """One stool, rule by rule; what draws nothing (here the round top's cylinder) is no derivation of its own."""
    program = _program(STOOL)
    grammar = grammar_of(program)
    seen: set[str] = set()
    for seed in range(40):
        derivation = derivation_of(grammar, simulate(program, seed).choices)
        names = [rule.name for rule in derivation.rules()]
        assert names[0] == "stool" and names.count("foot") == 3
        seen.update(names)
    block = {"foot/end/cap", "stool/top/other"}
    assert seen == {"stool", "foot", "ball", "empty", "cap", "round", "other", "square", "long"} | block


def test_the_chair_of_the_docs() -> None:
    """What docs/grammars.md shows of seed 3: the program, its alternative, and the part that this is."""
    program = load(EXAMPLES / "chair.shape")
    derivation = derivation_of(grammar_of(program), simulate(program, seed=3).choices)
    names = [rule.name for rule in derivation.rules()]
    assert names == ["chair", "ladder", "backs.ladder"]
    assert f"# {names}" in (EXAMPLES.parent / "docs" / "grammars.md").read_text()


def test_the_log_probability_by_hand() -> None:
    """A choice of weight 4 of 5 within one of 1 of 2: ln 0.4."""
    program = _program(
        "top = choose { 1: a = sphere(2); 1: b = { u = choose { 1: c = sphere(1); 4: d = cone(1, 1) } } }"
    )
    for seed in range(20):
        derivation = derivation_of(grammar_of(program), simulate(program, seed).choices)
        expected = {"a": log(0.5), "c": log(0.1), "d": log(0.4)}[[rule.name for rule in derivation.rules()][-1]]
        assert derivation.log_prob == pytest.approx(expected, abs=1e-12)


def test_parts_of_one_name_in_two_files_are_two_nonterminals(tmp_path: Path) -> None:
    """`leg` here and `leg` there have each their own rules."""
    (tmp_path / "other.shape").write_text("part leg() { let h ~ uniform(1, 2); cuboid(1, h, 1) }\nleg()\n")
    text = 'use "other.shape"\npart leg() { sphere(1) }\nleg()\nother()\n'
    (tmp_path / "main.shape").write_text(text)
    program = load(tmp_path / "main.shape")
    grammar = grammar_of(program)
    trace = simulate(program, 1)
    assert list(trace.choices) == ["other/leg/h"]
    assert list(choices_of(derivation_of(grammar, trace.choices))) == ["other/leg/h"]
    assert sorted(_words(r) for rules in grammar.rules.values() for r in rules if "leg" in r.left) == [
        "leg -> sphere", "leg~2 -> ~h cuboid"
    ]  # fmt: skip


def test_choices_that_are_not_of_the_grammar_are_refused() -> None:
    """An unknown name, a missing choice, a rule that is not there, a number with something in it."""
    program = _program(STOOL)
    grammar = grammar_of(program)
    choices = dict(simulate(program, 0).choices)
    height = choices["height"]
    for address, value, message in (
        ("arm", height, "draws nothing called 'arm'"),
        ("height/x", height, "is a number that was drawn"),
        ("top", Choice("oval", height.distribution, None), "'stool/top' has no rule 'oval'"),
        ("leg[0]/end/flat", height, "draws nothing called 'flat'" if choices["leg[0]/end"].value != "cap" else "x"),
    ):
        if message != "x":
            with pytest.raises(GrammarError, match=message):
                derivation_of(grammar, {**choices, address: value})
    with pytest.raises(GrammarError, match="nothing was chosen for 'foot/end'"):
        derivation_of(grammar, {a: c for a, c in choices.items() if a != "leg[1]/end"} | {"leg[1]/end/flat": height})


def test_what_an_unnamed_alternative_draws_stands_under_its_choice() -> None:
    """A block without a name is no nonterminal; its draws are those of the rule."""
    program = _program("end = choose { 1: { let h ~ uniform(1, 2); cuboid(1, h, 1) }; 1: ball = sphere(1) }")
    traces = [simulate(program, seed) for seed in range(8)]
    assert {tuple(trace.choices) for trace in traces} == {("end", "end/h"), ("end",)}
    grammar = grammar_of(program)
    for trace in traces:
        assert list(choices_of(derivation_of(grammar, trace.choices)).items()) == list(trace.choices.items())


def test_a_loop_tells_its_turns() -> None:
    """Labels keep their indices, in order."""
    program = _program("for i in 0..3 { let u ~ uniform(0, 1); box = cuboid(1, 1 + u, 1) at (2 * i, 0, 0) }")
    derivation = derivation_of(grammar_of(program), simulate(program, 2).choices)
    assert [part.label for part in derivation.parts if isinstance(part, Drawn)] == ["u[0]", "u[1]", "u[2]"]
    assert isinstance(derivation, Derivation) and derivation.choice is None


def test_an_unknown_nonterminal_has_no_rules() -> None:
    """Asked for a rule of what is none."""
    with pytest.raises(GrammarError, match="'x' has no rule 'y'"):
        Grammar("a", {}).rule("x", "y")
