"""Cache files of others whose checksum is right: what they say is looked at, and odd ones are made anew."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.families import preset
from slimsam_core.files.checked_file import write_checked
from slimsam_core.inference import embedding_store
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.runtimes import compiled
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.square_fit import SquareFit

ODD: tuple[Any, ...] = (
    None,
    "",
    "object",
    "float128",
    [],
    {},
    -1,
    0,
    2**62,
    1e308,
    [[1]],
    ["a"],
    [-1, 2],
    [2**60, 2**60],
    True,
)
KEY = EmbeddingKey("p" * 32, "m" * 32, SquareFit.LETTERBOX)


def embedding() -> ImageEmbedding:
    features = np.ones((1, 4, 2, 2), np.float32)
    return ImageEmbedding(
        features=features,
        original_size=Size(4, 6),
        input_size=Size(8, 8),
        fit=SquareFit.LETTERBOX,
        encoder_of=KEY.encoder_of,
    )


@pytest.mark.parametrize("field", ["dtype", "shape", "original", "input"])
def test_an_embedding_of_an_odd_header_is_none(tmp_path: Path, field: str) -> None:
    EmbeddingStore(0, tmp_path, 1 << 20).put(KEY, embedding())
    (path,) = tmp_path.rglob("*.embedding")
    whole = {
        "pixels": KEY.pixels_hash, "model": KEY.encoder_of, "preprocessing": KEY.preprocessing,
        "dtype": "float16", "shape": [1, 4, 2, 2], "original": [4, 6], "input": [8, 8],
    }  # fmt: skip
    payload = np.ones(16, np.float16).tobytes()
    for value in (*ODD, "gone"):
        header = {name: given for name, given in whole.items() if name != field}
        if value != "gone":
            header[field] = value
        write_checked(path, embedding_store._MAGIC, header, payload)
        assert EmbeddingStore(0, tmp_path, 1 << 20).get(KEY) is None, value
        assert not path.exists()
    write_checked(path, embedding_store._MAGIC, whole, payload)
    assert EmbeddingStore(0, tmp_path, 1 << 20).get(KEY) is not None


@pytest.mark.parametrize("field", ["arch", "precision", "agreement", "reason", "no_mask", "blobs"])
def test_a_compiled_model_of_an_odd_header_is_none(tmp_path: Path, field: str) -> None:
    path = tmp_path / "x.compiled"
    whole = {
        "arch": preset("tiny_test").to_json(), "precision": "f32", "agreement": 1.0, "reason": "",
        "no_mask": [0.0], "blobs": [["encoder.xml", 3]],
    }  # fmt: skip
    odd = (*ODD, [["a", -1]], [["a", 2**62]], [[1, 1]], [["a", True]], [["a"]])
    for value in (*odd, "gone"):
        header = {name: given for name, given in whole.items() if name != field}
        if value != "gone":
            header[field] = value
        write_checked(path, compiled._MAGIC, header, b"xml")
        found = compiled.read_compiled(path)
        if found is not None:
            assert isinstance(found.precision, str)
            assert isinstance(found.agreement, float)
            assert all(isinstance(blob, bytes | memoryview) for blob in found.blobs.values())
            assert json.dumps(found.reason)
        else:
            assert not path.exists()
    write_checked(path, compiled._MAGIC, whole, b"xml")
    found = compiled.read_compiled(path)
    assert found is not None
    assert found.blobs == {"encoder.xml": b"xml"}


A_DAY_AGO = 86_400.0


def old_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("years of work")
    os.utime(path, (time.time() - A_DAY_AGO,) * 2)
    return path


def test_a_cache_takes_nothing_away_that_is_not_its_own(tmp_path: Path) -> None:
    """It may be kept in any folder: among the user's files, or in one that a stranger prepared."""
    cache, user = tmp_path / "cache", tmp_path / "user"
    cache.mkdir()
    (cache / "ab").symlink_to(user)
    (cache / "cd").mkdir()
    (cache / "cd" / ("0" * 32 + ".embedding")).symlink_to(user / "thesis.txt")
    kept = [
        old_file(path)
        for path in (
            user / "thesis.txt", user / ".slimsam-x.part", user / ("0" * 32 + ".embedding"),
            cache / "go/main.go", cache / "cd/thesis.txt", cache / "cd/thesis.embedding",
        )
    ]  # fmt: skip
    left_over = old_file(cache / "cd/.slimsam-x.part")
    EmbeddingStore(0, cache, 300).put(KEY, embedding())  # a quota that only this one fits
    assert [path.read_text() for path in kept] == ["years of work"] * len(kept)
    assert not left_over.exists(), "what a killed writer left goes"


def test_nothing_is_cached_behind_a_link(tmp_path: Path) -> None:
    cache, user = tmp_path / "cache", tmp_path / "user"
    cache.mkdir()
    user.mkdir()
    (cache / KEY.digest()[:2]).symlink_to(user)
    store = EmbeddingStore(1 << 20, cache, 1 << 20)
    store.put(KEY, embedding())
    assert "is a link to another folder: nothing is written there" in store.disk_problem
    assert list(user.iterdir()) == []
    assert store.get(KEY) is not None, "it is kept in memory"


def test_marks_of_prepared_pictures_are_not_written_behind_a_link(tmp_path: Path, tiny_model: Path) -> None:
    cache, user = tmp_path / "cache", tmp_path / "user"
    cache.mkdir()
    user.mkdir()
    (cache / "prepared").symlink_to(user)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.new("RGB", (40, 30)).save(pictures / "a.png")
    command = ["prepare", str(pictures), "--model", str(tiny_model), "--runtime", "torch"]
    assert main([*command, "--cache", str(cache)]) == 1
    assert list(user.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices")
@pytest.mark.parametrize("way", ["pipe", "device", "folder", "loop", "link", "cut", "long"])
def test_a_cache_file_that_is_none_is_none(tmp_path: Path, way: str) -> None:
    EmbeddingStore(0, tmp_path / "cache", 1 << 20).put(KEY, embedding())
    (path,) = (tmp_path / "cache").rglob("*.embedding")
    data, canary = path.read_bytes(), tmp_path / "thesis.txt"
    canary.write_text("years of work")
    path.unlink()
    if way == "pipe":
        os.mkfifo(path)
    elif way == "folder":
        path.mkdir()
    elif way in ("device", "loop", "link"):
        path.symlink_to({"device": Path("/dev/zero"), "loop": path, "link": canary}[way])
    elif way == "cut":
        path.write_bytes(data[:-20])
    else:
        path.write_bytes(data)
        os.truncate(path, embedding_store.MAX_BYTES + 1)
    store = EmbeddingStore(0, tmp_path / "cache", 1 << 20)
    assert store.get(KEY) is None
    assert canary.read_text() == "years of work"
