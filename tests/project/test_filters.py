"""Filters and pages give what a plain loop over everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, Provenance, Root
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, ImageFilter, Project
from slimsam_core.project.sorting import natural_key

SIZE = Size(6, 7)
Content = list[tuple[ImageEntry, tuple[Annotation, ...]]]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Content]]:
    rng = Random(0)
    folder = tmp_path_factory.mktemp("filters")
    content: Content = []
    number = 0
    for image_id in range(1, 151):
        path = f"{rng.choice(['a', 'b/c'])}/{rng.choice(['x', 'Ü'])}{image_id}.jpg"
        flags = frozenset(rng.sample(["dark", "blurred", "Ärger"], rng.randrange(3)))
        image = ImageEntry(
            id=image_id,
            root_id=rng.choice([1, 2]),
            path=path,
            state=rng.choice(list(ImageState)),
            flags=flags,
            comment=rng.choice(["", "see 12", "DARK sky"]),
        )
        objects = []
        for _ in range(rng.choice([0, 0, 1, 2, 5])):
            number += 1
            area = rng.randrange(SIZE.area + 1)
            guess = rng.choice([None, rng.randrange(5) / 4])
            objects.append(
                Annotation(
                    id=number,
                    image_id=image_id,
                    category_id=rng.randrange(1, 4),
                    mask=mask.from_runs([0, area, SIZE.area - area], SIZE),
                    score=rng.choice([None, None, rng.randrange(5) / 4]),
                    provenance=Provenance(predicted_iou=guess),
                )
            )
        content.append((image, tuple(objects)))
    with Project.create(folder / "p.slimsam", [folder / "one"]) as project:
        values = [Root(2, str(folder / "two")), *(Category(id=i, name=f"class {i}") for i in range(1, 5))]
        for image, objects in content:
            values += [image, *objects]
        project.apply("Add", [Edit(None, value) for value in values])
        yield project, content


def passes(image: ImageEntry, objects: tuple[Annotation, ...], wanted: ImageFilter) -> bool:
    def fits(annotation: Annotation) -> bool:
        score = annotation.score if annotation.score is not None else annotation.provenance.predicted_iou
        if (wanted.score_min is not None or wanted.score_max is not None) and score is None:
            return False
        return (
            (not wanted.category_ids or annotation.category_id in wanted.category_ids)
            and (wanted.score_min is None or score >= wanted.score_min)
            and (wanted.score_max is None or score <= wanted.score_max)
            and (wanted.area_min is None or annotation.mask.area >= wanted.area_min)
            and (wanted.area_max is None or annotation.mask.area <= wanted.area_max)
        )

    text = "\n".join((image.path, image.comment, *sorted(image.flags))).casefold()
    asks = wanted.category_ids or any(
        limit is not None for limit in (wanted.score_min, wanted.score_max, wanted.area_min, wanted.area_max)
    )
    return (
        (not wanted.states or image.state in wanted.states)
        and (wanted.unlabelled is None or wanted.unlabelled == (not objects))
        and (wanted.root_id is None or image.root_id == wanted.root_id)
        and all(word in text for word in wanted.text.casefold().split())
        and (not asks or any(fits(annotation) for annotation in objects))
    )


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


FILTERS = st.builds(
    ImageFilter,
    states=st.frozensets(st.sampled_from(list(ImageState)), max_size=2),
    unlabelled=st.sampled_from([None, None, True, False]),
    category_ids=st.frozensets(st.integers(1, 5), max_size=2),
    text=st.sampled_from(["", "", "dark", "ü 1", "ÄRGER", "b/C", "12", "%", "'"]),
    score_min=maybe(st.integers(0, 4).map(lambda quarter: quarter / 4)),
    score_max=maybe(st.integers(0, 4).map(lambda quarter: quarter / 4)),
    area_min=maybe(st.integers(0, SIZE.area)),
    area_max=maybe(st.integers(0, SIZE.area)),
    root_id=st.sampled_from([None, None, 1, 2]),
)


@given(wanted=FILTERS, offset=st.integers(0, 60), limit=st.integers(0, 60))
def test_a_filter_passes_what_a_plain_loop_passes(
    stored: tuple[Project, Content], wanted: ImageFilter, offset: int, limit: int
) -> None:
    project, content = stored
    expected = [(image, objects) for image, objects in content if passes(image, objects, wanted)]
    expected.sort(key=lambda pair: (pair[0].root_id, natural_key(pair[0].path), pair[0].id))
    images = [image for image, _ in expected]
    assert project.images(wanted) == images
    assert project.image_ids(wanted) == [image.id for image in images]
    assert project.count_images(wanted) == len(images)
    assert project.images(wanted, offset, limit) == images[offset : offset + limit]
    assert list(project.labelled_images(wanted)) == expected


def test_pictures_with_something_left_open_are_found(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        pictures = [Edit(None, ImageEntry(id=i, root_id=1, path=f"{i}.jpg")) for i in (1, 2, 3)]
        project.apply("Add", [Edit(None, Root(id=1, path=str(tmp_path))), *pictures])
        project.keep_draft(2, "{}")
        assert project.image_ids(ImageFilter(begun=True)) == [2]
        project.keep_draft(2, "")
        assert project.image_ids(ImageFilter(begun=True)) == []
