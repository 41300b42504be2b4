"""``transformers.SamModel`` with weights that exercise every layer, as the oracle of the parity tests."""

from __future__ import annotations

from typing import Any

import torch
from transformers import SamConfig, SamModel

PROMPTS: dict[str, dict[str, torch.Tensor]] = {
    "point": {"points": torch.tensor([[[0.4, 0.3]]]), "labels": torch.tensor([[1]])},
    "points": {
        "points": torch.tensor([[[0.4, 0.3], [0.1, 0.8], [0.55, 0.5]]]),
        "labels": torch.tensor([[1, 0, 1]]),
    },
    "box": {"boxes": torch.tensor([[0.1, 0.2, 0.7, 0.6]])},
    "box and point": {
        "boxes": torch.tensor([[0.1, 0.2, 0.7, 0.6]]),
        "points": torch.tensor([[[0.4, 0.3]]]),
        "labels": torch.tensor([[0]]),
    },
}


def sam_model(
    width: int,
    mlp: int,
    *,
    depth: int = 12,
    heads: int = 12,
    size: int = 1024,
    global_blocks: tuple[int, ...] = (2, 5, 8, 11),
) -> Any:
    """Seeded weights of realistic size everywhere; relative positions and norms away from 0 and 1."""
    config = SamConfig(
        vision_config={
            "hidden_size": width,
            "mlp_dim": mlp,
            "num_hidden_layers": depth,
            "num_attention_heads": heads,
            "global_attn_indexes": list(global_blocks),
            "image_size": size,
        },
        prompt_encoder_config={"image_size": size, "image_embedding_size": size // 16},
    )
    model = SamModel(config).eval()
    generator = torch.Generator().manual_seed(width)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            noise = torch.randn(tensor.shape, generator=generator)
            if "rel_pos" in name:
                tensor.copy_(0.3 * noise)
            elif tensor.ndim == 1 and name.endswith("weight"):
                tensor.copy_(1 + 0.1 * noise)
            elif tensor.ndim == 1:
                tensor.copy_(0.1 * noise)
            else:
                fan_in = tensor[0].numel() if tensor.ndim > 1 else 1
                tensor.copy_(noise / min(fan_in, 1024) ** 0.5)
        shared = model.shared_image_embedding.positional_embedding
        model.prompt_encoder.shared_embedding.positional_embedding.copy_(shared)
    return model
