"""The reference runtime: the model's own modules in PyTorch."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator

import numpy as np
import torch

from slimsam_core.devices import DeviceKind
from slimsam_core.errors import OutOfMemory
from slimsam_core.families.early_late import EarlyLate
from slimsam_core.inference.runtimes.attention import (
    attention_kernel,
    augmented_attention,
    chunked_attention,
)
from slimsam_core.inference.runtimes.lean_decoder import lean_decode
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.models.sam import Sam
from slimsam_core.models.transformer import ImageTokens


class TorchRuntime:
    """Runs a model where it is. The model is put into evaluation mode."""

    name = "torch"

    def __init__(self, model: Sam, *, half: bool = False) -> None:
        """``half``: a copy of the image encoder computes in bfloat16, channels last (for GPUs), but for its
        early part (``families.early_late``)."""
        self._model = model.eval()
        self._device = next(model.parameters()).device
        self._encoder = model.image_encoder
        self._dtype = torch.float32
        if half:
            self._dtype = torch.bfloat16
            self._encoder = copy.deepcopy(model.image_encoder).to(torch.bfloat16)
            for weight in self._encoder.parameters():
                if weight.ndim == 4:
                    weight.data = weight.data.contiguous(memory_format=torch.channels_last)
        self._kernel = augmented_attention if self._device.type == DeviceKind.CUDA else chunked_attention
        self._prepared: tuple[FloatArray, ImageTokens] | None = None

    @property
    def device(self) -> str:
        """The torch device of the model."""
        return str(self._device)

    @property
    def description(self) -> str:
        """Engine, device and precision in words."""
        place = self._device.type.upper()
        if self._device.type == DeviceKind.CUDA:
            place = torch.cuda.get_device_name(self._device)
        return f"PyTorch, {place}, {str(self._dtype).removeprefix('torch.')}"

    @property
    def batch_size(self) -> int:
        """Small on a CPU, where large temporaries cost more than they save."""
        return 64 if self._device.type == DeviceKind.CUDA else 8

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """See ``Runtime.encode``."""
        with (
            torch.inference_mode(),
            memory_errors("encode a picture"),
            attention_kernel(self._encoder, self._kernel),
        ):
            x, whole = torch.from_numpy(x_13SS).to(self._device), self._model.image_encoder
            if isinstance(self._encoder, EarlyLate) and isinstance(whole, EarlyLate):
                features = self._encoder.late(whole.early(x).to(self._dtype))
            else:
                features = self._encoder(x.to(self._dtype))
            return np.ascontiguousarray(features.float().cpu().numpy())

    def decode(self, features_1Chw: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """See ``Runtime.decode``."""
        with torch.inference_mode(), memory_errors("decode prompts"):
            coords = torch.from_numpy(tokens.coords_BN2).to(self._device)
            labels = torch.from_numpy(tokens.labels_BN).to(self._device)
            sparse_BNC = self._model.prompt_encoder.sparse(coords, labels)
            parts = []
            for start in range(0, len(sparse_BNC), self.batch_size):
                batch = slice(start, start + self.batch_size)
                image = self._image(features_1Chw, tokens.mask_input_B1HW, batch)
                parts.append(lean_decode(self._model.mask_decoder, image, sparse_BNC[batch]))
            logits = torch.cat([part[0] for part in parts]) if len(parts) > 1 else parts[0][0]
            iou = torch.cat([part[1] for part in parts]) if len(parts) > 1 else parts[0][1]
            return logits.float().cpu().numpy(), iou.float().cpu().numpy()

    def rest(self) -> None:
        """See ``Runtime.rest``: nothing, what torch computed with on a CPU is free already."""

    def _image(
        self, features_1Chw: FloatArray, mask_input_B1HW: FloatArray | None, batch: slice
    ) -> ImageTokens:
        """The picture ready for the decoder; without a mask input it is kept for the next call."""
        if mask_input_B1HW is not None:
            masks = torch.from_numpy(mask_input_B1HW[batch]).to(self._device)
            return self._model.prepare(self._tensor(features_1Chw), masks)
        if self._prepared is None or self._prepared[0] is not features_1Chw:
            self._prepared = (features_1Chw, self._model.prepare(self._tensor(features_1Chw)))
        return self._prepared[1]

    def _tensor(self, features_1Chw: FloatArray) -> torch.Tensor:
        # torch warns about read-only arrays, so it gets a copy (4 MiB, of SAM 2 16)
        return torch.tensor(features_1Chw, device=self._device)


@contextlib.contextmanager
def memory_errors(what: str) -> Iterator[None]:
    """Turn torch's ways of saying "out of memory" into OutOfMemory."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(
            "The GPU has not enough memory to {what}.", "Close other programs or use the CPU.", what=what
        ) from error
    except MemoryError as error:
        raise OutOfMemory(
            "There is not enough memory to {what}.", "Close other programs.", what=what
        ) from error
    except RuntimeError as error:
        if "DefaultCPUAllocator" not in str(error):
            raise
        raise OutOfMemory(
            "There is not enough memory to {what}.", "Close other programs.", what=what
        ) from error
