"""``config.json`` and ``preprocessor_config.json`` as transformers and Transformers.js read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import CheckpointError
from slimsam_core.families.sam_vit.spec import VitEncoder
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.pixels.square_fit import SquareFit


def why_not_uniform(arch: ArchSpec) -> str:
    """Why ``transformers.SamModel`` cannot hold this architecture; empty when it can."""
    spec = arch.encoder
    if not isinstance(spec, VitEncoder):
        return f"its image encoder is of the family {arch.family}, not SAM's ViT"
    attention, mlp = {b.attention for b in spec.blocks}, {b.mlp for b in spec.blocks}
    if len(attention) > 1 or len(mlp) > 1:
        return f"its blocks have different widths (q/k/v {_span(attention)}, MLP {_span(mlp)})"
    if attention != {spec.width}:
        return f"its q/k/v width {attention.pop()} is not its residual width {spec.width}"
    return ""


def _span(widths: set[int]) -> str:
    return f"{min(widths)} to {max(widths)}" if len(widths) > 1 else str(min(widths))


def transformers_config(arch: ArchSpec) -> dict[str, Any]:
    """The configuration of an equal ``transformers.SamModel``. Raises CheckpointError when there is none."""
    reason, spec, decoder = why_not_uniform(arch), arch.encoder, arch.decoder
    if reason or not isinstance(spec, VitEncoder):
        raise CheckpointError(
            "{name} cannot be a transformers.SamModel: {reason}.",
            "Export it as onnx, openvino or safetensors, or slim with a local (uniform) ranking.",
            name=arch.name,
            reason=reason,
        )
    return {
        "architectures": ["SamModel"],
        "model_type": "sam",
        "vision_config": {
            "model_type": "sam_vision_model",
            "hidden_size": spec.width,
            "mlp_dim": spec.blocks[0].mlp,
            "mlp_ratio": spec.blocks[0].mlp / spec.width,
            "num_hidden_layers": len(spec.blocks),
            "num_attention_heads": spec.heads,
            "global_attn_indexes": list(spec.global_blocks),
            "window_size": spec.window,
            "patch_size": spec.patch,
            "image_size": arch.image_size,
            "output_channels": arch.embed_dim,
            "num_pos_feats": arch.embed_dim // 2,
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-6,
            "qkv_bias": True,
            "use_abs_pos": True,
            "use_rel_pos": True,
        },
        "prompt_encoder_config": {
            "model_type": "sam_prompt_encoder",
            "hidden_size": arch.embed_dim,
            "image_size": arch.image_size,
            "patch_size": spec.patch,
            "image_embedding_size": arch.embedding_size,
            "mask_input_channels": decoder.mask_channels,
            "num_point_embeddings": 4,
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-6,
        },
        "mask_decoder_config": {
            "model_type": "sam_mask_decoder",
            "hidden_size": arch.embed_dim,
            "mlp_dim": decoder.mlp_dim,
            "num_hidden_layers": decoder.depth,
            "num_attention_heads": decoder.heads,
            "attention_downsample_rate": decoder.attention_downsample,
            "num_multimask_outputs": decoder.multimask_outputs,
            "iou_head_depth": decoder.iou_depth,
            "iou_head_hidden_dim": decoder.iou_hidden,
            "hidden_act": "relu",
            "layer_norm_eps": decoder.norm_eps,
        },
    }


def preprocessor_config(arch: ArchSpec) -> dict[str, Any]:
    """How a picture becomes ``pixel_values``: longest side to the model's size, normalised, padded; or
    stretched to the square."""
    stretched = arch.fit is SquareFit.STRETCHED
    side = {"height": arch.image_size, "width": arch.image_size}
    return {
        "processor_class": "SamProcessor",
        "image_processor_type": "SamImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "resample": 2,
        "size": side if stretched else {"longest_edge": arch.image_size},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [value / 255 for value in arch.pixel_mean],
        "image_std": [value / 255 for value in arch.pixel_std],
        "do_pad": not stretched,
        "pad_size": side,
        "mask_size": {"longest_edge": arch.mask_size},
        "mask_pad_size": {"height": arch.mask_size, "width": arch.mask_size},
    }


def write_configuration(arch: ArchSpec, folder: Path) -> None:
    """Both files; models that transformers cannot hold get what Transformers.js needs. Raises OutputError."""
    config = {"model_type": "sam", "architectures": ["SamModel"], "image_size": arch.image_size}
    if not why_not_uniform(arch):
        config = transformers_config(arch)
    atomic_write_json(folder / "config.json", {**config, "slimsam_arch": arch.to_json()})
    atomic_write_json(folder / "preprocessor_config.json", preprocessor_config(arch))
