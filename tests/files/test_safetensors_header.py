"""The content hash of a file is that of the weights in it, found without torch, whatever its header says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from slimsam_core.checkpoints import content_hash, model_hash, save_model
from slimsam_core.checkpoints.torch_tensors import stored
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset
from slimsam_core.files.safetensors_header import native_digest, read_arrays, read_header
from tests.tiny_models import save_tiny, tiny_sam

DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]
ARCH = preset("tiny_test")


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_it_is_the_hash_in_the_header_of_a_whole_file(tmp_path: Path, dtype: Literal["float32"]) -> None:
    path = tmp_path / "m.safetensors"
    save_model(tiny_sam(), path, dtype=dtype)
    header = read_header(path)
    assert header is not None
    assert native_digest(path) == header["model_hash"] == model_hash(path)


def test_the_bundled_models_are_whole() -> None:
    models = sorted((Path(__file__).parents[2] / "resources" / "models").glob("*.safetensors"))
    assert models
    for path in models:
        assert native_digest(path) == (read_header(path) or {})["model_hash"]


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=9).filter(
            lambda name: name != "__metadata__"
        ),
        st.tuples(st.sampled_from(DTYPES), st.lists(st.integers(0, 3), max_size=3)),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 2**31),
)
def test_it_is_what_torch_makes_of_any_tensors(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, tuple[torch.dtype, list[int]]], seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    tensors = {
        name: torch.randint(0, 2, shape, generator=generator).to(dtype)
        for name, (dtype, shape) in wanted.items()
    }
    path = tmp_path_factory.mktemp("any") / "m.safetensors"
    save_file(tensors, path, {"arch": json.dumps(ARCH.to_json()), "model_hash": "a claim"})
    assert native_digest(path) == content_hash(ARCH, {name: stored(x) for name, x in tensors.items()})
    assert {n: x.contents() for n, x in (read_arrays(path) or ({}, {}))[0].items()} == {
        name: stored(x).contents() for name, x in tensors.items()
    }


def test_every_changed_byte_of_a_tensor_changes_it(tmp_path: Path) -> None:
    path = save_tiny(tmp_path / "m.safetensors")
    data = path.read_bytes()
    start, before = 8 + int.from_bytes(data[:8], "little"), native_digest(path)
    for position in range(start, len(data), len(data) // 20):
        changed = bytearray(data)
        changed[position] ^= 1
        path.write_bytes(changed)
        assert native_digest(path) != before


def test_the_name_does_not_count_and_the_architecture_does(tmp_path: Path) -> None:
    path = save_tiny(tmp_path / "m.safetensors")
    tensors, before, arch = load_file(path), native_digest(path), ARCH.to_json()
    save_file(tensors, path, {"arch": json.dumps({**arch, "name": "other"}), "model_hash": ""})
    assert native_digest(path) == before
    save_file(tensors, path, {"arch": json.dumps({**arch, "image_size": 64}), "model_hash": ""})
    assert native_digest(path) != before


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"format": "pt"},
        {"arch": "{}"},
        {"arch": "{", "model_hash": "h"},
        {"arch": "[1]", "model_hash": "h"},
    ],
)
def test_other_forms_have_none(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    path = tmp_path / "m.safetensors"
    save_file({"a": torch.zeros(3)}, path, metadata)
    assert native_digest(path) is None


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"\x80\x02", b"\x05" + bytes(7) + b"hello", b"\x02" + bytes(7) + b"[]"]
)
def test_other_files_have_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m").write_bytes(data)
    assert native_digest(tmp_path / "m") is None
    assert native_digest(tmp_path) is None  # a folder


@pytest.mark.parametrize(
    "entry",
    [
        1,
        {"dtype": "F32", "shape": [1]},
        {"dtype": "F32", "shape": [1], "data_offsets": [0]},
        {"dtype": "F32", "shape": [1], "data_offsets": ["a", 4]},
        {"dtype": "Q7", "shape": [1], "data_offsets": [0, 4]},
        {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": None, "data_offsets": [0, 4]},
    ],
)
def test_a_broken_entry_ends_the_reading(tmp_path: Path, entry: object) -> None:
    whole = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}
    head = {"__metadata__": {"arch": "{}", "model_hash": "h"}, "a": entry, "b": whole}
    text = json.dumps(head).encode()
    (tmp_path / "m").write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))
    for read in (native_digest, read_header):
        with pytest.raises(CheckpointError, match="cut off or damaged"):
            read(tmp_path / "m")


def test_a_file_that_is_gone_or_cut_off_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"gone\.safetensors cannot be read"):
        native_digest(tmp_path / "gone.safetensors")
    path = save_tiny(tmp_path / "m.safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="cut off"):
        native_digest(path)


def test_torch_is_not_needed(tmp_path: Path) -> None:
    path = save_tiny(tmp_path / "m.safetensors")
    script = (
        "import sys; from pathlib import Path\n"
        "from slimsam_core.library.model_library import ModelLibrary, check_weights\n"
        "info = ModelLibrary(Path(sys.argv[2])).resolve(sys.argv[1])\n"
        "check_weights(info.path, info.model_hash); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "False", done.stderr
