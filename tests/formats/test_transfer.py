"""Projects in and out, conversion, splits, and the commands that do them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, Root
from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, FormatError, OutputError, ProjectError
from slimsam_core.formats.coco_format import COCO
from slimsam_core.formats.coco_write import write_coco
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.project_records import FileNames, Selection
from slimsam_core.formats.records import DatasetMeta, ImageRecord, by_image
from slimsam_core.formats.registry import Format, WriteOptions, formats, get_format, recognise
from slimsam_core.formats.selected import count_selected
from slimsam_core.formats.spool import Spool
from slimsam_core.formats.subset import Split, split_dataset
from slimsam_core.formats.transfer import convert, export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.progress import CancelToken
from slimsam_core.project import Edit, Project
from tests.formats.examples import nasty_masks, vector_mask
from tests.formats.in_memory import memory_dataset
from tests.formats.test_coco_read import base


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A COCO file with two pictures beside it."""
    folder = tmp_path / "data"
    for name in ("sub/0001.jpg", "0002.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6)).save(folder / name)
    data = base()
    data["images"].append({"id": 40, "file_name": "0002.png", "width": 8, "height": 6})
    data["categories"].append({"id": 9, "name": "dog", "supercategory": "animal"})
    data["annotations"].append({**data["annotations"][0], "id": 12, "image_id": 40, "category_id": 9})
    path = folder / "instances.json"
    path.write_text(json.dumps(data))
    return path


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.slimsam") as project:
        yield project


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def test_coco_through_a_project_is_the_same_coco(source: Path, project: Project, tmp_path: Path) -> None:
    report = import_into(project, COCO, source)
    assert report.summary == "2 of 2 objects imported, 2 images, 0 not taken over, 0 warnings"
    (exported,) = export_project(project, COCO, tmp_path / "out.json")
    assert exported.summary == "2 objects, 2 images, IoU 1.000, 0 warnings"
    before, after = load(source), load(tmp_path / "out.json")
    for key in ("categories", "licenses"):
        assert after[key] == before[key]
    assert sorted(after["images"], key=lambda i: i["id"]) == before["images"]
    assert sorted(after["annotations"], key=lambda a: a["id"]) == before["annotations"]


def test_what_a_file_says_about_itself_comes_back(source: Path, project: Project, tmp_path: Path) -> None:
    data = load(source)
    data["info"] = {"description": "Zoo", "year": 2017, "contributor": "Ü", "url": None}
    data["licenses"].append({"id": 9, "name": "of no picture", "url": ""})
    data["type"] = "instances"
    source.write_text(json.dumps(data))
    import_into(project, COCO, source)
    import_into(project, COCO, source)
    export_project(project, COCO, tmp_path / "out.json")
    after = load(tmp_path / "out.json")
    for key in ("info", "licenses", "type"):
        assert after[key] == data[key]

    other = source.with_name("other.json")
    other.write_text(json.dumps({**data, "info": {"description": "Farm"}, "licenses": []}))
    import_into(project, COCO, other)
    export_project(project, COCO, tmp_path / "both.json")
    both = load(tmp_path / "both.json")
    assert both["info"]["description"] == "p"
    assert both["info"]["sources"] == [
        {"name": "instances.json", "info": data["info"], "type": "instances"},
        {"name": "other.json", "info": {"description": "Farm"}, "type": "instances"},
    ]
    project.undo()
    project.undo()
    assert project.imported_files == []


def test_import_is_one_command_that_undo_takes_back(source: Path, project: Project) -> None:
    import_into(project, COCO, source)
    assert project.count_annotations() == 2
    change = project.undo()
    assert change is not None
    assert change.label == "Import instances.json"
    assert (project.count_annotations(), project.count_images(), project.categories()) == (0, 0, [])


def test_second_import_doubles_nothing_and_says_so(source: Path, project: Project) -> None:
    import_into(project, COCO, source)
    report = import_into(project, COCO, source)
    assert (report.objects_in, report.objects_imported, report.objects_reported) == (2, 0, 2)
    assert {issue.code for issue in report.issues.examples} == {"already-there"}
    assert (project.count_annotations(), project.count_images(), len(project.categories())) == (2, 2, 2)


def test_an_object_that_has_another_class_by_now_is_told_when_it_comes_again(
    source: Path, project: Project
) -> None:
    import_into(project, COCO, source)
    first = project.annotations(project.image_ids()[0])[0]
    other = next(c.id for c in project.categories() if c.id != first.category_id)
    project.apply("Correct", [Edit(first, replace(first, category_id=other))])
    report = import_into(project, COCO, source)
    assert report.objects_imported == 1
    (told,) = (issue for issue in report.issues.examples if issue.code == "other-class")
    assert "an object of another class" in str(told.message)


def test_classes_are_joined_by_name_and_ids_do_not_clash(source: Path, project: Project) -> None:
    root = Root(1, str(source.parent))
    entry = ImageEntry(id=1, root_id=1, path="0002.png", size=Size(6, 8))
    own = Annotation(id=1, image_id=1, category_id=1, mask=encode(np.ones((6, 8), np.bool_)))
    project.apply("setup", [Edit(None, value) for value in (root, Category(id=1, name="dog"), entry, own)])
    report = import_into(project, COCO, source)
    assert report.objects_imported == 2
    names = {c.id: c.name for c in project.categories()}
    assert sorted(names.values()) == ["cat", "dog"]
    on_second = project.annotations(1)
    assert [names[a.category_id] for a in on_second] == ["dog", "dog"]
    assert own in on_second


def test_picture_of_another_size_keeps_its_objects_out(source: Path, project: Project) -> None:
    root = Root(1, str(source.parent))
    project.apply(
        "setup",
        [Edit(None, root), Edit(None, ImageEntry(id=1, root_id=1, path="0002.png", size=Size(60, 80)))],
    )
    report = import_into(project, COCO, source, check_pictures=False)
    assert (report.objects_in, report.objects_imported, report.objects_reported) == (2, 1, 1)


def test_pictures_of_a_sub_folder_are_those_of_the_project(source: Path, project: Project) -> None:
    project.apply("setup", [Edit(None, Root(1, str(source.parent.parent)))])
    import_into(project, COCO, source, images_root=source.parent)
    assert sorted(i.path for i in project.images()) == ["data/0002.png", "data/sub/0001.jpg"]
    with pytest.raises(ProjectError, match="holds the folder"):
        import_into(project, COCO, source, images_root=source.parent.parent.parent)


def test_broken_or_cancelled_import_changes_nothing(source: Path, project: Project) -> None:
    text = source.read_text()
    source.write_text(text[: len(text) - 5])
    with pytest.raises(FormatError):
        import_into(project, COCO, source)
    source.write_text(text)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        import_into(project, COCO, source, cancel=cancel)
    assert project.last_seq() == 0
    assert project.roots() == []


def filled(project: Project, folder: Path, names: list[str], root_id: int = 1) -> None:
    """Pictures with one object each of class 1 or 2 in turn."""
    edits: list[Any] = [Root(root_id, str(folder))]
    if root_id == 1:
        edits += [Category(id=1, name="cat"), Category(id=2, name="dog")]
    for index, name in enumerate(names):
        number = root_id * 1000 + index
        state = ImageState.DONE if index % 2 else ImageState.IN_PROGRESS
        edits.append(ImageEntry(id=number, root_id=root_id, path=name, size=Size(6, 8), state=state))
        edits.append(
            Annotation(id=number, image_id=number, category_id=index % 2 + 1, mask=encode(vector_mask()))
        )
    project.apply("fill", [Edit(None, value) for value in edits])


def test_selection_by_class_and_state(project: Project, tmp_path: Path) -> None:
    filled(project, tmp_path, [f"{i}.png" for i in range(10)])
    project.apply("empty", [Edit(None, ImageEntry(id=1, root_id=1, path="new.png", size=Size(6, 8)))])
    empty = ImageEntry(id=2, root_id=1, path="empty.png", size=Size(6, 8), state=ImageState.EMPTY_CHECKED)
    project.apply("empty", [Edit(None, empty)])

    def run(**choice: Any) -> dict[str, Any]:
        target = tmp_path / "out.json"
        export_project(project, COCO, target, Selection(**choice), WriteOptions(overwrite=True))
        return load(target)

    everything = run()
    assert len(everything["images"]) == 11, "the unlabelled, unchecked picture is left out"
    assert len(run(unlabelled=True)["images"]) == 12
    dogs = run(category_ids=frozenset((2,)))
    assert [c["name"] for c in dogs["categories"]] == ["dog"]
    assert {a["category_id"] for a in dogs["annotations"]} == {2}
    assert len(run(states=frozenset((ImageState.IN_PROGRESS,)))["images"]) == 5


def test_file_names_by_style_and_collisions_are_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    filled(project, tmp_path / "one", ["a/x.png", "b/y.png"])
    target = tmp_path / "out.json"

    def names(style: FileNames) -> list[str]:
        options = WriteOptions(overwrite=True)
        export_project(project, COCO, target, Selection(file_names=style), options)
        return sorted(i["file_name"] for i in load(target)["images"])

    assert names(FileNames.RELATIVE) == ["a/x.png", "b/y.png"]
    assert names(FileNames.NAME) == ["x.png", "y.png"]
    assert names(FileNames.WITH_ROOT) == ["one/a/x.png", "one/b/y.png"]
    filled(project, tmp_path / "two", ["a/x.png", "c/Y.png"], root_id=2)
    with pytest.raises(OutputError, match=r"both be called a/x\.png"):
        names(FileNames.RELATIVE)
    with pytest.raises(OutputError, match="both be called"):
        names(FileNames.NAME)
    assert names(FileNames.WITH_ROOT)[2:] == ["two/a/x.png", "two/c/Y.png"]


@pytest.mark.parametrize("name", [f.name for f in formats() if f.write is not None])
def test_names_that_differ_only_in_case_are_exported_where_the_disk_tells_them_apart(
    project: Project, tmp_path: Path, name: str
) -> None:
    pictures = ["Cat.png", "cat.png", "sub/ca\u0301t.png", "sub/c\u00e1t.png"]
    filled(project, tmp_path / "one", pictures)
    format_ = get_format(name)
    (report,) = export_project(
        project, format_, tmp_path / f"out{'' if format_.is_folder else format_.suffix}"
    )
    assert (report.images, report.objects) == (4, 4)
    assert report.losses == () or not any("vanish" in loss.kind for loss in report.losses)
    assert "differ only in capitals or accents" in "\n".join(map(str, report.warnings))


@pytest.mark.parametrize("name", ["yolo", "labelme", "png"])
def test_names_that_the_disk_takes_for_one_are_refused_before_anything_is_written(
    project: Project, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.formats.folder_export.tells_names_apart", lambda _: False)
    filled(project, tmp_path / "one", ["Cat.png", "cat.png"])
    with pytest.raises(OutputError, match="two pictures would share"):
        export_project(project, get_format(name), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_split_is_by_picture_seeded_and_complete(project: Project, tmp_path: Path) -> None:
    filled(project, tmp_path, [f"{i}.png" for i in range(20)])
    split = Split(0.7, 0.2, 0.1, seed=3)
    reports = export_project(project, COCO, tmp_path / "out.json", Selection(split=split))
    assert [r.target.name for r in reports] == ["out_train.json", "out_val.json", "out_test.json"]
    assert [r.images for r in reports] == [14, 4, 2]
    parts = [{i["file_name"] for i in load(r.target)["images"]} for r in reports]
    assert len(set.union(*parts)) == 20
    names = [f"{i}.png" for i in range(20)]
    assert split.assign(iter(names)) == split.assign(iter(reversed(names)))
    assert split.assign(iter(names)) != Split(0.7, 0.2, 0.1, seed=4).assign(iter(names))
    for report in reports:
        images = {i["id"] for i in load(report.target)["images"]}
        assert {a["image_id"] for a in load(report.target)["annotations"]} == images


def test_split_refuses_before_it_writes_anything(project: Project, tmp_path: Path) -> None:
    filled(project, tmp_path, ["1.png", "2.png"])
    (tmp_path / "out_val.json").write_text("mine")
    with pytest.raises(OutputError):
        export_project(project, COCO, tmp_path / "out.json", Selection(split=Split(0.5, 0.5)))
    assert not (tmp_path / "out_train.json").exists()
    assert (tmp_path / "out_val.json").read_text() == "mine"


def test_conversion_keeps_ids_info_and_every_pixel(source: Path, tmp_path: Path) -> None:
    imported, (exported,) = convert(source, recognise(source), tmp_path / "out.json", COCO)
    assert imported.objects_imported == exported.objects == 2
    after = load(tmp_path / "out.json")
    assert after["info"] == {"description": "x"}
    assert [a["id"] for a in after["annotations"]] == [1, 12]


def test_spool_gives_back_what_came_in_picture_by_picture() -> None:
    masks = [encode(m) for m in nasty_masks().values()]
    size = masks[0].size
    images = [ImageRecord(id=i, file_name=f"{i}.png", size=size, extra={"k": [i]}) for i in (5, 2, 9)]
    objects = [
        Annotation(id=i + 1, image_id=(5, 2, 9)[i % 3], category_id=1, mask=mask)
        for i, mask in enumerate(masks)
    ]
    with Spool() as spool:
        assert list(spool.fill([DatasetMeta({"a": 1}), Category(id=1, name="c"), *images, *objects])) == []
        assert list(spool.images()) == images
        assert [(i.id, len(own)) for i, own in by_image(spool)] == [(5, 3), (2, 3), (9, 3)]
        assert spool.image_named("2.png") == images[1]
        assert [a.id for a in spool.annotations_of(2)] == [2, 5, 8]
        assert [a.image_id for a in spool.annotations()] == [5, 5, 5, 2, 2, 2, 9, 9, 9]
        assert (spool.count_images(), spool.count_annotations()) == (3, 9)
        assert spool.meta == DatasetMeta({"a": 1}, categories=(Category(id=1, name="c"),))
        again = split_dataset(spool, Split(1, 1, 1))
        assert {i.split for i in again.images()} == {"train", "val", "test"}


def test_commands_import_export_and_convert(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, out = tmp_path / "cli.slimsam", tmp_path / "out.json"
    assert main(["import", str(project), str(source)]) == 0
    assert "2 of 2 objects imported" in capsys.readouterr().out
    assert main(["export", str(project), str(out), "--class", "dog"]) == 0
    assert "1 object, 1 image, IoU 1.000, 0 warnings" in capsys.readouterr().out
    assert main(["export", str(project), str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["export", str(project), str(out), "--class", "cow"]) == 1
    assert "no class 'cow'" in capsys.readouterr().err
    assert main(["export", str(project), str(out), "--overwrite", "--split", "50/50", "--seed", "1"]) == 0
    assert (tmp_path / "out_val.json").is_file()
    data = load(source)
    data["annotations"][0]["image_id"] = 1000
    source.write_text(json.dumps(data))
    target = str(tmp_path / "polygons.json")
    args = ["convert", str(source), "--from", "coco", "--to", "coco", "--out", target, "--masks", "polygons"]
    assert main(args) == 1, "an object was not taken over"
    captured = capsys.readouterr()
    assert "annotations[0].image_id" in captured.err
    assert "1 object loses holes: IoU 0.9" in captured.out


def test_write_coco_reads_back_as_the_dataset(tmp_path: Path) -> None:
    size = Size(6, 8)
    meta = DatasetMeta(categories=(Category(id=1, name="cat"),))
    images, objects = (
        (ImageRecord(id=1, file_name="a.png", size=size),),
        (Annotation(id=1, image_id=1, category_id=1, mask=encode(vector_mask())),),
    )
    write_coco(tmp_path / "x.json", meta, images, objects)
    assert COCO.read is not None
    found = memory_dataset(COCO.read(tmp_path / "x.json", ReadContext()))
    assert found.objects[0].mask == objects[0].mask


def test_a_project_keeps_the_order_of_its_first_file(project: Project, tmp_path: Path) -> None:
    """labelme2coco and others number classes from 0, which gets a new id but stays the first."""
    data = base()
    data["categories"] = [{"id": n, "name": name} for n, name in ((0, "cat"), (2, "cow"), (1, "dog"))]
    (tmp_path / "in.json").write_text(json.dumps(data))
    import_into(project, COCO, tmp_path / "in.json", images_root=tmp_path)
    assert [category.name for category in project.categories()] == ["cat", "cow", "dog"]
    export_project(project, get_format("yolo"), tmp_path / "yolo")
    text = (tmp_path / "yolo" / "data.yaml").read_text("utf-8")
    assert text.endswith('names:\n  0: "cat"\n  1: "cow"\n  2: "dog"\n')


WRITTEN = [format_ for format_ in formats() if format_.write is not None]


@pytest.mark.parametrize("format_", WRITTEN, ids=lambda f: f.name)
@pytest.mark.parametrize("parts", ["none", "one", "two"])
def test_pictures_that_would_share_a_file_are_known_before_the_export(
    project: Project, tmp_path: Path, format_: Format, parts: str
) -> None:
    """``parts``: both pictures are in no part of a split, in the same one, in two."""
    names = ["same.png", "same.jpg", "other.png", "another.png"]
    for name in names:
        Image.new("RGB", (8, 6)).save(tmp_path / name)
    filled(project, tmp_path, names)
    splits = (Split(0.5, 0.5, seed=seed) for seed in range(100))
    given = ((split, split.assign(iter(names))) for split in splits)
    found = (split for split, part in given if (part["same.png"] == part["same.jpg"]) == (parts == "one"))
    selection = Selection(split=None if parts == "none" else next(found))
    told = count_selected(project, selection, format_.by_stem).alike
    target = tmp_path / ("out" if format_.is_folder else f"out{format_.suffix}")
    refused = ""
    try:
        export_project(project, format_, target, selection)
    except OutputError as error:
        refused = error.message
    assert told == ((("same.jpg", "same.png"),) if refused else ()), refused
    assert ".claimed" not in refused
