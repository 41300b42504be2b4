"""ONNX Runtime as a peer: the same parts that OpenVINO gets, with the same steps around them."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.export import Dim
from torch.nn.attention import SDPBackend, sdpa_kernel

from slimsam_core.export.onnx_runtime import import_onnxruntime
from slimsam_core.inference.runtimes.lean_decoder import lean_decode
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.models.sam import Sam
from slimsam_core.models.transformer import ImageTokens

_MAX_PROMPTS, _MAX_TOKENS = 4096, 1024


class _Prepare(nn.Module):
    """Features with their dense prompt ``1 C h w`` -> keys and the first layer's k, v and q."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.transformer = model.mask_decoder.transformer
        self.positions: torch.Tensor
        self.register_buffer("positions", model.prompt_encoder.grid_positions().detach().clone())

    def forward(self, f_1Chw: torch.Tensor) -> tuple[torch.Tensor, ...]:
        tokens = self.transformer.prepare(f_1Chw, self.positions)
        return tokens.keys_BNC, tokens.first_k_BNc, tokens.first_v_BNc, tokens.first_q_BNc


class _Prompts(nn.Module):
    """Coordinates and labels of B prompts -> their tokens ``B T C``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.prompt_encoder = model.prompt_encoder

    def forward(self, coords_BT2: torch.Tensor, labels_BT: torch.Tensor) -> torch.Tensor:
        return self.prompt_encoder.sparse(coords_BT2, labels_BT)


class _Decode(nn.Module):
    """An image side of one picture and one prompt of T tokens -> logits ``1 M hm wm`` and IoU ``1 M``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.mask_decoder = model.mask_decoder
        self.positions: torch.Tensor
        positions = model.prompt_encoder.grid_positions().flatten(2).mT
        self.register_buffer("positions", positions.detach().clone())

    def forward(
        self,
        keys_1NC: torch.Tensor,
        k_1Nc: torch.Tensor,
        v_1Nc: torch.Tensor,
        q_1Nc: torch.Tensor,
        sparse_1TC: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        image = ImageTokens(
            keys_BNC=keys_1NC,
            positions_1NC=self.positions,
            first_k_BNc=k_1Nc,
            first_v_BNc=v_1Nc,
            first_q_BNc=q_1Nc,
        )
        return lean_decode(self.mask_decoder, image, sparse_1TC)


_Plan = tuple[nn.Module, tuple[torch.Tensor, ...], tuple[dict[int, Any], ...] | None]
"""A module, example inputs, and which of their axes are free (None: none)."""


def _plans(model: Sam) -> dict[str, _Plan]:
    arch = model.arch
    side, dim = arch.embedding_size, arch.embed_dim
    prompts, tokens = Dim("B", min=1, max=_MAX_PROMPTS), Dim("T", min=1, max=_MAX_TOKENS)
    features = torch.zeros(1, dim, side, side)
    with torch.no_grad():
        image = model.prepare(features)
    fixed = (image.keys_BNC, image.first_k_BNc, image.first_v_BNc, image.first_q_BNc)
    return {
        "encoder": (model.image_encoder.eval(), (torch.zeros(1, 3, arch.image_size, arch.image_size),), None),
        "prepare": (_Prepare(model).eval(), (features,), None),
        "prompts": (
            _Prompts(model).eval(),
            (torch.zeros(3, 5, 2), torch.zeros(3, 5, dtype=torch.int64)),
            ({0: prompts, 1: tokens}, {0: prompts, 1: tokens}),
        ),
        "decode": (_Decode(model).eval(), (*fixed, torch.zeros(1, 5, dim)), ({}, {}, {}, {}, {1: tokens})),
    }


def _export(plan: _Plan) -> torch.export.ExportedProgram:
    module, example, dynamic = plan
    with torch.no_grad(), _quiet():
        return torch.export.export(module, example, dynamic_shapes=dynamic, strict=False)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of the exporter, which are about its own future."""
    exporter = logging.getLogger("torch.export")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        exporter.setLevel(level)


class MeasuredOnnxRuntime:
    """See ``inference.runtimes.protocol.Runtime``; answers one prompt at a time, without a mask input."""

    name = "onnxruntime"
    description = "ONNX Runtime, CPU, float32"
    device = "cpu"
    batch_size = 1

    def __init__(self, model: Sam) -> None:
        onnxruntime = import_onnxruntime()
        self._sessions: dict[str, Any] = {}
        for part, plan in _plans(model).items():
            with sdpa_kernel(SDPBackend.MATH):  # the exporter does not know the fused kernels' strides
                program = torch.onnx.export(_export(plan), dynamo=True, verbose=False)
            if program is None:
                raise RuntimeError(f"the {part} could not be exported")
            data = program.model_proto.SerializeToString()
            self._sessions[part] = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        self._no_mask_1C11 = model.prompt_encoder.no_mask().detach().numpy()
        self._prepared: tuple[FloatArray, tuple[FloatArray, ...]] | None = None

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """See ``Runtime.encode``."""
        return self._run("encoder", x_13SS)[0]

    def decode(self, features_1Chw: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """See ``Runtime.decode``."""
        if self._prepared is None or self._prepared[0] is not features_1Chw:
            image = self._run("prepare", features_1Chw + self._no_mask_1C11)
            self._prepared = (features_1Chw, image)
        sparse_1TC = self._run("prompts", tokens.coords_BN2, tokens.labels_BN)[0]
        logits, iou = self._run("decode", *self._prepared[1], sparse_1TC)
        return logits, iou

    def rest(self) -> None:
        """See ``Runtime.rest``: nothing, it is measured as it is."""

    def _run(self, part: str, *inputs: np.ndarray) -> tuple[FloatArray, ...]:
        session = self._sessions[part]
        names = [i.name for i in session.get_inputs()]
        return tuple(session.run(None, dict(zip(names, inputs, strict=True))))
