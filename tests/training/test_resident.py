"""Crops made by a device are those that the processor makes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import FormatError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.training import resident, run
from slimsam_core.training.batches import Batch, CropSource, Order
from slimsam_core.training.crops import CropPolicy
from slimsam_core.training.recipe import TrainingRecipe
from slimsam_core.training.resident import ResidentSource, fits, reduced
from tests.synthetic import write_sa1b

POLICY = CropPolicy(size=128, masks=3, whole_share=0.3, zoom_share=0.3, click_share=0.3)


def both(data: Path, policy: CropPolicy, count: int = 24) -> tuple[Batch, Batch]:
    order = Order(range(count), policy, 1)
    files, device = CropSource(open_datasets(data), {}, 3), ResidentSource(open_datasets(data), {}, 3)
    return files.prepare(order).finish(), device.prepare(order).finish()


@pytest.mark.parametrize("fit", SquareFit)
@pytest.mark.parametrize(("side", "largest"), [(96, 0.5), (300, 2.0)])
def test_both_loaders_make_the_same_batch(tmp_path: Path, side: int, largest: float, fit: SquareFit) -> None:
    files, device = both(write_sa1b(tmp_path / "a", 9, side=side), replace(POLICY, fit=fit))
    assert bool((files.inside_B2 == POLICY.size).all()) == (fit is SquareFit.STRETCHED)
    assert torch.equal(files.image_P, device.image_P)
    assert torch.equal(files.chances_PK, device.chances_PK)
    assert torch.equal(files.inside_B2, device.inside_B2)
    apart = (files.x_BSS3.float() - device.x_BSS3).abs()
    assert float(apart.mean()) < largest
    shared = (files.masks_PSS & device.masks_PSS).flatten(1).sum(1)
    either = (files.masks_PSS | device.masks_PSS).flatten(1).sum(1)
    assert float((shared / either).min()) > 0.95
    assert float((shared / either).mean()) > 0.99


def test_pixels_beyond_the_picture_are_black_and_not_scored(tmp_path: Path) -> None:
    files, device = both(write_sa1b(tmp_path / "a", 6, side=90), POLICY)
    for batch in (files, device):
        for crop, (height, width) in zip(batch.x_BSS3, batch.inside_B2.tolist(), strict=True):
            assert not crop[height:].any()
            assert not crop[:, width:].any()
        for scored, image in zip(batch.scored_PSS, batch.image_P, strict=True):
            height, width = batch.inside_B2[image].tolist()
            assert not scored[height:].any()
            assert bool(scored[: height - 1, : width - 1].all())


def test_what_is_unclear_near_one_object_does_not_count_for_it_alone(tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "a", 1, count=2, seed=4)
    path = data / "000.json"
    labels = json.loads(path.read_text())
    assert len(labels["annotations"]) == 2
    unclear = np.zeros((96, 96), np.bool_)
    unclear[:, :48] = True
    labels["annotations"][0]["ignore"] = encode(unclear).to_coco()
    path.write_text(json.dumps(labels))
    policy = CropPolicy(size=96, masks=2, whole_share=1.0, zoom_share=0.0, flip=0.0, jitter=0.0)
    for batch in both(data, policy, count=4):
        left = batch.scored_PSS[:, :, :48].flatten(1).any(1)
        assert sorted(left.tolist()) == [False] * 4 + [True] * 4
        assert bool(batch.scored_PSS[:, :, 48:].all())


def test_a_flip_mirrors_picture_and_mask_together(tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "a", 2, count=1)
    plain, mirrored = (
        CropPolicy(size=128, masks=1, whole_share=1.0, zoom_share=0.0, flip=flip, jitter=0.0)
        for flip in (0.0, 1.0)
    )
    for source in (CropSource, ResidentSource):
        made = source(open_datasets(data), {}, 0)
        one, two = (made.prepare(Order(range(3), policy, 0)).finish() for policy in (plain, mirrored))
        for index, (height, width) in enumerate(one.inside_B2.tolist()):
            assert torch.equal(
                one.masks_PSS[index, :height, :width].flip(1), two.masks_PSS[index, :height, :width]
            )
            apart = one.x_BSS3[index, :height, :width].flip(1).float() - two.x_BSS3[index, :height, :width]
            assert float(apart.abs().max()) <= 1.0


def test_damaged_pictures_are_left_out_and_counted(tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "a", 4)
    (data / "001.png").write_bytes(b"no picture")
    source = ResidentSource(open_datasets(data), {}, 0)
    assert source.skipped.count == 1
    assert len(source.prepare(Order(range(8), POLICY, 0)).finish().x_BSS3) == 8
    for path in data.glob("*.png"):
        path.write_bytes(b"no picture")
    with pytest.raises(FormatError, match="no picture could be used"):
        ResidentSource(open_datasets(data), {}, 0)


def test_what_is_too_much_for_a_device_is_seen_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = open_datasets(write_sa1b(tmp_path / "a", 4))
    assert fits(datasets, torch.device("cpu"))
    monkeypatch.setitem(resident.MOST_BYTES, "cpu", 1000)
    assert not fits(datasets, torch.device("cpu"))


def test_a_gpu_takes_what_fits_into_its_free_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets, cuda = open_datasets(write_sa1b(tmp_path / "a", 4)), torch.device("cuda", 0)
    pixels = 4 * sum(datasets[0].labels(i).size.area for i in range(4))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (64 * pixels, 1 << 40))
    assert fits(datasets, cuda)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (int(2.02 * pixels), 1 << 40))
    assert not fits(datasets, cuda), "there are masks, too"


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError()])
def test_what_did_not_fit_after_all_is_read_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "fits", lambda *_: True)
    monkeypatch.setattr(run, "ResidentSource", full)
    datasets = open_datasets(write_sa1b(tmp_path / "a", 2))
    assert isinstance(run._source(datasets, TrainingRecipe(), torch.device("cuda")), CropSource)


def test_a_damaged_picture_is_counted_once_however_often_it_is_drawn(tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "a", 5)
    (data / "001.png").write_bytes(b"no picture")
    (data / "002.json").write_text("{")
    source = CropSource(open_datasets(data), {}, 0)
    for number in range(100):
        source.crop(number, POLICY)
    assert source.skipped.count == len(source.skipped.examples) == 2


def test_reduced_labels_keep_their_place(tmp_path: Path) -> None:
    (dataset,) = open_datasets(write_sa1b(tmp_path / "a", 1, side=200))
    labels = dataset.labels(0)
    small = reduced(labels, 100)
    assert small.size == Size(100, 100)
    for before, after in zip(labels.objects, small.objects, strict=True):
        ys, xs = np.nonzero(before.mask.decode())
        small_ys, small_xs = np.nonzero(after.mask.decode())
        assert (small_xs.mean() + 0.5, small_ys.mean() + 0.5) == pytest.approx(
            ((xs.mean() + 0.5) / 2, (ys.mean() + 0.5) / 2), abs=0.55
        )
