"""Random commands: the store is the model at every step, and undo and redo lead to every state exactly."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.project import Project
from tests.project.model import Model, random_command, run, values_of

TABLES = ("root", "category", "image", "removed_image", "annotation")


def every_row(path: Path, *tables: str) -> list[object]:
    """All columns of all rows, also the derived and maintained ones."""
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables]


def check_summaries(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(
            "SELECT id, objects, area_min, area_max, confidence_min, confidence_max FROM image ORDER BY id"
        ).fetchall() == [
            tuple(row)
            for row in connection.execute(
                "SELECT image.id, count(annotation.id), min(area), max(area), min(confidence),"
                " max(confidence) FROM image LEFT JOIN annotation ON image_id = image.id"
                " GROUP BY image.id ORDER BY image.id"
            )
        ]
        assert connection.execute("SELECT id, objects FROM category ORDER BY id").fetchall() == [
            tuple(row)
            for row in connection.execute(
                "SELECT category.id, count(annotation.id) FROM category"
                " LEFT JOIN annotation ON category_id = category.id GROUP BY category.id ORDER BY category.id"
            )
        ]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@settings(max_examples=25, deadline=None)
@given(rng=st.randoms(use_true_random=False), count=st.integers(1, 40), reopen_at=st.integers(0, 40))
def test_any_session_is_the_model_and_every_step_can_be_walked_back(
    rng: Random, count: int, reopen_at: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.slimsam"
        project = Project.create(path, [folder])
        model = Model(project.roots()[0])
        start = every_row(path, *TABLES)
        try:
            for number in range(count):
                command = random_command(rng, model)
                model.run(command)
                run(project, command, f"step {number}")
                if number == reopen_at:
                    project.close()
                    project = Project.open(path)
                assert values_of(project) == model.values
            for kind in (Category, ImageEntry, Annotation):
                assert project.next_id(kind) == model.next_id(kind)
            check_summaries(path)
            while project.redo():
                model.run(("redo", ()))
            assert values_of(project) == model.values
            end = every_row(path, *TABLES)
            steps = 0
            while project.undo():
                steps += 1
            assert steps == len(model.done)
            assert every_row(path, *TABLES) == start
            for _ in range(steps):
                project.redo()
            assert every_row(path, *TABLES) == end
        finally:
            project.close()
