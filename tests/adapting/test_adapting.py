"""A model adapts to a project: the decoder alone, offered only where it is better beyond chance."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.adapting import run as adapting
from slimsam_core.adapting.in_child import adapt_in_child
from slimsam_core.adapting.outcome import AdaptingOutcome, Result, is_better
from slimsam_core.adapting.run import Effort, adapt
from slimsam_core.checkpoints import encoder_of, reading, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main
from slimsam_core.commands import adapt as adapt_command
from slimsam_core.errors import Cancelled, CheckpointError, SlimSamError
from slimsam_core.inference.embedding_store import EmbeddingStore, stored_embedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.verdict import PairedChange
from slimsam_core.library.model_library import ModelLibrary, describe
from slimsam_core.progress import CancelToken, Progress
from tests.adapting.projects import write_project
from tests.tiny_models import save_tiny, tiny_sam

STRONG = Effort(steps=30, learning_rate=3e-3, crops=3)
"""The smallest model begins with random weights: it learns what a bright shape is."""
CLICKS, IOU = PairedChange(3.0, 2.0, -1.5, -0.5), PairedChange(0.7, 0.75, 0.01, 0.1)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"), 14)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tiny(tmp_path / "tiny.safetensors", licence="MIT")


def test_better_is_more_than_a_mean() -> None:
    assert is_better(CLICKS, IOU)
    assert not is_better(None, IOU)
    assert not is_better(CLICKS, None)
    assert not is_better(PairedChange(3.0, 2.0, -2.1, 0.1), IOU), "by chance"
    assert not is_better(CLICKS, PairedChange(0.75, 0.7, -0.1, 0.01)), "the first click got worse"
    assert not is_better(PairedChange(2.0, 3.0, 0.5, 1.5), IOU)


def test_the_decoder_alone_changes_and_embeddings_fit_both(
    project: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapting, "is_better", lambda *_: True)
    out, steps = tmp_path / "out.safetensors", list[Progress]()
    outcome = adapt(project, describe(model), out, steps.append, effort=STRONG)
    assert {step.stage for step in steps} == {"encode", "train", "judge"}
    assert outcome.iou is not None
    assert outcome.iou.difference > 0.02, "it learnt nothing"
    assert outcome.held_pictures >= 3
    before, after = load_model(model).state_dict(), load_model(out).state_dict()
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"prompt_encoder", "mask_decoder"}
    info = describe(out)
    assert info.licence == "MIT"
    assert "tiny adapted to " in info.source
    assert "clicks instead of" in info.source
    monkeypatch.setattr(reading, "models_dir", lambda: tmp_path)  # as if it were installed
    former, adapted = Predictor.load(model, "cpu", "torch"), Predictor.load(out, "cpu", "torch")
    assert adapted.model_hash != former.model_hash == adapted.encoder_of
    store, rgb = EmbeddingStore(1 << 20), np.zeros((40, 50, 3), np.uint8)
    stored_embedding(rgb, former, store)
    monkeypatch.setattr(adapted, "embed", lambda _: pytest.fail("encoded anew"))
    adapted.predict(stored_embedding(rgb, adapted, store), _click())


def _click():  # type: ignore[no-untyped-def]
    from slimsam_core.pixels.geometry import PointPrompt, PromptSet

    return PromptSet((PointPrompt(20.0, 20.0, True),))


def test_the_encoder_of_another_model_is_believed_beside_its_own_weights_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "models_dir", lambda: tmp_path)
    base = describe(save_tiny(tmp_path / "base.safetensors"))
    path = tmp_path / "adapted.safetensors"
    save_model(tiny_sam(), path, encoder_of=base.model_hash, dtype="float16")
    own = describe(path).model_hash
    assert own != base.model_hash
    assert encoder_of(path, own) == base.model_hash
    assert encoder_of(path, "0" * 64) == "0" * 64, "the header was copied beside other weights"
    assert encoder_of(tmp_path / "base.safetensors", base.model_hash) == base.model_hash
    save_model(tiny_sam(), path, encoder_of="../../x")
    assert encoder_of(path, own := describe(path).model_hash) == own
    library = ModelLibrary(tmp_path / "data")
    save_model(tiny_sam(3), path, encoder_of=base.model_hash)
    monkeypatch.setattr(reading, "models_dir", lambda: tmp_path / "data" / "models")
    installed = library.import_file(path, "mine", trained_here=True)
    assert encoder_of(installed.path, installed.model_hash) == base.model_hash


def test_a_file_from_elsewhere_has_no_encoder_of_another_model(tmp_path: Path) -> None:
    """Its embeddings would be taken for those of the model that it names."""
    base = describe(save_tiny(tmp_path / "base.safetensors"))
    path = tmp_path / "forged.safetensors"
    save_model(tiny_sam(5), path, encoder_of=base.model_hash)
    own = describe(path).model_hash
    assert encoder_of(path, own) == own
    installed = ModelLibrary().import_file(path, "forged")
    assert encoder_of(installed.path, installed.model_hash) == installed.model_hash
    forged, former = Predictor.load(installed, "cpu", "torch"), Predictor.load(base, "cpu", "torch")
    assert forged.encoder_of != former.encoder_of


def test_what_is_not_better_is_not_written(project: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.safetensors"
    outcome = adapt(project, describe(model), out, effort=Effort(steps=1, learning_rate=0.0, crops=1))
    assert outcome.result is Result.NOT_BETTER
    assert outcome.clicks is not None
    assert outcome.clicks.difference == 0
    assert not out.exists()
    outcome.write(tmp_path / "outcome.json")
    assert AdaptingOutcome.read(tmp_path / "outcome.json") == outcome


def test_a_model_that_changed_is_refused(project: Path, model: Path, tmp_path: Path) -> None:
    info = describe(model)
    save_model(tiny_sam(5), model)
    with pytest.raises(CheckpointError, match="changed"):
        adapt(project, info, tmp_path / "out.safetensors")


def test_too_little_and_a_cancel_end_it_at_once(project: Path, model: Path, tmp_path: Path) -> None:
    few = write_project(tmp_path / "few", 3)
    outcome = adapt(few, describe(model), tmp_path / "out.safetensors")
    assert outcome.result is Result.TOO_FEW
    assert 0 < outcome.objects < 20
    token = CancelToken()
    for stage in ("encode", "train", "judge"):
        token = CancelToken()

        def stop(step: Progress, stage: str = stage, token: CancelToken = token) -> None:
            if step.stage == stage:
                token.cancel()

        with pytest.raises(Cancelled):
            adapt(project, describe(model), tmp_path / "o", stop, token, effort=Effort(steps=2, crops=1))
    assert not (tmp_path / "o").exists()


def test_pictures_that_cannot_be_read_end_in_words(model: Path, tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", 14)
    for picture in (tmp_path / "p" / "pictures").glob("*.png"):
        picture.write_bytes(f"no picture {picture.name}".encode())  # of one content they were copies
    with pytest.raises(SlimSamError, match="could be used"):
        adapt(path, describe(model), tmp_path / "out.safetensors")


def test_the_child_does_the_same_stands_still_and_can_be_stopped(
    project: Path, model: Path, tmp_path: Path
) -> None:
    few = write_project(tmp_path / "few", 3)
    out = tmp_path / "out.safetensors"
    assert adapt_in_child(few, model, out).result is Result.TOO_FEW
    with pytest.raises(SlimSamError, match="could not be adapted: "):
        adapt_in_child(tmp_path / "none.slimsam", model, out)
    steps, looks, token = list[Progress](), list[int](), CancelToken()

    def works() -> bool:
        looks.append(len(steps))
        if len(looks) > 400 or (looks.count(len(steps)) > 12 and steps):
            token.cancel()  # nothing came any more
        return bool(steps)

    with pytest.raises(Cancelled):
        adapt_in_child(project, model, out, someone_works=works, progress=steps.append, cancel=token)
    assert steps
    assert steps[-1].done < steps[-1].total, "it went on beside somebody who works"
    assert not out.exists()


def test_the_shell_prints_a_table(
    project: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = write_project(tmp_path / "few", 3)
    assert main(["adapt", str(few), "--model", str(model)]) == 1
    assert "too little to adapt to" in capsys.readouterr().out
    better = AdaptingOutcome(
        result=Result.BETTER, model_hash="", objects=24, pictures=5, held_objects=16, held_pictures=3,
        clicks=CLICKS, iou=IOU,
    )  # fmt: skip
    monkeypatch.setattr(adapt_command, "adapt_in_child", lambda *_, **__: better)
    assert main(["adapt", str(project), "--model", str(model), "--out", str(tmp_path / "o.safetensors")]) == 0
    printed = capsys.readouterr().out
    assert "| clicks to IoU 0.85 | 3.00 | 2.00 | -1.00 (-1.50 to -0.50) |" in printed
    assert "written: " in printed
    shutil.rmtree(tmp_path / "few")
