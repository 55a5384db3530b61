"""A model that was written and read is the model; a file that is none, or is damaged, is told and never a crash."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.programs.drawing import drawn
from grammars.programs.events import Descriptors, Table
from grammars.programs.files import (
    VERSION,
    ModelFileError,
    Origin,
    corpus_hash,
    model_bytes,
    model_of,
    read_model,
    write_model,
)
from grammars.programs.gates import Fit
from grammars.programs.model import ProgramModel, learned
from grammars.programs.text import read
from shapelang.diagnostics import UsageError
from tests.grammars.programs.examples import TEXT, tables


@cache
def model() -> ProgramModel:
    return learned(tables(30), Fit(passes=2), seed=3)


def origin() -> Origin:
    return Origin(30, 4, corpus_hash(tables(30)), 3, Fit(passes=2), "0.1.0")


@cache
def content() -> bytes:
    return model_bytes(model(), origin())


def test_what_is_read_gives_the_same_bits_and_the_same_draws(tmp_path: Path) -> None:
    assert write_model(tmp_path / "a.programs", model(), origin()) == len(content())
    stored = read_model(tmp_path / "a.programs")
    assert stored.origin == origin() and stored.sha256 == sha256(content()).hexdigest()
    programs = [*tables(12), read(TEXT)]
    assert np.array_equal(stored.model.bits(programs), model().bits(programs))
    for key in range(12):
        for mine, other in ((model(), stored.model), (model().careful(), stored.model.careful())):
            one, two = (np.random.Generator(np.random.Philox(key=key)) for _ in range(2))
            assert drawn(mine, one) == drawn(other, two)
            assert one.random() == two.random()


def test_the_same_model_has_the_same_bytes_however_often_it_is_read() -> None:
    again = model_of(content(), "again")
    assert model_bytes(again.model, again.origin) == content()


def test_a_careful_model_stays_careful() -> None:
    careful = model_of(model_bytes(model().careful(), origin()), "careful").model
    assert (careful.choices.limit, careful.outcomes.limit) == (model().careful().choices.limit,) * 2
    assert careful.numbers.limit == model().numbers.limit


def test_what_decisions_are_told_by_is_that_of_the_version() -> None:
    """Where this fails, the weights of earlier files mean something else: count up `files.VERSION`, and write the new
    hash here.
    """
    table = Table(Descriptors())
    for program in (*tables(4), read(TEXT)):
        table.add(program)
    digest, labels = sha256(), table.names.table()
    for events in (table.choices, table.numbers, table.outcomes):
        for column in (events.kinds, events.contexts, events.keys, events.faults, events.bases):
            digest.update(column.tobytes())
        digest.update(labels[np.frombuffer(events.sets, dtype=np.int64)].tobytes())
        digest.update((np.round(np.array([*events.centres, *events.features]), 3) + 0.0).tobytes())
    assert (VERSION, digest.hexdigest()[:16]) == (1, "e0021c7590d6ee55")


def with_about(**changed: object) -> bytes:
    about = json.loads(arrays()["about"].tobytes()) | changed
    return with_arrays(about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8))


@cache
def arrays() -> dict[str, np.ndarray]:
    return dict(np.load(BytesIO(content())))


def with_arrays(**changed: np.ndarray | None) -> bytes:
    packed, every = BytesIO(), arrays() | changed
    np.savez(packed, allow_pickle=False, **{name: array for name, array in every.items() if array is not None})
    return packed.getvalue()


def spoiled(name: str, value: float) -> bytes:
    array = arrays()[name].copy()
    array.flat[array.size // 2] = value
    return with_arrays(**{name: array})


def other_archive() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return packed.getvalue()


def test_each_file_that_is_none_is_told_with_its_cause_and_what_to_do() -> None:
    cases = (
        (b"", "that is no model of programs"),
        (b"glTF", "that is no model of programs"),
        (other_archive(), "that is no model of programs"),
        (with_about(format="shapelang nets"), "that is no model of programs"),
        (with_about(version=VERSION + 1), f"of version {VERSION + 1}, and this shapelang reads version {VERSION}"),
        (with_about(version="x" * 99), "of version xxxxxxxxxxxxxxxxxxxx, and"),
        (with_about(labels="0"), "a Python that numbers contexts otherwise"),
        (with_about(numbers=-1), "what is said of the model has no sense"),
        (with_about(numbers=10**30), "what is said of the model has no sense"),
        (with_about(limits=[9, 9, 9]), "what is said of the model has no sense"),
        (with_about(origin={"seed": 1}), "what is said of the model has no sense"),
        (with_about(numbers=7), "'values' is float64 of (609,)"),
        (with_arrays(values=None), "arrays are missing"),
        (with_arrays(extra=np.zeros(3)), "or there are others"),
        (with_arrays(choices=np.zeros(8, np.float32)), "'choices' is float32 of (8,)"),
        (with_arrays(choices=np.zeros(1 << 22)), "'choices' is float64"),
        (spoiled("numbers", np.nan), "'numbers' holds what is beyond"),
        (spoiled("features", np.inf), "'features' holds what is beyond"),
        (spoiled("bases", 0.0), "'bases' holds what is beyond 1"),
        (spoiled("entries", -1), "'entries' holds what is beyond 0"),
        (spoiled("entries", 10**7), "'entries' holds what is beyond 0"),
        (spoiled("keys", 0), "'keys' are in no order"),
        (content()[:-100], "the archive is damaged"),
    )
    for data, cause in cases:
        with pytest.raises(ModelFileError) as raised:
            model_of(data, "a.programs")
        first, *more = str(raised.value).splitlines()
        assert first.startswith("a.programs: ") and cause in first and more[0].startswith("  help: ")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_model(tmp_path / "none.programs")
    with pytest.raises(UsageError, match="directory"):
        read_model(tmp_path)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_damage_is_a_crash(data: st.DataObject) -> None:
    """Cut off, or with other bytes somewhere: read as the model that it was, or refused."""
    whole = bytearray(content())
    if data.draw(st.booleans()):
        whole = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for _ in range(data.draw(st.integers(0, 3))):
        if whole:
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = model_of(bytes(whole), "a.programs")
    except ModelFileError as error:
        assert "help: " in str(error)
    else:
        assert np.array_equal(found.model.bits(tables(1)), model().bits(tables(1)))
