"""Projects written by every version of the format open with all that they held.

``python -m tests.project.test_versions`` writes the file of the present version; it is made once, when the
version is new, and never again.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    ImportedFile,
    PictureReview,
    Provenance,
    RemovedImage,
    ReviewNote,
    ReviewState,
    ShapeKind,
    Variant,
)
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.progress import Progress
from slimsam_core.project import Edit, Project, schema

VERSIONS = Path(__file__).parent / "versions"

CLASSES = [
    Category(
        id=1,
        name="cat",
        color="#123456",
        supercategory="animal",
        hotkey="1",
        attributes={"fur": ["long", "short"]},
        extra={"from": "elsewhere"},
    ),
    Category(id=2, name="Hündin"),
]
PICTURES = [
    ImageEntry(
        id=1,
        root_id=1,
        path="a/1.jpg",
        size=Size(3, 4),
        content_hash="00ff",
        exif_orientation=6,
        state=ImageState.DONE,
        flags=frozenset({"dark", "wet"}),
        comment="note",
        extra={"k": [1]},
    ),
    ImageEntry(id=2, root_id=1, path="a/10.jpg"),
]
OBJECTS = [
    Annotation(
        id=1,
        image_id=1,
        category_id=1,
        mask=mask.from_runs([2, 3, 7], Size(3, 4)),
        drawn=DrawnShape(ShapeKind.POLYGON, (((0.5, 0.5), (3.0, 0.5), (2.0, 2.5)),)),
        iscrowd=True,
        attributes={"fur": "long"},
        note="note",
        group_id=7,
        layer=1.5,
        hidden=True,
        locked=True,
        score=0.25,
        provenance=Provenance(
            source="model",
            prompts=PromptSet((PointPrompt(1, 2),), BoxXYXY(0, 0, 1, 1)),
            model_name="tiny",
            model_hash="abc",
            predicted_iou=0.5,
            stability_score=0.75,
            human_edits=3,
            time_spent_s=4.5,
        ),
        extra={"extra": {"deep": None}},
    ),
    Annotation(id=3, image_id=1, category_id=2, mask=mask.empty(Size(3, 4))),
]
REMOVED = Annotation(id=2, image_id=1, category_id=2, mask=mask.from_runs([0, 12], Size(3, 4)))


FILES = [
    ImportedFile(
        id=1,
        name="cats.json",
        info={"year": 2017, "k": [None]},
        licences=({"id": 3, "name": "CC0"},),
        extra={"type": "instances"},
    )
]
"""Since version 2."""
DRAFT = '{"version":1,"parts":[]}'
"""Since version 4."""
GONE = RemovedImage(1, 1, "a/11.jpg")
"""Since version 6."""
ANNOTATOR = "Ána"
REVIEW = PictureReview(
    state=ReviewState.REJECTED,
    author="ben",
    notes=(ReviewNote(x=1.5, y=2, text="an ear is missing", author="ben"),),
)
VARIANT = Variant(
    id=1,
    kind="annotation",
    uid="abc:1",
    image_id=1,
    content="",
    writes="abc:1 def:2",
    author="ben",
    source="b",
)
"""Since version 7, as the annotator of the objects and what was said of the second picture."""


def pictures_of(stem: str) -> list[ImageEntry]:
    return [PICTURES[0], replace(PICTURES[1], review=REVIEW)] if stem >= "version_7" else PICTURES


def object_of(stem: str, found: Annotation) -> Annotation:
    return replace(found, author=ANNOTATOR) if stem >= "version_7" else found


def fill(project: Project) -> None:
    """Content of every kind, a removed object, and an undone command."""
    project.annotator = ANNOTATOR
    pictures = pictures_of("version_7")
    values = [*FILES, *CLASSES, *pictures, GONE, OBJECTS[0], REMOVED, OBJECTS[1], VARIANT]
    project.apply("Add", [Edit(None, value) for value in values])
    project.apply("Remove", [Edit(REMOVED, None)])
    project.apply("Undone", [Edit(None, Category(id=3, name="undone"))])
    project.undo()
    project.keep_draft(1, DRAFT)


def unpack(dump: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text("utf-8"))


@pytest.mark.parametrize("dump", sorted(VERSIONS.glob("*.sql")), ids=lambda dump: dump.stem)
def test_a_project_of_every_version_opens_whole(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    unpack(dump, path)
    with Project.open(path) as project:
        assert project.roots()[0].path == "/pictures"
        assert project.categories() == CLASSES
        assert project.imported_files == ([] if dump.stem == "version_1" else FILES)
        assert project.images() == pictures_of(dump.stem)
        assert project.variants == ([VARIANT] if dump.stem >= "version_7" else [])
        assert project.history(9)[-1].author == (ANNOTATOR if dump.stem >= "version_7" else "")
        assert project.drafts() == ({1: DRAFT} if dump.stem >= "version_4" else {})
        assert project.removed_images == ([GONE] if dump.stem >= "version_6" else [])
        objects = [object_of(dump.stem, found) for found in (OBJECTS[1], OBJECTS[0])]
        assert list(project.annotations(1)) == objects
        assert project.next_id(Annotation) == 4
        assert project.count_annotations() == 2
        assert project.stack_labels(1)[1][0] == "Undone"
        assert project.redo() is not None
        project.undo()
        project.undo()
        assert project.annotation(2) == object_of(dump.stem, REMOVED)
        project.undo()
        assert project.undo() is None
        assert (project.categories(), project.images(), project.imported_files) == ([], [], [])


@pytest.mark.parametrize("dump", sorted(VERSIONS.glob("*.sql")), ids=lambda dump: dump.stem)
def test_a_project_of_every_version_can_be_read_at_once(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    unpack(dump, path)
    with Project.open(path, read_only=True) as project:
        assert project.read_only
        assert project.images() == pictures_of(dump.stem)
    assert not list(tmp_path.glob("*-wal"))


def test_a_conversion_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    unpack(VERSIONS / "version_4.sql", path)
    heard: list[Progress] = []
    with Project.open(path, read_only=True, progress=heard.append) as project:
        assert project.count_annotations() == 2
    assert [(event.done, event.total) for event in heard if "object" in event.stage] == [(2, 2)]
    heard.clear()
    Project.open(path, progress=heard.append).close()
    assert not heard, "it was converted already"


def test_every_version_has_its_file_and_the_newest_has_our_tables(tmp_path: Path) -> None:
    assert [dump.stem for dump in sorted(VERSIONS.glob("*.sql"))] == [
        f"version_{number}" for number in range(1, len(schema.MIGRATIONS) + 1)
    ]
    newest = f"version_{len(schema.MIGRATIONS)}"
    Project.create(tmp_path / "new.slimsam").close()
    ours = tables_of(tmp_path / "new.slimsam")
    for dump in VERSIONS.glob("*.sql"):
        path = tmp_path / f"{dump.stem}.slimsam"
        unpack(dump, path)
        if dump.stem == newest:
            assert tables_of(path) == ours, "the tables changed: add a migration instead"
        Project.open(path).close()
        assert tables_of(path) == ours, "a migration leads to other tables than a new project has"


def tables_of(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name"
        return connection.execute(query).fetchall()


def write_dump() -> None:
    version = len(schema.MIGRATIONS)
    with tempfile.TemporaryDirectory() as folder:
        with Project.create(Path(folder) / "p.slimsam", ["/pictures"]) as project:
            fill(project)
        with closing(sqlite3.connect(Path(folder) / "p.slimsam")) as connection:
            lines = [*connection.iterdump()]
    header = [f"PRAGMA application_id = {schema.APPLICATION_ID};", f"PRAGMA user_version = {version};"]
    VERSIONS.mkdir(exist_ok=True)
    (VERSIONS / f"version_{version}.sql").write_text("\n".join([*header, *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    write_dump()
