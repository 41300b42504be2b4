"""Which models are there, which one is used, and what is said about broken ones."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints import model_hash, save_model
from slimsam_core.errors import CheckpointError, ModelNotFound
from slimsam_core.families import preset
from slimsam_core.families.weight_shapes import weight_shapes
from slimsam_core.files import machine_memory
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.models import build_model
from tests.pixels.test_folder_search import make_closed


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    found = ModelLibrary(tmp_path)
    found.models_dir.mkdir()
    return found


def put(library: ModelLibrary, name: str, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    path = library.models_dir / f"{name}.safetensors"
    save_model(build_model(preset("tiny_test")), path, metadata={"licence": "CC0"})
    return path


def test_the_bundled_model_is_the_default_of_an_empty_library(library: ModelLibrary) -> None:
    assert library.default().bundled
    assert library.default().arch.image_size >= 256


def test_an_installed_model_is_preferred_and_fully_described(library: ModelLibrary) -> None:
    path = put(library, "mine")
    info = library.default()
    assert (info.name, info.path, info.licence, info.bundled) == ("mine", path, "CC0", False)
    assert info.model_hash == model_hash(path)
    assert info.size_bytes == path.stat().st_size
    assert library.resolve("mine") == info
    assert library.resolve(path).model_hash == info.model_hash


def test_a_replaced_file_has_another_hash(library: ModelLibrary) -> None:
    put(library, "mine")
    before = library.resolve("mine").model_hash
    put(library, "mine", seed=1)
    assert library.resolve("mine").model_hash != before


def test_broken_files_are_named_and_do_not_hide_the_others(library: ModelLibrary) -> None:
    put(library, "good")
    (library.models_dir / "cut.safetensors").write_bytes(put(library, "good").read_bytes()[:100])
    (library.models_dir / "text.safetensors").write_text("hello")
    assert [m.name for m in library.installed() if not m.bundled] == ["good"]
    cut, text = library.problems()
    assert "cut.safetensors" in str(cut)
    assert "text.safetensors" in str(text)


def test_unknown_names_list_what_there_is(library: ModelLibrary) -> None:
    put(library, "good")
    with pytest.raises(ModelNotFound, match=r"'nope'.*good"):
        library.resolve("nope")


def test_a_folder_or_a_picture_is_no_model(library: ModelLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" * 40)
    for path in (tmp_path, tmp_path / "a.jpg"):
        with pytest.raises(CheckpointError):
            library.resolve(path)


def test_listing_models_does_not_load_torch() -> None:
    script = (
        "import sys; from slimsam_core.library.model_library import ModelLibrary\n"
        "assert ModelLibrary().installed(); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.skipif(os.name != "posix", reason="needs pipes and links")
def test_odd_entries_of_the_models_folder_hide_no_other_model(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    os.mkfifo(folder / "pipe.safetensors")
    (folder / "ring.safetensors").symlink_to("ring.safetensors")
    (folder / "gone.safetensors").symlink_to("nothing")
    (folder / "folder.safetensors").mkdir()
    (folder / "deep.safetensors").write_bytes((200_000).to_bytes(8, "little") + b"[" * 200_000)
    header = b'{"__metadata__":{"arch":3,"model_hash":7}}'
    (folder / "numbers.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    library = ModelLibrary(tmp_path)
    assert [info.bundled for info in library.installed()] == [True]
    told = " ".join(str(problem) for problem in library.problems())
    assert all(
        f"{name}.safetensors" in told for name in ("pipe", "ring", "gone", "folder", "deep", "numbers")
    )


def test_a_folder_that_may_not_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModelLibrary(tmp_path)
    assert library.problems() == ()  # there is none yet
    library.models_dir.mkdir()
    make_closed(monkeypatch, library.models_dir)
    (problem,) = library.problems()
    assert "models cannot be listed: Permission denied" in str(problem)
    assert library.installed()  # the bundled one


def test_a_file_that_needs_more_memory_than_is_free_hides_no_other(
    library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, "good")
    arch = preset("sam_vit_b")
    entries: dict[str, object] = {"__metadata__": {"arch": json.dumps(arch.to_json())}}
    end = 0
    for name, shape in weight_shapes(arch).items():
        start, end = end, end + 4 * math.prod(shape)
        entries[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    header = json.dumps(entries).encode()
    with (library.models_dir / "large.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(file.tell() + end)
    monkeypatch.setattr(machine_memory, "available_memory", lambda: 300_000_000)
    tracemalloc.start()
    assert [m.name for m in library.installed() if not m.bundled] == ["good"]
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    (problem,) = library.problems()
    assert "large.safetensors: There is not enough memory" in str(problem)
