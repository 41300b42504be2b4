"""Long codes that were proved once: the same row is known again, any other is proved anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project
from slimsam_core.project import decoding as decoding_module
from slimsam_core.project.checkup import examine
from slimsam_core.project.proof import PROOF, proof_of
from slimsam_core.project.proved import LONG_CHARS, ProvedRows
from slimsam_core.project.tables import ANNOTATIONS

SIZE = Size(60, 80)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with one object whose code is long."""
    ragged = mask.encode(np.random.default_rng(0).random(SIZE.hw) < 0.5)
    assert len(ragged.counts) >= LONG_CHARS
    path = tmp_path / "p.slimsam"
    with Project.create(path, [tmp_path]) as project:
        project.apply(
            "Make",
            [
                Edit(None, Category(id=1, name="leaf")),
                Edit(None, ImageEntry(id=1, root_id=1, path="a.png", size=SIZE)),
                Edit(None, Annotation(id=1, image_id=1, category_id=1, mask=ragged)),
            ],
        )
    return path


@pytest.fixture(autouse=True)
def nothing_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding_module, "PROVED", ProvedRows())


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many codes were looked at in each reading."""
    counts: list[int] = []
    real = decoding_module.areas_of

    def counted(codes: list[tuple[str, int]]) -> list[int]:
        counts.append(len(codes))
        return real(codes)

    monkeypatch.setattr(decoding_module, "areas_of", counted)
    return counts


def change(path: Path, **columns: object) -> None:
    """Write other values behind the program's back."""
    with closing(sqlite3.connect(path)) as connection:
        for name, value in columns.items():
            connection.execute(f"UPDATE annotation SET {name} = ?", (value,))
        connection.commit()


def test_the_same_row_is_known_again(path: Path, looked_at: list[int]) -> None:
    with Project.open(path, read_only=True) as project:
        first, again = project.annotations(1), project.annotations(1)
    assert first == again
    assert looked_at == [1, 0]


def test_a_row_that_was_changed_after_it_was_proved_is_damage(path: Path) -> None:
    with Project.open(path, read_only=True) as project:
        (annotation,) = project.annotations(1)
    counts = annotation.mask.counts
    for column, value in (("counts", counts[:-1] + chr(ord(counts[-1]) ^ 1)), ("area", 1), ("note", "x")):
        with closing(sqlite3.connect(path)) as connection:
            (whole,) = connection.execute(f"SELECT {column} FROM annotation").fetchone()
        change(path, **{column: value})
        with Project.open(path, read_only=True) as project:
            assert {damage.id for damage in examine(project)} == {1}, column
        change(path, **{column: whole})
    with Project.open(path, read_only=True) as project:
        assert project.annotations(1) == (annotation,)


def test_a_bad_code_with_a_right_checksum_under_a_known_id_is_damage(path: Path) -> None:
    with Project.open(path, read_only=True) as project:
        assert project.annotations(1)
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(f"SELECT {ANNOTATIONS.select} FROM annotation").fetchone()
    columns = dict(zip(ANNOTATIONS.columns, row, strict=True))
    columns["counts"] = "5@" * LONG_CHARS
    change(path, **{"counts": columns["counts"], PROOF: proof_of(ANNOTATIONS, columns)})
    with Project.open(path, read_only=True) as project:
        reasons = [damage.reason for damage in examine(project)]
    assert "its mask is no run-length code of its size" in reasons


def test_a_value_of_another_type_is_another_row() -> None:
    rows = ProvedRows()
    rows.add((1, "code", 0.0))
    assert rows.has((1, "code", 0.0))
    assert not rows.has((1, "code", 0))
    assert not rows.has((1, "code", False))
    assert not rows.has((2, "code", 0.0))


def test_what_is_kept_is_bounded() -> None:
    rows = ProvedRows(max_chars=100)
    for number in range(50):
        rows.add((number, "x" * 30))
        rows.add((number, "y" * 30))
        assert rows.has((number, "y" * 30))
    assert sum(rows.has((number, "y" * 30)) for number in range(50)) <= 3
