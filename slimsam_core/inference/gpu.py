"""The GPU of this machine: its name, or why it is not used."""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_core.sentences import Sentence, sentence
from slimsam_core.torch_part import torch_present


@dataclass(frozen=True)
class Gpu:
    """A GPU that can be used, or why there is none."""

    name: str
    """The maker's; empty where nothing can compute on a GPU."""
    why_not: Sentence | None
    """None where it can be used."""


def look_for_gpu(device: str = "cuda:0") -> Gpu:
    """The GPU that is ``device`` in torch's words. Loads torch where it is installed."""
    if not torch_present():
        return Gpu("", sentence("The GPU is not used: PyTorch is not installed."))
    import torch

    if torch.cuda.is_available():
        return Gpu(torch.cuda.get_device_name(device), None)
    if torch.version.cuda is None:
        return Gpu("", sentence("The GPU is not used: this PyTorch was built for the CPU only."))
    return Gpu(
        "",
        sentence(
            "The GPU is not used: no NVIDIA driver or device was found for CUDA {version}.",
            version=torch.version.cuda,
        ),
    )
