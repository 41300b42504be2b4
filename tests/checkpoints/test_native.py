from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from slimsam_core.checkpoints import model_hash, read_checkpoint, save_model
from slimsam_core.checkpoints.loading import load_model, model_from
from slimsam_core.errors import CheckpointError, OutputError
from slimsam_core.families import preset
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.models import Sam, build_model


@pytest.fixture(scope="module")
def tiny() -> Sam:
    torch.manual_seed(11)
    return build_model(preset("tiny_test"))


@pytest.mark.parametrize("name", ["tiny_test", "efficientnet_lite0"])
def test_saving_and_loading_gives_the_same_model(name: str, tmp_path: Path) -> None:
    model = build_model(preset(name))
    save_model(model, tmp_path / "m.safetensors", metadata={"licence": "CC0-1.0"})
    again = load_model(tmp_path / "m.safetensors")
    assert again.arch == model.arch
    assert not again.training
    for key, tensor in again.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            assert torch.equal(tensor, model.state_dict()[key]), key
    checkpoint = read_checkpoint(tmp_path / "m.safetensors")
    assert checkpoint.metadata["licence"] == "CC0-1.0"
    assert checkpoint.metadata["model_hash"] == model_hash(tmp_path / "m.safetensors")


def test_a_model_does_not_share_its_weights_with_the_checkpoint(tiny: Sam, tmp_path: Path) -> None:
    save_model(tiny, tmp_path / "m.safetensors")
    checkpoint = read_checkpoint(tmp_path / "m.safetensors")
    one, other = model_from(checkpoint), model_from(checkpoint)
    assert all(p.requires_grad and p.is_contiguous() for p in one.parameters())
    with torch.no_grad():
        for weights in one.parameters():
            weights.zero_()
    torch.testing.assert_close(other.state_dict(), tiny.state_dict(), rtol=0, atol=0)


def test_loading_and_running_a_model_does_not_load_the_compiler_of_torch(tmp_path: Path) -> None:
    for name in ("tiny_test", "efficientnet_lite0"):
        save_model(build_model(preset(name)), tmp_path / name)
    script = f"""
import sys, torch
from slimsam_core.checkpoints.loading import load_model
for name in ("tiny_test", "efficientnet_lite0"):
    model = load_model({str(tmp_path)!r} + "/" + name)
    with torch.inference_mode():
        size = model.arch.image_size
        model.decode(model.image_encoder(torch.zeros(1, 3, size, size)), boxes=torch.tensor([[1.0, 1, 9, 9]]))
print([name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_half_precision_is_loaded_as_float32(tiny: Sam, tmp_path: Path) -> None:
    save_model(tiny, tmp_path / "m.safetensors", dtype="float16")
    assert read_checkpoint(tmp_path / "m.safetensors").state_dict["mask_decoder.iou_token.weight"].dtype == (
        "float16"
    )
    assert {p.dtype for p in load_model(tmp_path / "m.safetensors").parameters()} == {torch.float32}


def test_hash_follows_the_weights_and_not_the_file(tiny: Sam, tmp_path: Path) -> None:
    save_model(tiny, tmp_path / "a.safetensors")
    save_model(tiny, tmp_path / "b.safetensors", metadata={"source": "elsewhere"})
    assert model_hash(tmp_path / "a.safetensors") == model_hash(tmp_path / "b.safetensors")
    other = build_model(preset("tiny_test"))
    save_model(other, tmp_path / "c.safetensors")
    assert model_hash(tmp_path / "c.safetensors") != model_hash(tmp_path / "a.safetensors")


def resave(path: Path, target: Path, drop: str = "", add: str = "", reshape: str = "") -> Path:
    from safetensors import safe_open

    tensors = load_file(path)
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    if drop:
        del tensors[drop]
    if add:
        tensors[add] = torch.zeros(1)
    if reshape:
        tensors[reshape] = tensors[reshape][:-1].clone()
    save_file(tensors, target, metadata)
    return target


KEY = "image_encoder.blocks.0.attn.q.weight"


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"drop": KEY}, KEY), ({"add": "head.bias"}, "also head.bias"), ({"reshape": KEY}, r"shape \(24, 24\)")],
)
def test_wrong_keys_and_shapes_are_named(
    tiny: Sam, tmp_path: Path, change: dict[str, str], expected: str
) -> None:
    save_model(tiny, tmp_path / "m.safetensors")
    with pytest.raises(CheckpointError, match=expected):
        load_model(resave(tmp_path / "m.safetensors", tmp_path / "x.safetensors", **change))


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_cut_off_file_is_refused(tiny: Sam, tmp_path: Path, share: float) -> None:
    save_model(tiny, tmp_path / "m.safetensors")
    data = (tmp_path / "m.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CheckpointError, match=r"cut\.safetensors"):
        load_model(tmp_path / "cut.safetensors")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.safetensors", tmp_path):
        with pytest.raises(CheckpointError):
            load_model(path)


@pytest.mark.parametrize("arch", ["{", json.dumps({"family": "new_family"}), "3"])
def test_an_unreadable_architecture_is_refused(tmp_path: Path, arch: str) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / "m.safetensors", {"arch": arch})
    with pytest.raises(CheckpointError, match=r"architecture|family"):
        load_model(tmp_path / "m.safetensors")


def test_nothing_is_left_when_saving_fails(tiny: Sam, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        save_model(tiny, tmp_path / "no" / "m.safetensors")
    (tmp_path / "taken").mkdir()
    with pytest.raises(OutputError):
        save_model(tiny, tmp_path / "taken")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_an_architecture_of_absurd_size_is_refused(tiny: Sam, tmp_path: Path) -> None:
    arch = {**tiny.arch.to_json(), "image_size": 16 * 10**12}
    save_file({"x": torch.zeros(1)}, tmp_path / "m.safetensors", {"arch": json.dumps(arch)})
    with pytest.raises(CheckpointError, match="image_size may be at most 4,096"):
        load_model(tmp_path / "m.safetensors")


def test_an_architecture_can_be_given_by_the_name_of_its_backbone(tmp_path: Path) -> None:
    model = build_model(efficientnet_lite(0, image_size=64))
    short = {"family": "efficientnet_lite_sam", "backbone": "efficientnet_lite0", "image_size": 64,
             "version": "first"}  # fmt: skip
    path = tmp_path / "first.safetensors"
    weights = {k: v for k, v in model.state_dict().items() if not k.endswith(".num_batches_tracked")}
    save_file(weights, path, {"arch": json.dumps(short)})
    loaded = load_model(path)
    assert loaded.arch == efficientnet_lite(0, name="first", image_size=64)
    assert all(torch.equal(v, loaded.state_dict()[k]) for k, v in weights.items())


@pytest.mark.parametrize(
    "short", [{"backbone": "efficientnet_lite9", "image_size": 64}, {"backbone": "efficientnet_lite0"}]
)
def test_an_unknown_backbone_is_refused(short: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "unknown.safetensors"
    save_file({"a": torch.zeros(1)}, path, {"arch": json.dumps(short)})
    with pytest.raises(CheckpointError, match="architecture"):
        read_checkpoint(path)
