"""The quick way to a checksum gives the same number as the plain one, and refuses the same rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from slimsam_core.project import Project
from slimsam_core.project.proof import PROOF, check_types, is_as_saved, proof_of, proof_of_values
from slimsam_core.project.tables import ANNOTATIONS, TABLES
from tests.project.test_versions import fill


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    path = tmp_path_factory.mktemp("proof") / "p.slimsam"
    with Project.create(path, ["/pictures"]) as project:
        fill(project)
    with closing(sqlite3.connect(path)) as connection:
        return {
            table.name: connection.execute(f"SELECT {table.select}, {PROOF} FROM {table.name}").fetchall()
            for table in TABLES.values()
        }


def test_every_kind_of_row(rows: dict[str, list[tuple[object, ...]]]) -> None:
    for table in TABLES.values():
        assert rows[table.name]
        for *values, proof in rows[table.name]:
            assert is_as_saved(table, values, proof)
            assert (
                proof_of_values(table, values)
                == proof
                == proof_of(table, dict(zip(table.columns, values, strict=True)))
            )


@pytest.mark.parametrize("other", [None, 1, 1.5, "x", 'a "b"\\', "ü\n", b"x", True, float("nan"), 2**62])
def test_another_value_anywhere_is_told(rows: dict[str, list[tuple[object, ...]]], other: object) -> None:
    for place, name in enumerate(ANNOTATIONS.columns):
        *values, proof = rows["annotation"][0]
        if repr(values[place]) == repr(other) or (values[place] == other and name == "layer"):
            continue
        values[place] = other
        row = dict(zip(ANNOTATIONS.columns, values, strict=True))
        assert not is_as_saved(ANNOTATIONS, values, proof)
        if isinstance(other, bytes):
            continue  # no JSON has it
        try:
            check_types(ANNOTATIONS, row)
        except ValueError:
            continue
        assert proof_of(ANNOTATIONS, row) != proof
        if name == "counts":
            continue  # only a code is written the quick way
        assert proof_of_values(ANNOTATIONS, values) == proof_of(ANNOTATIONS, row)
