"""Tar files of pictures and labels: read where they lie, the same as unpacked, whatever a stranger made."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.cli import main
from slimsam_core.compression.supply.data import PictureSource, list_images
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.shards import member_bytes
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason
from slimsam_core.pixels.image_io import file_hash, image_size, read_image
from tests.synthetic import write_sa1b


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sa1b(tmp_path_factory.mktemp("plain") / "sa", 5)


@pytest.fixture(scope="module")
def shard(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shards") / "sa_000000.tar"
    with tarfile.open(path, "w") as tar:
        for file in sorted(folder.iterdir(), reverse=True):
            tar.add(file, file.name)
    return path


def test_labels_and_pixels_are_those_of_the_unpacked_folder(folder: Path, shard: Path) -> None:
    (plain,), (packed,) = open_datasets(folder), open_datasets(shard)
    assert len(packed) == len(plain) == 5
    for index in range(5):
        one, other = plain.labels(index), packed.labels(index)
        assert packed.key(index) == f"sa_000000/{plain.key(index).removeprefix('sa/')}"
        assert (one.size, one.objects, one.ignore) == (other.size, other.objects, other.ignore)
        assert (read_image(one.path).rgb == read_image(other.path).rgb).all()
        assert image_size(other.path) == one.size
        assert file_hash(one.path) == file_hash(other.path)


def test_a_folder_of_shards_is_searched_to_the_bottom(folder: Path, shard: Path) -> None:
    (found,) = open_datasets(shard.parent)
    assert found.name == "sa_000000"
    assert {path.name for path in (found.labels(i).path for i in range(5))} == {
        path.name for path in folder.glob("*.png")
    }


def test_pictures_to_slim_with_are_drawn_alike_from_both(folder: Path, shard: Path) -> None:
    """The order follows the hash of the names, not the place of the folder: packing changes no run."""
    plain, packed, below = (list_images([place]) for place in (folder, shard, shard.parent))
    assert [plain[i].name for i in range(5)] == [packed[i].name for i in range(5)]
    assert len(below) == 5
    pixels = [
        [PictureSource(images, range(5), lambda *_: None).read(i) for i in range(5)]
        for images in (plain, packed)
    ]
    assert all((a == b).all() for a, b in zip(*pixels, strict=True))


def test_models_are_judged_on_a_shard(shard: Path, tmp_path: Path) -> None:
    out = tmp_path / "metrics.json"
    arguments = ["--max-objects", "2", "--clicks", "5", "--device", "cpu", "--out", str(out)]
    assert main(["evaluate", "lite2", "--data", str(shard), *arguments]) == 0
    assert json.loads(out.read_text())


def write(path: Path, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for info, data in entries:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_names_lead_nowhere_and_links_are_no_files(folder: Path, tmp_path: Path) -> None:
    picture = (folder / "000.png").read_bytes()
    link = tarfile.TarInfo("link.png")
    link.type, link.linkname = tarfile.SYMTYPE, str(folder / "001.png")
    out = tarfile.TarInfo("../out.png")
    path = write(tmp_path / "odd.tar", (out, picture), (tarfile.TarInfo("good.png"), picture), (link, b""))
    left: list[LeftOut] = []
    images = list_images([path], leave=left.append)
    assert [images[i].name for i in range(len(images))] == ["good.png"]
    assert [one.reason for one in left] == [LeftOutReason.DRIVE]
    with pytest.raises(ImageReadError, match="does not exist"):
        read_image(path / "link.png")
    assert not list(tmp_path.parent.glob("out.png"))


@pytest.mark.parametrize("content", [b"", b"no tar file at all" * 60, bytes(3000)])
def test_what_is_no_tar_file_holds_nothing_or_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.tar"
    path.write_bytes(content)
    left: list[LeftOut] = []
    assert len(list_images([path], leave=left.append)) == 0
    if not any(content):
        assert len(left) <= 1
    else:
        assert [one.reason for one in left] == [LeftOutReason.SHARD]
        with pytest.raises(FormatError, match="no tar file"):
            open_datasets(path)


def test_a_shard_that_was_cut_costs_the_pictures_beyond_the_cut(shard: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.tar"
    data = shard.read_bytes()
    with tarfile.open(shard) as whole:
        last = whole.getmember("000.png")
    path.write_bytes(data[: last.offset_data + last.size // 2])
    images = list_images([path])
    read, lost = 0, 0
    for index in range(len(images)):
        try:
            read_image(images[index])
            read += 1
        except ImageReadError:
            lost += 1
    assert (read, lost) == (4, 1)


def test_a_size_that_is_not_there_asks_for_no_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("large.json")
    path = write(tmp_path / "large.tar", (info, b"{}"))
    info.size = 1 << 40
    data = bytearray(path.read_bytes())
    data[:512] = info.tobuf(tarfile.GNU_FORMAT)
    path.write_bytes(data)
    with pytest.raises((OSError, ValueError)):
        member_bytes(path, "large.json", 1 << 20)


def test_pixels_of_a_member_stay_after_the_shard_changed(shard: Path, tmp_path: Path) -> None:
    path = tmp_path / "moved.tar"
    path.write_bytes(shard.read_bytes())
    before = read_image(path / "000.png").rgb
    with tarfile.open(path, "w") as tar, tarfile.open(shard) as old:
        for member in sorted(old.getmembers(), key=lambda one: one.name):
            tar.addfile(member, old.extractfile(member))
    assert np.array_equal(read_image(path / "000.png").rgb, before)
