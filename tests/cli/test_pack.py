"""`shapelang pack`, and its folder in the place of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapelang.cli.main import main

PROGRAM = "param a ~ uniform(0.5, 1.5)\ncuboid(a, 1, 1) at (5, 0.5, 0)\n"
SMALL = ["--resolution", "8", "--count", "20", "--batch", "2", "--steps", "1"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of an autoencoder, measured and packed, and one that stands upon the packed one, packed as well."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        Path("box.shape").write_text(PROGRAM)
        assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "ae", *SMALL]) == 0
        assert main(["eval", "ae", "--keep"]) == 0
        assert main(["pack", "ae", "-o", "packed-ae", "--data-licence", "CC0"]) == 0
        assert main(["train", "latent-gan", "--on", "packed-ae", "--out", "gan", "--steps", "1", "--batch", "2"]) == 0
        assert main(["pack", "gan", "-o", "packed-gan"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))


def test_a_packed_one_makes_what_its_run_makes() -> None:
    for name in ("gan", "packed-gan"):
        assert main(["generate", name, "-n", "1", "-o", f"of-{name}", "--format", "npz"]) == 0
        assert main(["interpolate", name, "1", "held-out:0", "--steps", "2", "-o", f"b-{name}", "--format", "npz"]) == 0
    for name in ("ae", "packed-ae"):
        Path(f"of-{name}").mkdir()
        assert main(["reconstruct", name, "box.shape", "-o", f"of-{name}/box.npz"]) == 0
    assert Path("of-gan/shape_0.npz").read_bytes() == Path("of-packed-gan/shape_0.npz").read_bytes()
    assert Path("b-gan/step_001.npz").read_bytes() == Path("b-packed-gan/step_001.npz").read_bytes()
    assert Path("of-ae/box.npz").read_bytes() == Path("of-packed-ae/box.npz").read_bytes()


def test_a_packed_one_is_measured_as_its_run_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "ae", "--json"]) == 0
    assert main(["eval", "packed-ae", "--json"]) == 0
    one, other = capsys.readouterr().out.splitlines()
    assert json.loads(one) == json.loads(other)


def test_the_card_has_the_commands_and_figures() -> None:
    text = Path("packed-ae/README.md").read_text()
    assert "\nshapelang train cnn-ae --data box.shape --out ae --resolution 8" in text
    assert "`shapelang eval ae --keep`" in text and "| iou net mean |" in text and "| licence of that | CC0 |" in text
    assert Path("packed-gan/README.md").read_text().count("shapelang train latent-gan --on packed-ae --out gan") == 1


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["pack", "nowhere", "-o", "x"], "nowhere: no such folder; of trained nets there are"),
        (["pack", "ae", "-o", "gan"], "gan: something else stands there"),
        (["pack", "ae", "-o", "."], "something else stands there"),
        (["pack", "packed-ae", "-o", "x"], "packed-ae is packed already"),
        (["eval", "packed-ae", "--keep"], "packed-ae is packed: keep the figures with the run"),
        (["complete", "packed-gan", "box.shape", "-o", "x.glb"], "packed-gan is a run of LatentGan"),
    ],
)
def test_what_is_wrong_is_told(call: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call) == 2
    assert told in " ".join(capsys.readouterr().err.split())
