"""The weights that a stage changes, and models made of them."""

from __future__ import annotations

from torch import Tensor

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.stages import CutStage, StageKind
from slimsam_core.models import Sam, build_model

Weights = dict[str, Tensor]

_OF_DECODER = "mask_decoder."


def learnt_weights(model: Sam, stage: CutStage) -> Weights:
    """Those of the encoder by their names in it, and where the decoder learns its by their whole names."""
    learnt = {name: value.detach().cpu().clone() for name, value in model.image_encoder.state_dict().items()}
    if stage.kind is StageKind.DECODER:
        decoder = model.mask_decoder.state_dict()
        learnt |= {f"{_OF_DECODER}{name}": value.detach().cpu().clone() for name, value in decoder.items()}
    return learnt


def with_weights(arch: ArchSpec, like: Sam, weights: Weights) -> Sam:
    """A model with these weights (``learnt_weights``) and what is not among them of ``like``, on the CPU."""
    model = build_model(arch)
    state = {k: v for k, v in like.state_dict().items() if not k.startswith("image_encoder.")}
    for name, value in weights.items():
        state[name if name.startswith(_OF_DECODER) else f"image_encoder.{name}"] = value
    model.load_state_dict(state, strict=True)
    return model
