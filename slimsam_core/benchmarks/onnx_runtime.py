"""ONNX Runtime as a peer: the same graphs that OpenVINO gets, with the same steps around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from slimsam_core.inference.runtimes.conversion import export, plans
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.models.sam import Sam


class MeasuredOnnxRuntime:
    """See ``inference.runtimes.protocol.Runtime``; answers one prompt at a time, without a mask input."""

    name = "onnxruntime"
    description = "ONNX Runtime, CPU, float32"
    device = "cpu"
    batch_size = 1

    def __init__(self, model: Sam) -> None:
        import onnxruntime

        self._sessions: dict[str, Any] = {}
        for part, plan in plans(model).items():
            if part == "dense":
                continue
            with sdpa_kernel(SDPBackend.MATH):  # the exporter does not know the fused kernels' strides
                program = torch.onnx.export(export(plan), dynamo=True, verbose=False)
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

    def _run(self, part: str, *inputs: np.ndarray) -> tuple[FloatArray, ...]:
        session = self._sessions[part]
        names = [i.name for i in session.get_inputs()]
        return tuple(session.run(None, dict(zip(names, inputs, strict=True))))
