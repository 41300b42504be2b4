"""Pictures: their order, the split, epochs, and what happens to broken ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from slimsam_core.compression.supply.data import PictureSource, epoch_batches, list_images, split_images
from slimsam_core.errors import Cancelled, ImageReadError, RecipeError
from slimsam_core.progress import CancelToken


def photos(folder: Path, names: list[str]) -> Path:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (number, number, number)).save(path)
    return folder


def test_the_order_depends_on_names_and_not_on_the_place(tmp_path: Path) -> None:
    names = [f"{index % 3}/photo {index} ä.png" for index in range(20)]
    first = list_images([photos(tmp_path / "a", names)])
    second = list_images([photos(tmp_path / "elsewhere", names[::-1])])
    assert [p.relative_to(tmp_path / "a") for p in map(first.__getitem__, range(20))] == [
        p.relative_to(tmp_path / "elsewhere") for p in map(second.__getitem__, range(20))
    ]
    assert sorted(path.name for path in map(first.__getitem__, range(20))) == sorted(
        Path(name).name for name in names
    )


def test_several_folders_are_one_list(tmp_path: Path) -> None:
    folders = [photos(tmp_path / "a", ["x.png", "y.png"]), photos(tmp_path / "b", ["x.png"])]
    images = list_images(folders)
    assert len(images) == 3
    assert {images[index] for index in range(3)} == {
        tmp_path / "a/x.png",
        tmp_path / "a/y.png",
        tmp_path / "b/x.png",
    }


def test_other_files_are_not_pictures(tmp_path: Path) -> None:
    photos(tmp_path, ["sa_1.jpg"])
    (tmp_path / "sa_1.json").write_text("{}")
    assert len(list_images([tmp_path])) == 1


def test_no_folder_and_a_wrong_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as none:
        list_images([])
    assert none.value.where == "data.images"
    with pytest.raises(RecipeError) as wrong:
        list_images([tmp_path, tmp_path / "gone"])
    assert wrong.value.where == "data.images[1]"


def test_listing_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list_images([photos(tmp_path, ["a.png"])], token)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_pictures_are_refused(count: int) -> None:
    with pytest.raises(RecipeError) as caught:
        split_images(count, None, 50)
    assert caught.value.where == "data.images"


@given(st.integers(2, 10_000_000), st.one_of(st.none(), st.integers(1, 20_000)), st.integers(1, 5000))
def test_the_split_is_disjoint_and_neither_part_is_empty(
    count: int, train: int | None, validation: int
) -> None:
    split = split_images(count, train, validation)
    assert split.validation.stop == split.train.start
    assert split.train.stop <= count
    assert len(split.validation) >= 1
    assert len(split.train) >= 1
    assert len(split.validation) <= max(1, count // 10)
    assert train is None or len(split.train) <= train


@given(st.integers(1, 300), st.integers(1, 16), st.integers(0, 9))
def test_an_epoch_shows_no_picture_twice_before_all_were_seen(count: int, batch: int, seed: int) -> None:
    batches = epoch_batches(count, batch, [seed, 1])
    assert batches.shape[1] == batch
    assert len(batches) == max(1, count // batch)
    seen = np.bincount(batches.ravel(), minlength=count)
    assert seen.max() - seen.min() <= 1
    assert np.array_equal(batches, epoch_batches(count, batch, [seed, 1]))


def test_a_broken_picture_is_reported_once_and_replaced_by_the_next(tmp_path: Path) -> None:
    images = list_images([photos(tmp_path, [f"{index}.png" for index in range(4)])])
    images[1].write_bytes(b"not a picture")
    reports: list[Path] = []
    source = PictureSource(images, range(4), lambda path, _error: reports.append(path))
    expected = source.read(2)
    assert np.array_equal(source.read(1), expected)
    assert np.array_equal(source.read(1), expected)
    assert reports == [images[1]]
    assert source.skipped == 1


def test_only_broken_pictures_are_an_error(tmp_path: Path) -> None:
    images = list_images([photos(tmp_path, [f"{index}.png" for index in range(3)])])
    for index in range(3):
        images[index].write_bytes(b"")
    source = PictureSource(images, range(3), lambda _path, _error: None)
    with pytest.raises(ImageReadError, match="in a row"):
        source.read(0)
    assert source.skipped == 3
    with pytest.raises(ImageReadError):
        source.read(1)


def test_a_vanished_picture_is_replaced_too(tmp_path: Path) -> None:
    images = list_images([photos(tmp_path, ["a.png", "b.png"])])
    shutil.move(images[0], tmp_path / "moved.txt")
    source = PictureSource(images, range(2), lambda _path, _error: None)
    assert np.array_equal(source.read(0), source.read(1))
