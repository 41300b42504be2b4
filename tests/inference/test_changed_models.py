"""What was kept for one model is never used for another, even where the file claims to be that one."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from slimsam_core.checkpoints import model_hash
from slimsam_core.cli import main
from slimsam_core.errors import CheckpointError
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes import select
from slimsam_core.library.model_library import ModelLibrary
from tests.tiny_models import save_tiny, tiny_sam

CHANGED = "was changed after it was saved"


def edited(source: Path, target: Path) -> Path:
    """Other weights under the header of ``source``, as a tool leaves them that copies the metadata."""
    with safe_open(source, framework="pt") as file:
        metadata = file.metadata()
    tensors = load_file(source)
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and tensor.ndim > 1:
            tensors[name] = -tensor
    save_file(tensors, target, metadata)
    return target


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """A model, its hash, and the folder with its compiled graphs."""
    folder = tmp_path_factory.mktemp("prepared")
    whole = save_tiny(folder / "whole.safetensors")
    select.prepare_openvino(whole, model_hash(whole), folder / "cache")
    return whole, model_hash(whole), folder / "cache"


@pytest.mark.parametrize("runtime", ["auto", "torch", "openvino"])
def test_weights_that_are_not_those_of_the_header_are_refused(
    prepared: tuple[Path, str, Path], tmp_path: Path, runtime: str
) -> None:
    whole, digest, cache = prepared  # the graphs there would answer for the edited file too
    path = edited(whole, tmp_path / "edited.safetensors")
    assert ModelLibrary(tmp_path).resolve(path).model_hash == digest
    with pytest.raises(CheckpointError, match=CHANGED) as caught:
        select.load_runtime(path, digest, "cpu", runtime, cache)
    assert str(path) in str(caught.value)
    assert "import the file under another name" in str(caught.value)


def test_the_hint_helps(tmp_path: Path) -> None:
    path = edited(save_tiny(tmp_path / "whole.safetensors"), tmp_path / "edited.safetensors")
    info = ModelLibrary(tmp_path / "data").import_file(path, "mine")
    assert Predictor.load(info, "cpu", "torch").model_hash == model_hash(path)


def test_a_file_replaced_while_it_waits_for_its_engine_is_not_prepared_under_the_old_name(
    tmp_path: Path,
) -> None:
    path = save_tiny(tmp_path / "m.safetensors")
    digest = model_hash(path)
    save_tiny(path, seed=1)
    with pytest.raises(CheckpointError, match=CHANGED):
        select.prepare_openvino(path, digest, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_pickled_weights_are_compared_as_well(tmp_path: Path) -> None:
    path = tmp_path / "sam.pth"
    torch.save(tiny_sam().state_dict(), path)
    info = ModelLibrary(tmp_path).resolve(path)
    assert Predictor.load(info, "cpu", "torch").model_hash == info.model_hash
    torch.save(tiny_sam(1).state_dict(), path)
    with pytest.raises(CheckpointError, match=CHANGED):
        Predictor.load(info, "cpu", "torch")


def test_the_command_line_says_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(save_tiny(tmp_path / "whole.safetensors"), tmp_path / "edited.safetensors")
    picture = Path(__file__).parents[2] / "resources" / "samples" / "astronaut.jpg"
    out = tmp_path / "out.json"
    code = main(["segment", str(picture), "--point", "9,9", "--model", str(path), "--out", str(out)])
    error = capsys.readouterr().err
    assert (code, error.count("\n"), out.exists()) == (1, 1, False)
    assert str(path) in error
    assert CHANGED in error


def test_of_all_swaps_under_one_name_none_finds_the_embedding_of_another_model(tmp_path: Path) -> None:
    """Three models take turns in one file of the same size and time; the third claims to be the first.

    Whatever is asked for, model and picture, is asked for after everything else that can be.
    """
    first, second = (save_tiny(tmp_path / f"{seed}.safetensors", seed) for seed in (0, 1))
    models = [first, second, edited(first, tmp_path / "2.safetensors")]
    assert len({path.stat().st_size for path in models}) == 1
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (4, 20, 30, 3), np.uint8)
    own = [Predictor.load(path, "cpu", "torch") for path in models]
    truth = [[model.embed(picture).features for picture in pictures] for model in own]
    store, current = EmbeddingStore(disk_dir=tmp_path / "cache"), tmp_path / "current.safetensors"
    wrong = hits = refused = 0
    asked = [*itertools.product(range(len(models)), range(len(pictures)))]
    for which, picture in itertools.chain.from_iterable(itertools.product(asked, repeat=2)):
        shutil.copy(models[which], tmp_path / "new")
        os.utime(tmp_path / "new", (10**9, 10**9))
        (tmp_path / "new").replace(current)
        try:
            predictor = Predictor.load(ModelLibrary(tmp_path).resolve(current), "cpu", "torch")
        except CheckpointError:
            refused += 1
            assert which == 2
            continue
        key = EmbeddingKey.of(pictures[picture], predictor.model_hash, predictor.arch.fit)
        found = store.get(key)
        if found is None:
            store.put(key, predictor.embed(pictures[picture]))
            continue
        hits += 1
        wrong += not np.allclose(found.features, truth[which][picture], rtol=1e-2, atol=1e-2)
    assert wrong == 0
    assert (hits, refused) == (2 * 12 * 12 * 2 // 3 - 8, 2 * 12 * 12 // 3)  # 8 were to be computed first
    assert not np.allclose(truth[0][0], truth[2][0], rtol=1e-2, atol=1e-2)
