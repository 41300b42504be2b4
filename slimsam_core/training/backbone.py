"""Encoders that start from ImageNet weights, which come as packages of the ``train`` extra."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

import torch

from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.checkpoints.torch_tensors import as_tensor
from slimsam_core.errors import CheckpointError, RecipeError
from slimsam_core.families import backbones
from slimsam_core.installation import how_to_add
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam


def from_backbone(name: str, seed: int = 0) -> Sam:
    """A promptable model with the encoder ``name``, one of ``families.backbones``; its neck and decoder are
    drawn with ``seed``. Raises RecipeError, CheckpointError.
    """
    torch.manual_seed(seed)
    family, backbone = backbones()[name]
    imagenet = importlib.import_module(f"slimsam_core.families.{family}.imagenet")
    model = build_model(backbone.arch())
    state = load_pickled(weights_file(name))
    tensors = {n: as_tensor(x) for n, x in state.items()} if isinstance(state, Mapping) else {}
    own = imagenet.imagenet_state(tensors, model.arch)
    net = model.image_encoder.get_submodule("net")
    wrong = [n for n, v in net.state_dict().items() if n not in own or own[n].shape != v.shape]
    if wrong:
        raise CheckpointError(
            "The weights are not those of {name}.", expected=", ".join(wrong[:3]), name=name
        )
    imagenet.take_over_pixels(own, model.arch)
    net.load_state_dict(own)
    return model


def weights_file(name: str) -> Path:
    """The weights in the installed package. Raises RecipeError that says what to install."""
    package = backbones()[name][1].package
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
