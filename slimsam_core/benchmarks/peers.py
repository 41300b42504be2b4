"""Other programs as they run our weights, for comparison. Each is imported when it is measured."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from slimsam_core.benchmarks.engine import Click, MeasuredEngine, OwnEngine
from slimsam_core.benchmarks.onnx_runtime import MeasuredOnnxRuntime
from slimsam_core.checkpoints import Checkpoint, read_checkpoint
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.torch_tensors import as_tensor
from slimsam_core.checkpoints.transformers_tensors import to_transformers
from slimsam_core.families.sam_vit.spec import VitEncoder
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask


class TransformersEngine:
    """``transformers.SamModel`` with its own processor and post-processing."""

    def __init__(self, weights: Path) -> None:
        import transformers

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
        self._model.load_state_dict(to_transformers(_tensors(checkpoint)))
        side = arch.image_size
        self._processor = transformers.SamProcessor(
            transformers.SamImageProcessor(
                size={"longest_edge": side}, pad_size={"height": side, "width": side}
            )
        )
        self._inputs: Any = None
        self._features: Any = None

    def encode(self, rgb: RgbImage) -> None:
        """See ``MeasuredEngine.encode``."""
        with torch.inference_mode():
            self._inputs = self._processor(rgb, return_tensors="pt")
            self._features = self._model.get_image_embeddings(self._inputs["pixel_values"])

    def decode(self, click: Click) -> BoolMask:
        """See ``MeasuredEngine.decode``."""
        with torch.inference_mode():
            height, width = self._inputs["original_sizes"][0].tolist()
            new_h, new_w = self._inputs["reshaped_input_sizes"][0].tolist()
            point = [(click[0] - 0.5) * new_w / width, (click[1] - 0.5) * new_h / height]
            out = self._model(
                image_embeddings=self._features,
                input_points=torch.tensor([[[point]]]),
                input_labels=torch.tensor([[[1]]]),
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
        from segment_anything import SamPredictor, modeling

        checkpoint = read_checkpoint(weights)
        arch, spec = checkpoint.arch, checkpoint.arch.encoder
        if not isinstance(spec, VitEncoder) or len(set(spec.blocks)) > 1:
            raise ValueError("segment-anything has no such encoder")
        side, dim = arch.embedding_size, arch.embed_dim
        model = modeling.Sam(
            modeling.ImageEncoderViT(
                img_size=arch.image_size, patch_size=spec.patch, embed_dim=spec.width, depth=len(spec.blocks),
                num_heads=spec.heads, mlp_ratio=(spec.blocks[0].mlp + 0.5) / spec.width, out_chans=dim,
                norm_layer=lambda width: torch.nn.LayerNorm(width, eps=1e-6), use_rel_pos=True,
                window_size=spec.window, global_attn_indexes=spec.global_blocks,
            ),
            modeling.PromptEncoder(
                embed_dim=dim, image_embedding_size=(side, side),
                input_image_size=(arch.image_size, arch.image_size), mask_in_chans=arch.decoder.mask_channels,
            ),
            modeling.MaskDecoder(
                transformer_dim=dim,
                transformer=modeling.TwoWayTransformer(
                    depth=arch.decoder.depth, embedding_dim=dim, mlp_dim=arch.decoder.mlp_dim,
                    num_heads=arch.decoder.heads,
                ),
                iou_head_depth=arch.decoder.iou_depth, iou_head_hidden_dim=arch.decoder.iou_hidden,
            ),
        )  # fmt: skip
        state = _tensors(checkpoint)
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


def _tensors(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    return {name: as_tensor(array) for name, array in checkpoint.state_dict.items()}


def _onnx(weights: Path) -> OwnEngine:
    model = load_model(weights)
    if model.arch.encoder.of_sam2:
        raise ValueError("the graphs for this comparison have SAM's decoder alone")
    return OwnEngine(Predictor(model.arch, MeasuredOnnxRuntime(model)))


def _stand_in_for_torchvision() -> None:
    """Give segment-anything the few functions it takes from torchvision, which may be missing."""
    if importlib.util.find_spec("torchvision") is not None:
        return
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


LOADERS: dict[str, Callable[[Path], MeasuredEngine]] = {
    "transformers": TransformersEngine,
    "segment-anything": SegmentAnythingEngine,
    "onnxruntime": _onnx,
}
"""Weights file -> the program with these weights, by the name in ``engines.ENGINES``."""
