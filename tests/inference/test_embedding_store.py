"""Stored embeddings come back right or not at all, whatever happens to the disk."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.families import preset
from slimsam_core.inference import embedding_store
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.prediction import ImageEmbedding, candidate_rle
from slimsam_core.inference.predictor import Predictor
from slimsam_core.models import build_model
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.square_fit import SquareFit

SHAPE = (1, 8, 16, 16)
HALF_BYTES = 2 * 8 * 16 * 16


def made(seed: int, model: str = "m") -> tuple[EmbeddingKey, ImageEmbedding]:
    """An embedding that half precision holds exactly, and its key."""
    values = np.random.default_rng(seed).integers(-99, 99, SHAPE).astype(np.float32)
    key = EmbeddingKey(f"picture-{seed}", model, SquareFit.LETTERBOX)
    return key, ImageEmbedding(
        features=values,
        original_size=Size(10, 20),
        input_size=Size(32, 64),
        fit=SquareFit.LETTERBOX,
        encoder_of=model,
    )


def assert_same(a: ImageEmbedding | None, b: ImageEmbedding) -> None:
    assert a is not None
    np.testing.assert_array_equal(a.features, b.features)
    assert a.features.dtype == np.float32
    assert (a.original_size, a.input_size, a.encoder_of) == (b.original_size, b.input_size, b.encoder_of)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*.embedding"))


def test_memory_gives_back_what_was_put() -> None:
    store = EmbeddingStore()
    key, embedding = made(1)
    assert store.get(key) is None
    store.put(key, embedding)
    assert_same(store.get(key), embedding)


def test_memory_keeps_the_most_recently_used_within_its_bytes() -> None:
    store = EmbeddingStore(ram_bytes=3 * HALF_BYTES)
    for seed in range(3):
        store.put(*made(seed))
    store.get(made(0)[0])
    store.put(*made(3))
    assert [store.get(made(seed)[0]) is not None for seed in range(4)] == [True, False, True, True]
    assert store._ram_used == 3 * HALF_BYTES


def test_embeddings_survive_a_restart(tmp_path: Path) -> None:
    key, embedding = made(1)
    EmbeddingStore(disk_dir=tmp_path).put(key, embedding)
    assert_same(EmbeddingStore(disk_dir=tmp_path).get(key), embedding)


def test_values_beyond_half_precision_are_kept_in_full(tmp_path: Path) -> None:
    key, embedding = made(1)
    large = ImageEmbedding(
        features=embedding.features * 1e4,
        original_size=Size(10, 20),
        input_size=Size(32, 64),
        fit=SquareFit.LETTERBOX,
        encoder_of="m",
    )
    EmbeddingStore(disk_dir=tmp_path).put(key, large)
    assert_same(EmbeddingStore(disk_dir=tmp_path).get(key), large)


def test_another_picture_model_or_preprocessing_is_another_key(tmp_path: Path) -> None:
    store = EmbeddingStore(disk_dir=tmp_path)
    store.put(*made(1, "a"))
    for other in (
        EmbeddingKey("picture-2", "a", SquareFit.LETTERBOX),
        EmbeddingKey("picture-1", "b", SquareFit.LETTERBOX),
        EmbeddingKey("picture-1", "a", SquareFit.LETTERBOX, 99),
        EmbeddingKey("picture-1", "a", SquareFit.STRETCHED),
    ):
        assert store.get(other) is None


def test_a_stretched_picture_comes_back_as_one(tmp_path: Path) -> None:
    """And nothing of the time when all pictures were padded is taken for it."""
    padded, embedding = made(1, "a")
    EmbeddingStore(0, tmp_path).put(padded, embedding)
    key = replace(padded, fit=SquareFit.STRETCHED)
    stretched = replace(embedding, fit=SquareFit.STRETCHED)
    assert EmbeddingStore(0, tmp_path).get(key) is None
    with pytest.raises(ValueError, match="another model"):
        EmbeddingStore(0, tmp_path).put(key, embedding)
    EmbeddingStore(0, tmp_path).put(key, stretched)
    for one in (padded, key):
        found = EmbeddingStore(0, tmp_path).get(one)
        assert found is not None
        assert found.fit is one.fit


def test_the_names_of_padded_pictures_stay_what_they_were() -> None:
    """What was stored by earlier versions is found: the digest of pixels, model and preprocessing alone."""
    name = hashlib.blake2b(b"p/m/1", digest_size=16).hexdigest()
    assert EmbeddingKey("p", "m", SquareFit.LETTERBOX).digest() == name


def test_swapping_models_never_gives_the_other_models_embedding(tmp_path: Path) -> None:
    store = EmbeddingStore(ram_bytes=20 * HALF_BYTES, disk_dir=tmp_path, disk_quota_bytes=60 * HALF_BYTES)
    generator = np.random.default_rng(0)
    wrong = hits = 0
    for _ in range(1000):
        picture, model = int(generator.integers(0, 30)), f"model-{generator.integers(0, 3)}"
        key = EmbeddingKey(f"picture-{picture}", model, SquareFit.LETTERBOX)
        value = np.full(SHAPE, picture * 10 + int(model[-1]), np.float32)
        found = store.get(key)
        if found is None:
            store.put(
                key,
                ImageEmbedding(
                    features=value,
                    original_size=Size(1, 1),
                    input_size=Size(32, 32),
                    fit=SquareFit.LETTERBOX,
                    encoder_of=model,
                ),
            )
            continue
        hits += 1
        wrong += int(not np.array_equal(found.features, value) or found.encoder_of != model)
    assert wrong == 0
    assert hits > 100


def test_a_model_replaced_under_its_name_finds_nothing_of_the_old_one(tmp_path: Path) -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    store = EmbeddingStore(disk_dir=tmp_path)
    key, embedding = EmbeddingKey.of(picture, "old", SquareFit.LETTERBOX), made(1, "old")[1]
    store.put(key, embedding)
    assert store.get(EmbeddingKey.of(picture, "new", SquareFit.LETTERBOX)) is None
    with pytest.raises(ValueError, match="another model"):
        store.put(EmbeddingKey.of(picture, "new", SquareFit.LETTERBOX), embedding)
    with pytest.raises(ValueError, match="without a hash"):
        EmbeddingKey.of(picture, "", SquareFit.LETTERBOX)


def test_every_flipped_bit_and_every_cut_is_noticed_and_healed(tmp_path: Path) -> None:
    key, embedding = made(1)
    EmbeddingStore(disk_dir=tmp_path).put(key, embedding)
    (path,) = files(tmp_path)
    good = path.read_bytes()
    generator = np.random.default_rng(0)
    damaged = [good[:cut] for cut in (0, 1, 7, 8, 11, 12, 40, len(good) // 2, len(good) - 1)]
    for position in generator.choice(len(good), 60, replace=False):
        flipped = bytearray(good)
        flipped[position] ^= 1 << int(generator.integers(0, 8))
        damaged.append(bytes(flipped))
    damaged += [good + b"x", bytes(len(good))]
    for data in damaged:
        path.write_bytes(data)
        store = EmbeddingStore(disk_dir=tmp_path)
        assert store.get(key) is None
        assert not path.exists()
        store.put(key, embedding)
        assert_same(EmbeddingStore(disk_dir=tmp_path).get(key), embedding)


def test_a_whole_file_in_the_wrong_place_is_not_used(tmp_path: Path) -> None:
    store = EmbeddingStore(disk_dir=tmp_path)
    store.put(*made(1))
    (path,) = files(tmp_path)
    other = tmp_path / made(2)[0].digest()[:2] / f"{made(2)[0].digest()}.embedding"
    other.parent.mkdir(exist_ok=True)
    path.rename(other)
    assert EmbeddingStore(disk_dir=tmp_path).get(made(2)[0]) is None
    assert not other.exists()


def test_the_quota_of_the_disk_holds_and_the_recently_used_stay(tmp_path: Path) -> None:
    quota = 12 * HALF_BYTES
    store = EmbeddingStore(ram_bytes=0, disk_dir=tmp_path, disk_quota_bytes=quota)
    for seed in range(30):
        store.put(*made(seed))
        assert store.get(made(0)[0]) is not None  # used all the time
        assert sum(f.stat().st_size for f in files(tmp_path)) <= quota
    assert store.get(made(29)[0]) is not None
    assert store.get(made(5)[0]) is None


def test_a_clock_set_back_does_not_make_the_newest_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = 8 * HALF_BYTES
    first = EmbeddingStore(ram_bytes=0, disk_dir=tmp_path, disk_quota_bytes=quota)
    for seed in range(4):
        first.put(*made(seed))
    year_ago = time.time_ns() - 365 * 86400 * 10**9
    monkeypatch.setattr(embedding_store.time, "time_ns", lambda: year_ago)
    second = EmbeddingStore(ram_bytes=0, disk_dir=tmp_path, disk_quota_bytes=quota)
    for seed in range(4, 12):
        second.put(*made(seed))
        assert second.get(made(seed)[0]) is not None
    assert second.get(made(0)[0]) is None


def test_leftovers_of_killed_writers_are_swept(tmp_path: Path) -> None:
    store = EmbeddingStore(disk_dir=tmp_path, disk_quota_bytes=4 * HALF_BYTES)
    key = made(1)[0]
    folder = tmp_path / key.digest()[:2]
    folder.mkdir()
    old, fresh = folder / ".slimsam-old.part", folder / ".slimsam-fresh.part"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    store.put(*made(1))
    assert not old.exists()
    assert fresh.exists()


def test_a_disk_that_refuses_leaves_the_memory_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    store = EmbeddingStore(disk_dir=tmp_path / "cache")
    monkeypatch.setattr(Path, "mkdir", full)
    key, embedding = made(1)
    store.put(key, embedding)
    assert "No space left" in store.disk_problem
    assert_same(store.get(key), embedding)
    monkeypatch.undo()
    store.put(key, embedding)
    assert store.disk_problem == ""


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    store = EmbeddingStore(disk_dir=tmp_path / "cache")
    key, embedding = made(1)
    store.put(key, embedding)
    assert store.disk_problem
    assert_same(store.get(key), embedding)


def _work(folder: str, start: int) -> None:
    store = EmbeddingStore(ram_bytes=0, disk_dir=Path(folder), disk_quota_bytes=20 * HALF_BYTES)
    for step in range(150):
        key, embedding = made((start + step * 7) % 40)
        found = store.get(key)
        if found is None:
            store.put(key, embedding)
        elif not np.array_equal(found.features, embedding.features):
            raise SystemExit(3)


def test_two_processes_share_a_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(str(tmp_path), start)) for start in (0, 11)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert files(tmp_path)


def test_several_threads_share_a_store(tmp_path: Path) -> None:
    store = EmbeddingStore(ram_bytes=5 * HALF_BYTES, disk_dir=tmp_path, disk_quota_bytes=20 * HALF_BYTES)
    failures: list[int] = []

    def work(start: int) -> None:
        for step in range(100):
            key, embedding = made((start + step) % 30)
            store.put(key, embedding)
            found = store.get(key)
            if found is not None and not np.array_equal(found.features, embedding.features):
                failures.append(step)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert 0 < store._ram_used <= 5 * HALF_BYTES


def test_half_precision_changes_masks_by_less_than_two_thousandths() -> None:
    torch.manual_seed(0)
    predictor = Predictor(build_model(preset("tiny_test")), model_hash="m")
    rgb = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    embedding = predictor.embed(rgb)
    store = EmbeddingStore()
    key = EmbeddingKey.of(rgb, "m", SquareFit.LETTERBOX)
    store.put(key, embedding)
    stored = store.get(key)
    assert stored is not None
    for x in range(16, 256, 48):
        prompts = PromptSet((PointPrompt(x, 256 - x),))
        before, after = predictor.predict(embedding, prompts), predictor.predict(stored, prompts)
        a, b = candidate_rle(embedding, before.preferred), candidate_rle(stored, after.preferred)
        assert mask.iou(a, b) >= 0.998
