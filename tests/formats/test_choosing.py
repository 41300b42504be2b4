"""A path that several formats fit: the choice is offered with a sentence for each, and never guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.registry import SeveralFormats, candidates, get_format, recognise
from tests.formats.in_memory import MemoryDataset, memory_dataset


def labels(path: Path, *, several: bool = True) -> Path:
    """A PNG of two squares, numbered, or both with one number."""
    numbers = np.zeros((40, 60), np.uint8)
    numbers[5:15, 5:15] = 1 if several else 255
    numbers[20:30, 30:40] = 2 if several else 255
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(numbers).save(path)
    return path


def photograph(path: Path, mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    Image.fromarray(noise).convert(mode).save(path)
    return path


def read(source: Path, name: str, pictures: Path | None = None) -> MemoryDataset:
    reader = get_format(name).read
    assert reader is not None
    return memory_dataset(
        reader(source, ReadContext(pictures=FolderPictures(pictures) if pictures else None))
    )


@pytest.mark.parametrize("name", ["a.png", "masks/a.png", "labels/a.png", "gt/a_mask.png"])
def test_numbers_can_be_classes_or_objects(tmp_path: Path, name: str) -> None:
    labels(tmp_path / name)
    photograph(tmp_path / "images" / "a.jpg")
    found = candidates(tmp_path)
    assert [candidate.format.name for candidate in found] == ["png-labels", "png-numbers"]
    assert "numbers are classes" in found[0].sentence
    assert "numbers are objects" in found[1].sentence
    for candidate in found:
        dataset = read(tmp_path, candidate.format.name)
        assert [image.file_name for image in dataset.image_records] == ["images/a.jpg"]
        assert [annotation.mask.area for annotation in dataset.objects] == [100, 100]


def test_one_number_is_an_object_and_asks_nothing(tmp_path: Path) -> None:
    labels(tmp_path / "a_mask.png", several=False)
    photograph(tmp_path / "a.jpg")
    assert recognise(tmp_path).name == "png-numbers"
    dataset = read(tmp_path, "png-numbers")
    assert [image.file_name for image in dataset.image_records] == ["a.jpg"]
    assert [annotation.mask.area for annotation in dataset.objects] == [200]


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_photographs_are_no_labels(tmp_path: Path, mode: str) -> None:
    photograph(tmp_path / "a.png", mode)
    assert candidates(tmp_path) == ()
    with pytest.raises(FormatError, match="is not known"):
        recognise(tmp_path)


def test_each_of_two_formats_says_which_files_it_would_read(tmp_path: Path) -> None:
    photograph(tmp_path / "images" / "a.jpg")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("0 0.2 0.25 0.4 0.25 0.4 0.5 0.2 0.5\n")
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations" / "a.xml").write_text("<annotation><filename>a.jpg</filename></annotation>")
    with pytest.raises(SeveralFormats) as caught:
        recognise(tmp_path)
    found = {candidate.format.name: candidate.sentence for candidate in caught.value.candidates}
    assert found.keys() == {"yolo", "voc"}
    assert "labels/a.txt" in found["yolo"]
    assert "Annotations/a.xml" in found["voc"]
    assert all(sentence in caught.value.hint for sentence in found.values())


def test_labels_beside_another_format_ask_nothing(tmp_path: Path) -> None:
    labels(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    assert recognise(tmp_path).name == "yolo-detect"
