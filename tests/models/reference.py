"""What the bundled models give for one generated picture; run this file to record it after replacing a model.

The recorded excerpts pin the arithmetic: any change of an encoder, a decoder or a file form shows up.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.files.resources import resources_dir
from slimsam_core.models import Sam

FOLDER = Path(__file__).parent / "reference"


def bundled() -> list[Path]:
    return sorted((resources_dir() / "models").glob("*.safetensors"))


def picture(size: int) -> torch.Tensor:
    """Waves of three frequencies with a bright disc: the same numbers on every machine."""
    y, x = np.mgrid[0:size, 0:size] / size
    waves = [np.sin(2 * np.pi * (f * x + g * y)) for f, g in ((3, 5), (7, -2), (1, 11))]
    disc = 1.5 * ((x - 0.45) ** 2 + (y - 0.55) ** 2 < 0.05)
    return torch.from_numpy(np.stack(waves) * 0.6 + disc)[None].float()


def excerpt(model: Sam) -> dict[str, np.ndarray]:
    size = model.arch.image_size
    with torch.inference_mode():
        f_BChw = model.image_encoder(picture(size))
        found = {"embedding": f_BChw[:, ::16, ::4, ::4].numpy()}
        points = torch.tensor([[[0.45, 0.55], [0.1, 0.1]]]) * size
        prompts = {
            "point": {"points": points[:, :1], "labels": torch.tensor([[1]])},
            "two": {"points": points, "labels": torch.tensor([[1, 0]])},
            "box": {"boxes": torch.tensor([[0.2, 0.3, 0.7, 0.8]]) * size},
        }
        for name, prompt in prompts.items():
            logits, iou = model.decode(f_BChw, **prompt)
            found[f"{name}_logits"] = logits[..., ::8, ::8].numpy()
            found[f"{name}_iou"] = iou.numpy()
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in bundled():
        np.savez_compressed(FOLDER / f"{path.stem}.npz", **excerpt(load_model(path)))
