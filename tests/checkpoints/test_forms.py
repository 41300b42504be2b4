"""Every form of a checkpoint that is found in the wild, told apart by its content."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from slimsam_core.checkpoints import model_hash, read_checkpoint, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.transformers_names import from_transformers
from slimsam_core.checkpoints.transformers_tensors import to_transformers
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.models import Sam, build_model, meta_model
from tests.checkpoints.oracle import sam_model
from tests.checkpoints.reference_files import fused, save_global_pruned
from tests.tiny_models import without_values

ARCH = preset("tiny_test")
ARCH = replace(ARCH, decoder=replace(ARCH.decoder, heads=8), name="anything")
POINTS = torch.tensor([[[30.0, 40], [100, 90]]])
LABELS = torch.tensor([[1, 0]])


@pytest.fixture(scope="module")
def tiny() -> Sam:
    torch.manual_seed(5)
    return build_model(ARCH)


@torch.inference_mode()
def outputs(model: Sam) -> tuple[torch.Tensor, ...]:
    x = torch.linspace(-1, 1, 3 * 128 * 128).reshape(1, 3, 128, 128)
    f = model.image_encoder(x)
    return (f, *model.decode(f, POINTS, LABELS))


def same(model: Sam, other: Sam) -> bool:
    return all(torch.allclose(a, b, atol=1e-5) for a, b in zip(outputs(model), outputs(other), strict=True))


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "stream"])
@pytest.mark.parametrize("wrapper", ["", "model", "state_dict"])
@pytest.mark.parametrize("qkv", ["fused", "split"])
def test_pickled_state_dicts(tiny: Sam, tmp_path: Path, qkv: str, wrapper: str, legacy: bool) -> None:
    state = dict(tiny.state_dict())
    state = fused(state) if qkv == "fused" else state
    path = tmp_path / "whatever.bin"
    torch.save({wrapper: state} if wrapper else state, path, _use_new_zipfile_serialization=not legacy)
    assert qkv in read_checkpoint(path).form
    assert same(load_model(path), tiny)


def test_state_dict_of_a_parallel_model(tiny: Sam, tmp_path: Path) -> None:
    state = {f"module.{key}": tensor for key, tensor in tiny.state_dict().items()}
    torch.save(state, tmp_path / "parallel.pth")
    assert same(load_model(tmp_path / "parallel.pth"), tiny)


def test_state_dict_as_safetensors_under_a_wrong_name(tiny: Sam, tmp_path: Path) -> None:
    save_file(fused(dict(tiny.state_dict())), tmp_path / "sam.pth")
    assert same(load_model(tmp_path / "sam.pth"), tiny)


def test_own_form_under_a_wrong_name(tiny: Sam, tmp_path: Path) -> None:
    save_model(tiny, tmp_path / "tiny.pth")
    assert read_checkpoint(tmp_path / "tiny.pth").form == "SlimSAM safetensors"


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "stream"])
def test_global_pruned_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, legacy: bool) -> None:
    encoder = VitEncoder(
        width=24,
        heads=4,
        blocks=(VitBlock(12, 30), VitBlock(24, 20), VitBlock(16, 50)),
        global_blocks=(1,),
        window=3,
    )
    arch = replace(ARCH, encoder=encoder, decoder=replace(ARCH.decoder, heads=2))
    torch.manual_seed(8)
    model = build_model(arch)
    expected = outputs(model)
    save_global_pruned(model, tmp_path / "global.pth", monkeypatch, legacy=legacy)
    checkpoint = read_checkpoint(tmp_path / "global.pth")
    assert checkpoint.form == "pickled SlimSAM module"
    assert replace(checkpoint.arch, name="anything") == arch
    for found, wanted in zip(outputs(load_model(tmp_path / "global.pth")), expected, strict=True):
        torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("name", ["sam_vit_b", "sam_vit_l", "sam_vit_h", "slimsam_50", "slimsam_77"])
def test_known_architectures_get_their_names(name: str) -> None:
    from slimsam_core.checkpoints.sam_state import checkpoint_from_state

    state = fused(dict(meta_model(preset(name)).state_dict()))
    arrays = without_values({key: tensor.shape for key, tensor in state.items()})
    assert checkpoint_from_state(arrays, name="x").arch == preset(name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hf") / "model"
    sam_model(48, 64, depth=2, heads=4, size=96, global_blocks=(1,)).save_pretrained(path)
    return path


def test_transformers_folder_and_its_file_are_the_same_model(folder: Path) -> None:
    assert read_checkpoint(folder).form == "transformers SamModel"
    assert model_hash(folder) == model_hash(folder / "model.safetensors")


def test_transformers_names_translate_both_ways(folder: Path) -> None:
    from safetensors.torch import load_file

    theirs = load_file(folder / "model.safetensors")
    ours = load_model(folder).state_dict()
    back = to_transformers(ours)
    assert set(theirs) <= set(back)
    for name, tensor in theirs.items():
        assert torch.equal(back[name], tensor), name
    assert set(from_transformers(back)) >= {k for k in ours if ".attn.q" not in k and "attn.k" not in k} - {
        k for k in ours if ".attn.v." in k
    }


def changed_config(folder: Path, target: Path, part: str, **values: object) -> Path:
    shutil.copytree(folder, target)
    config = json.loads((target / "config.json").read_text())
    (config[part] if part else config).update(values)
    (target / "config.json").write_text(json.dumps(config))
    return target


@pytest.mark.parametrize(
    ("part", "values", "match"),
    [
        ("", {"model_type": "sam2"}, "sam2"),
        ("vision_config", {"hidden_act": "relu"}, "hidden_act = gelu"),
        ("vision_config", {"use_rel_pos": False}, "use_rel_pos"),
        ("mask_decoder_config", {"layer_norm_eps": "small"}, "damaged"),
        ("mask_decoder_config", {"num_attention_heads": 7}, "heads"),
        ("mask_decoder_config", {"num_attention_heads": None}, "heads"),
    ],
)
def test_configuration_of_something_else(
    folder: Path, tmp_path: Path, part: str, values: dict[str, object], match: str
) -> None:
    with pytest.raises(CheckpointError, match=match):
        load_model(changed_config(folder, tmp_path / "x", part, **values))


def test_configuration_that_is_not_json(folder: Path, tmp_path: Path) -> None:
    target = changed_config(folder, tmp_path / "x", "")
    (target / "config.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"config\.json"):
        load_model(target)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        load_model(tmp_path)


def altered(state: dict[str, torch.Tensor], case: str) -> object:
    if case == "classifier":
        return {"features.0.weight": torch.zeros(3), "classifier.bias": torch.zeros(2)}
    if case == "missing":
        del state["mask_decoder.transformer.layers.1.mlp.lin2.bias"]
    elif case == "surplus":
        state["mask_decoder.hf_token.weight"] = torch.zeros(1, 32)
    elif case == "shape":
        state["image_encoder.pos_embed"] = torch.zeros(3)
    elif case == "not thirds":
        state = fused(state)
        state["image_encoder.blocks.0.attn.qkv.weight"] = torch.zeros(7, 24)
    elif case == "windows":
        state["image_encoder.blocks.0.attn.rel_pos_h"] = torch.zeros(5, 7)
    elif case == "empty":
        return {}
    elif case == "a list":
        return [1, 2]
    elif case == "numbers":
        return {"epoch": 3}
    return state


@pytest.mark.parametrize(
    ("case", "match"),
    [
        ("classifier", r"complete SAM model.*2 tensors"),
        ("missing", r"lin2\.bias"),
        ("surplus", "hf_token"),
        ("shape", r"pos_embed.*shape \(3,\)"),
        ("not thirds", "cut in three"),
        ("windows", "heads"),
        ("empty", "0 tensors"),
        ("a list", "a list"),
        ("numbers", "'epoch'"),
    ],
)
def test_wrong_content_is_named(tiny: Sam, tmp_path: Path, case: str, match: str) -> None:
    torch.save(altered(dict(tiny.state_dict()), case), tmp_path / "m.pth")
    with pytest.raises(CheckpointError, match=match):
        load_model(tmp_path / "m.pth")


@pytest.mark.parametrize(
    "content", [b"", b"hello, this is text\n", b"\x89PNG\r\n\x1a\n" + bytes(50), bytes(4)]
)
def test_not_a_file_of_weights(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sam_vit_b_01ec64.pth").write_bytes(content)
    with pytest.raises(CheckpointError, match="not a file of weights"):
        load_model(tmp_path / "sam_vit_b_01ec64.pth")


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "stream"])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_a_cut_off_file_is_refused(tiny: Sam, tmp_path: Path, share: float, legacy: bool) -> None:
    path = tmp_path / "m.pth"
    torch.save(tiny.state_dict(), path, _use_new_zipfile_serialization=not legacy)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(CheckpointError, match=r"cut off|not a file"):
        load_model(path)


def test_flipped_bytes_are_noticed(tiny: Sam, tmp_path: Path) -> None:
    path = tmp_path / "m.pth"
    torch.save(tiny.state_dict(), path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(CheckpointError):
        load_model(path)
