"""Cache files of others whose checksum is right: what they say is looked at, and odd ones are made anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

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
        model_hash=KEY.model_hash,
    )


@pytest.mark.parametrize("field", ["dtype", "shape", "original", "input"])
def test_an_embedding_of_an_odd_header_is_none(tmp_path: Path, field: str) -> None:
    EmbeddingStore(0, tmp_path, 1 << 20).put(KEY, embedding())
    (path,) = tmp_path.rglob("*.embedding")
    whole = {
        "pixels": KEY.pixels_hash, "model": KEY.model_hash, "preprocessing": KEY.preprocessing,
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
