"""What is measured: each engine encodes a picture and answers clicks with full-size masks."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor

Click = tuple[float, float]


class MeasuredEngine(Protocol):
    """A loaded model with room for one encoded picture."""

    def encode(self, rgb: RgbImage) -> None:
        """From pixels, uint8 HxWx3, to an embedding that is kept."""

    def decode(self, click: Click) -> BoolMask:
        """From a positive click in image pixels to the best mask at the picture's size, bool HxW."""


@dataclass(frozen=True)
class WeightsFile:
    """What is measured. The hash is known before, as in the window: a prepared model runs without torch."""

    path: Path
    model_hash: str

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self.path.stem


@dataclass(frozen=True)
class EngineKind:
    """An engine that can be measured. ``needs``: modules that must be importable."""

    name: str
    load: Callable[[WeightsFile], MeasuredEngine]
    needs: tuple[str, ...] = ()
    ours: bool = False

    @property
    def available(self) -> bool:
        """Whether everything that it needs is installed."""
        return all(importlib.util.find_spec(module) is not None for module in self.needs)


class OwnEngine:
    """This program's predictor on one runtime."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._embedding: ImageEmbedding | None = None

    def encode(self, rgb: RgbImage) -> None:
        """See ``MeasuredEngine.encode``."""
        self._embedding = self._predictor.embed(rgb)

    def decode(self, click: Click) -> BoolMask:
        """See ``MeasuredEngine.decode``."""
        from slimsam_core.inference.prediction import candidate_mask

        if self._embedding is None:
            raise ValueError("encode a picture first")
        prediction = self._predictor.predict(self._embedding, PromptSet((PointPrompt(*click),)))
        return candidate_mask(self._embedding, prediction.preferred)


class TransformersEngine:
    """``transformers.SamModel`` with its own processor and post-processing."""

    def __init__(self, weights: Path) -> None:
        import torch
        import transformers

        from slimsam_core.arch import VitEncoder
        from slimsam_core.checkpoints import read_checkpoint
        from slimsam_core.checkpoints.transformers_names import to_transformers

        checkpoint = read_checkpoint(weights)
        arch, spec = checkpoint.arch, checkpoint.arch.encoder
        if not isinstance(spec, VitEncoder) or len(set(spec.blocks)) > 1:
            raise ValueError("transformers has no such encoder")
        config = transformers.SamConfig(
            vision_config={
                "hidden_size": spec.width, "mlp_dim": spec.blocks[0].mlp,
                "num_hidden_layers": len(spec.blocks),
                "num_attention_heads": spec.heads, "global_attn_indexes": list(spec.global_blocks),
                "window_size": spec.window, "image_size": arch.image_size, "output_channels": arch.embed_dim,
            },
            prompt_encoder_config={
                "hidden_size": arch.embed_dim, "image_size": arch.image_size, "patch_size": spec.patch,
                "mask_input_channels": arch.decoder.mask_channels,
            },
            mask_decoder_config={
                "hidden_size": arch.embed_dim, "mlp_dim": arch.decoder.mlp_dim,
                "num_hidden_layers": arch.decoder.depth, "num_attention_heads": arch.decoder.heads,
                "iou_head_depth": arch.decoder.iou_depth, "iou_head_hidden_dim": arch.decoder.iou_hidden,
                "layer_norm_eps": arch.decoder.norm_eps,
            },
        )  # fmt: skip
        self._model = transformers.SamModel(config).eval()
        self._model.load_state_dict(to_transformers(checkpoint.state_dict))
        side = arch.image_size
        self._processor = transformers.SamProcessor(
            transformers.SamImageProcessor(
                size={"longest_edge": side}, pad_size={"height": side, "width": side}
            )
        )
        self._torch = torch
        self._inputs: Any = None
        self._features: Any = None

    def encode(self, rgb: RgbImage) -> None:
        """See ``MeasuredEngine.encode``."""
        with self._torch.inference_mode():
            self._inputs = self._processor(rgb, return_tensors="pt")
            self._features = self._model.get_image_embeddings(self._inputs["pixel_values"])

    def decode(self, click: Click) -> BoolMask:
        """See ``MeasuredEngine.decode``."""
        with self._torch.inference_mode():
            height, width = self._inputs["original_sizes"][0].tolist()
            new_h, new_w = self._inputs["reshaped_input_sizes"][0].tolist()
            point = [(click[0] - 0.5) * new_w / width, (click[1] - 0.5) * new_h / height]
            out = self._model(
                image_embeddings=self._features,
                input_points=self._torch.tensor([[[point]]]),
                input_labels=self._torch.tensor([[[1]]]),
            )
            masks = self._processor.image_processor.post_process_masks(
                out.pred_masks, self._inputs["original_sizes"], self._inputs["reshaped_input_sizes"]
            )
        best = int(out.iou_scores[0, 0].argmax())
        return np.asarray(masks[0][0, best].numpy(), np.bool_)


class SegmentAnythingEngine:
    """The ``segment-anything`` package with its own predictor."""

    def __init__(self, weights: Path) -> None:
        _stand_in_for_torchvision()
        import torch
        from segment_anything import SamPredictor
        from segment_anything.modeling import (
            ImageEncoderViT,
            MaskDecoder,
            PromptEncoder,
            Sam,
            TwoWayTransformer,
        )

        from slimsam_core.arch import VitEncoder
        from slimsam_core.checkpoints import read_checkpoint

        checkpoint = read_checkpoint(weights)
        arch, spec = checkpoint.arch, checkpoint.arch.encoder
        if not isinstance(spec, VitEncoder) or len(set(spec.blocks)) > 1:
            raise ValueError("segment-anything has no such encoder")
        side, dim = arch.embedding_size, arch.embed_dim
        model = Sam(
            ImageEncoderViT(
                img_size=arch.image_size, patch_size=spec.patch, embed_dim=spec.width, depth=len(spec.blocks),
                num_heads=spec.heads, mlp_ratio=(spec.blocks[0].mlp + 0.5) / spec.width, out_chans=dim,
                norm_layer=lambda width: torch.nn.LayerNorm(width, eps=1e-6), use_rel_pos=True,
                window_size=spec.window, global_attn_indexes=spec.global_blocks,
            ),
            PromptEncoder(
                embed_dim=dim, image_embedding_size=(side, side),
                input_image_size=(arch.image_size, arch.image_size), mask_in_chans=arch.decoder.mask_channels,
            ),
            MaskDecoder(
                transformer_dim=dim,
                transformer=TwoWayTransformer(
                    depth=arch.decoder.depth, embedding_dim=dim, mlp_dim=arch.decoder.mlp_dim,
                    num_heads=arch.decoder.heads,
                ),
                iou_head_depth=arch.decoder.iou_depth, iou_head_hidden_dim=arch.decoder.iou_hidden,
            ),
        )  # fmt: skip
        state = dict(checkpoint.state_dict)
        for name in [n for n in state if ".attn.q." in n]:
            fused = [state.pop(name.replace(".q.", f".{part}.")) for part in "qkv"]
            state[name.replace(".q.", ".qkv.")] = torch.cat(fused)
        model.load_state_dict(state)
        self._predictor = SamPredictor(model.eval())

    def encode(self, rgb: RgbImage) -> None:
        """See ``MeasuredEngine.encode``."""
        self._predictor.set_image(rgb)

    def decode(self, click: Click) -> BoolMask:
        """See ``MeasuredEngine.decode``."""
        point = np.array([click]) - 0.5
        masks, scores, _ = self._predictor.predict(point, np.array([1]), multimask_output=True)
        return np.asarray(masks[int(scores.argmax())], np.bool_)


def _own(runtime: str) -> Callable[[WeightsFile], MeasuredEngine]:
    def load(weights: WeightsFile) -> MeasuredEngine:
        from slimsam_core.inference.predictor import Predictor

        return OwnEngine(Predictor.load(weights, "auto", runtime))

    return load


def _onnx(weights: WeightsFile) -> MeasuredEngine:
    from slimsam_core.benchmarks.onnx_runtime import MeasuredOnnxRuntime
    from slimsam_core.checkpoints import load_model
    from slimsam_core.inference.predictor import Predictor

    model = load_model(weights.path)
    return OwnEngine(Predictor(model.arch, MeasuredOnnxRuntime(model)))


def _stand_in_for_torchvision() -> None:
    """Give segment-anything the few functions it takes from torchvision, which may be missing."""
    if importlib.util.find_spec("torchvision") is not None:
        return
    from PIL import Image

    functional = types.ModuleType("torchvision.transforms.functional")
    functional.to_pil_image = Image.fromarray  # type: ignore[attr-defined]
    functional.resize = lambda picture, size: picture.resize(  # type: ignore[attr-defined]
        (size[1], size[0]), Image.Resampling.BILINEAR
    )
    boxes = types.ModuleType("torchvision.ops.boxes")
    boxes.batched_nms = boxes.box_area = None  # type: ignore[attr-defined]  # not used by the predictor
    for name in ("torchvision", "torchvision.transforms", "torchvision.ops"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules[functional.__name__] = functional
    sys.modules[boxes.__name__] = boxes


ENGINES: dict[str, EngineKind] = {
    kind.name: kind
    for kind in (
        EngineKind("openvino", _own("openvino"), ("openvino",), ours=True),
        EngineKind("torch", _own("torch"), ours=True),
        EngineKind("transformers", lambda file: TransformersEngine(file.path), ("transformers",)),
        EngineKind("segment-anything", lambda file: SegmentAnythingEngine(file.path), ("segment_anything",)),
        EngineKind("onnxruntime", _onnx, ("onnxruntime", "onnx", "onnxscript")),
    )
}
"""Engines by name, ours first, the fastest of ours before the others."""
