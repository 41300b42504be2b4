"""Tracks in COCO files: one number for the same thing in several pictures, there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project
from slimsam_core.project.tracks import TRACK_KEY, track_of, used_tracks
from tests.teamwork.people import square

SIZE = Size(12, 16)
TRACKS = {1: 7, 2: 7, 3: 0, 4: 9}
"""Object -> its track; 0 = it has none."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two frames: one thing in both, one that is in the second alone, one without a track."""
    made = Project.create(tmp_path / "walk.slimsam", [tmp_path / "frames"])
    values = [
        Category(id=1, name="dog"),
        *(ImageEntry(id=n, root_id=1, path=f"{n}.png", size=SIZE) for n in (1, 2)),
    ]
    made.apply("Begin", [Edit(None, value) for value in values])
    for number, track in TRACKS.items():
        one = Annotation(
            id=number,
            image_id=1 if number % 2 else 2,
            category_id=1,
            mask=square(2 * number, 3),
            extra={TRACK_KEY: track} if track else {},
        )
        made.apply("Add", [Edit(None, one)])
    return made


@pytest.mark.parametrize("masks", list(CocoMasks))
def test_each_object_says_its_track(project: Project, tmp_path: Path, masks: CocoMasks) -> None:
    target = tmp_path / "walk.json"
    with project:
        export_project(project, get_format("coco"), target, Selection(), WriteOptions(masks=masks))
    written = json.loads(target.read_text("utf-8"))["annotations"]
    found = {one["bbox"][0] // 2: one.get(TRACK_KEY) for one in written}
    assert found == {number: track or None for number, track in TRACKS.items()}


def test_tracks_come_back_and_go_on(project: Project, tmp_path: Path) -> None:
    """Also those of other programs: ``track_id`` is read as it stands, nonsense is no track."""
    target = tmp_path / "walk.json"
    with project:
        export_project(project, get_format("coco"), target, Selection())
    told = json.loads(target.read_text("utf-8"))
    for one in told["annotations"]:
        one.pop("slimsam", None)
        if TRACK_KEY not in one:
            one[TRACK_KEY] = "seven"
    target.write_text(json.dumps(told), "utf-8")
    with Project.create(tmp_path / "back.slimsam", [tmp_path / "frames"]) as back:
        import_into(back, get_format("coco"), target, check_pictures=False)
        objects = [o for image in back.images() for o in back.annotations(image.id)]
        assert sorted(map(track_of, objects)) == sorted(TRACKS.values())
        assert used_tracks(back) == {7, 9}
        same = {o.image_id for o in objects if track_of(o) == 7}
        assert len(same) == 2, "one thing in two pictures"


def part_of_a_film(path: Path, left: int, *frames: int) -> Path:
    """A file of another program: one dog in some frames, as track 1."""
    images = [{"id": n, "file_name": f"{n}.png", "width": SIZE.width, "height": SIZE.height} for n in frames]
    x, y = left, 3
    objects = [
        {
            "id": n,
            "image_id": n,
            "category_id": 1,
            "bbox": [x, y, 4, 4],
            "area": 16,
            "iscrowd": 0,
            "segmentation": [[x, y, x + 4, y, x + 4, y + 4, x, y + 4]],
            TRACK_KEY: 1,
        }
        for n in frames
    ]
    content = {"images": images, "annotations": objects, "categories": [{"id": 1, "name": "dog"}]}
    path.write_text(json.dumps(content), "utf-8")
    return path


def things(project: Project) -> dict[int, set[tuple[str, int]]]:
    """Track -> picture and left border of its objects."""
    found: dict[int, set[tuple[str, int]]] = {}
    for image in project.images():
        for one in project.annotations(image.id):
            found.setdefault(track_of(one), set()).add((image.path, one.mask.bbox_xywh[0]))
    return found


def test_a_number_that_two_files_give_means_two_things(tmp_path: Path) -> None:
    with Project.create(tmp_path / "film.slimsam", [tmp_path / "frames"]) as film:
        for name, left, frames in (("a", 1, (1, 2)), ("b", 9, (3, 4))):
            source = part_of_a_film(tmp_path / f"{name}.json", left, *frames)
            import_into(film, get_format("coco"), source, check_pictures=False)
        found = things(film)
        assert found[1] == {("1.png", 1), ("2.png", 1)}
        (other,) = found.keys() - {1}
        assert other
        assert found[other] == {("3.png", 9), ("4.png", 9)}


@pytest.mark.parametrize("frames", [(2, 3, 4), (0, 2, 3)])
def test_a_track_with_an_object_that_is_there_goes_on_as_its_own(
    frames: tuple[int, ...], tmp_path: Path
) -> None:
    """Whether the known object comes first or after others."""
    with Project.create(tmp_path / "film.slimsam", [tmp_path / "frames"]) as film:
        for name, left, some in (("a", 9, (7, 8)), ("b", 1, (1, 2))):  # the second is track 2 here
            source = part_of_a_film(tmp_path / f"{name}.json", left, *some)
            import_into(film, get_format("coco"), source, check_pictures=False)
        more = part_of_a_film(tmp_path / "more.json", 1, *frames)
        import_into(film, get_format("coco"), more, check_pictures=False)
        found = things(film)
        assert found == {
            1: {("7.png", 9), ("8.png", 9)},
            2: {(f"{n}.png", 1) for n in {1, 2, *frames}},
        }
        film.undo()
        assert set(things(film)) == {1, 2}
