"""The two halves of a model with the inputs and outputs that Transformers.js expects of SAM.

B pictures, P prompts a picture, N points a prompt; frames as in ``models.sam``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.export import Dim

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import OutputError
from slimsam_core.inference.runtimes.agreement import model_inputs
from slimsam_core.inference.runtimes.attention import attention_kernel, chunked_attention
from slimsam_core.models import Sam
from slimsam_core.models.prompt_encoder import PADDING

TOLERANCE = 1e-4
"""Largest accepted deviation from torch, as a share of the largest value (of 1 if that is less)."""
SIZE_STEP = 32
"""Pixels: the coarsest features that are looked at have so many a cell."""
MOST_STEPS = 128
"""4096 pixels a side, four times what any of these models was trained on."""
OTHER_SIZE = 0.75
"""A graph for any size is also compared with torch at this share of the model's own, in whole steps."""
IGNORED = -10
"""Label of points that transformers ignores: their token is zero."""


class EncoderGraph(nn.Module):
    """``pixel_values B 3 S S`` -> ``image_embeddings``, ``image_positional_embeddings``, both ``B C h w``."""

    inputs = ("pixel_values",)
    outputs = ("image_embeddings", "image_positional_embeddings")
    positions: torch.Tensor

    def __init__(self, model: Sam, any_size: bool = False) -> None:
        super().__init__()
        self.image_encoder = model.image_encoder
        self.prompt_encoder = model.prompt_encoder if any_size else None
        self.register_buffer("positions", model.prompt_encoder.grid_positions().detach().clone())

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        f_BChw = self.image_encoder(pixel_values)
        positions = self.positions
        if self.prompt_encoder is not None:
            positions = self.prompt_encoder.grid_positions(f_BChw.shape[-1])
        return f_BChw, positions.expand(f_BChw.shape[0], -1, -1, -1)


class DecoderGraph(nn.Module):
    """Points ``B P N 2`` and labels ``B P N`` with an encoded picture -> ``iou_scores B P 3`` and
    ``pred_masks B P 3 hm wm``. A padding point is added to every prompt; labels 2 and 3 are box corners."""

    inputs = ("input_points", "input_labels", "image_embeddings", "image_positional_embeddings")
    outputs = ("iou_scores", "pred_masks")

    def __init__(self, model: Sam, any_size: bool = False) -> None:
        super().__init__()
        self.prompt_encoder = model.prompt_encoder
        self.mask_decoder = model.mask_decoder
        self.stride = model.arch.encoder.stride if any_size else 0

    def forward(
        self,
        input_points: torch.Tensor,
        input_labels: torch.Tensor,
        image_embeddings: torch.Tensor,
        image_positional_embeddings: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        batch, prompts = input_points.shape[:2]
        points_QN2, labels_QN = input_points.flatten(0, 1), input_labels.flatten(0, 1)
        ignored = labels_QN == IGNORED
        points_QN2 = torch.cat([points_QN2, torch.zeros_like(points_QN2[:, :1])], dim=1)
        labels_QN = torch.cat([labels_QN, torch.full_like(labels_QN[:, :1], PADDING)], dim=1)
        ignored = torch.cat([ignored, torch.zeros_like(ignored[:, :1])], dim=1)
        cells = image_embeddings.shape[-1] if self.stride else None
        pixels = cells * self.stride if cells is not None else None
        sparse_QNC = self.prompt_encoder.sparse(points_QN2, labels_QN.clamp(min=PADDING), pixels)
        sparse_QNC = torch.where(ignored[..., None], 0.0, sparse_QNC)
        f_QChw = image_embeddings[:, None].expand(-1, prompts, -1, -1, -1).flatten(0, 1)
        no_mask = self.prompt_encoder.no_mask()
        image = self.mask_decoder.prepare(f_QChw, no_mask, image_positional_embeddings[:1])
        logits, iou = self.mask_decoder(image, sparse_QNC, cells)
        masks = logits[:, 1:].unflatten(0, (batch, prompts))
        return iou[:, 1:].unflatten(0, (batch, prompts)), masks


@dataclass(frozen=True, kw_only=True)
class GraphPlan:
    """A graph to export: its file name, the module, example inputs, and which axes stay free."""

    name: str
    module: nn.Module
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    example: tuple[torch.Tensor, ...]
    dynamic: tuple[dict[int, Any], ...]


def plans(model: Sam, any_size: bool = False) -> tuple[GraphPlan, GraphPlan]:
    """Encoder and decoder, ready for ``torch.export``; ``any_size``: for squares of any multiple of
    ``SIZE_STEP`` pixels."""
    arch = model.arch
    wide: dict[int, Any] = {}
    fine: dict[int, Any] = {}
    if any_size:
        steps = Dim("steps", min=2, max=MOST_STEPS)
        wide = dict.fromkeys((2, 3), SIZE_STEP * steps)
        fine = dict.fromkeys((2, 3), SIZE_STEP // arch.encoder.stride * steps)
    side, dim, size = arch.embedding_size, arch.embed_dim, arch.image_size
    batch, prompts, points = (Dim("batch_size", min=1, max=256), Dim("point_batch_size", min=1, max=4096),
                              Dim("nb_points_per_image", min=1, max=1024))  # fmt: skip
    encoder = GraphPlan(
        name="vision_encoder",
        module=EncoderGraph(model, any_size).eval(),
        inputs=EncoderGraph.inputs,
        outputs=EncoderGraph.outputs,
        example=(torch.zeros(2, 3, size, size),),
        dynamic=({0: batch, **wide},),
    )
    f, positions = (torch.zeros(2, channels, side, side) for channels in (arch.feature_channels, dim))
    decoder = GraphPlan(
        name="prompt_encoder_mask_decoder",
        module=DecoderGraph(model, any_size).eval(),
        inputs=DecoderGraph.inputs,
        outputs=DecoderGraph.outputs,
        example=(torch.zeros(2, 3, 5, 2), torch.zeros(2, 3, 5, dtype=torch.int64), f, positions),
        dynamic=(
            {0: batch, 1: prompts, 2: points},
            {0: batch, 1: prompts, 2: points},
            {0: batch, **fine},
            {0: batch, **fine},
        ),
    )
    return encoder, decoder


def lean_attention(model: Sam) -> Any:
    """A context in which global attention is exported without its bias of cells x cells."""
    return attention_kernel(model.image_encoder, chunked_attention)


RunGraph = Callable[[str, dict[str, np.ndarray]], dict[str, np.ndarray]]


def check_any_size(model: Sam, run: RunGraph, program: str) -> dict[str, str]:
    """``check_graphs`` at the model's own size and at another one."""
    size = round(OTHER_SIZE * model.arch.image_size / SIZE_STEP) * SIZE_STEP
    other = replace(model.arch, image_size=max(2 * SIZE_STEP, size))
    found = check_graphs(model, run, program, model.arch)
    for what, deviation in check_graphs(model, run, program, other).items():
        found[f"{what}, {other.image_size} px"] = deviation
    return found


@torch.inference_mode()
def check_graphs(model: Sam, run: RunGraph, program: str, at: ArchSpec | None = None) -> dict[str, str]:
    """Compare both graphs, run by ``run(graph name, inputs)``, with torch on a photograph and clicks.

    ``at``: of graphs for any size, the architecture whose size is tried. Returns the largest deviation of
    every output as rows of the model card. Raises OutputError beyond TOLERANCE.
    """
    encoder, decoder = plans(model, at is not None)
    pixels, inside = model_inputs(at or model.arch)[0]
    found = run(encoder.name, {"pixel_values": pixels})
    with lean_attention(model):
        expected = dict(zip(encoder.outputs, encoder.module(torch.from_numpy(pixels)), strict=True))
    f, positions = expected["image_embeddings"], expected["image_positional_embeddings"]
    share = torch.tensor([[[0.5, 0.5], [0.2, 0.3]], [[0.7, 0.6], [0.9, 0.9]]])
    points = share[None] * torch.tensor([inside.width, inside.height])
    labels = torch.tensor([[[1, 0], [1, IGNORED]]])
    arguments = dict(zip(decoder.inputs, (points, labels, f, positions), strict=True))
    found |= run(decoder.name, {name: value.numpy() for name, value in arguments.items()})
    expected |= dict(zip(decoder.outputs, decoder.module(*arguments.values()), strict=True))
    checks = {}
    for name, tensor in expected.items():
        wanted = tensor.numpy()
        deviation = float(np.abs(found[name] - wanted).max())
        if not deviation <= TOLERANCE * max(1.0, float(np.abs(wanted).max())):
            raise OutputError(
                "The exported model is not equal to the original in {program}: {name} "
                "deviates by {deviation:.2g}.",
                "Please report this with the name of the model.",
                program=program,
                name=name,
                deviation=deviation,
            )
        checks[f"largest deviation of `{name}` from PyTorch in {program}"] = f"{deviation:.1e}"
    return checks
