"""Inner features of a model, gathered by hooks while it runs its ordinary forward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from slimsam_core.families.cutting import Tap, TapSide

Features = dict[Tap, Tensor]


@contextmanager
def recording(module: nn.Module, taps: Sequence[Tap]) -> Iterator[Features]:
    """Within the block every forward pass of ``module`` fills the yielded dictionary.

    The hooks are gone afterwards. Raises AttributeError for a path that does not exist.
    """
    features: Features = {}

    def output_hook(tap: Tap) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            features[tap] = output

        return hook

    def input_hook(tap: Tap) -> Any:
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            features[tap] = inputs[0]

        return hook

    handles = []
    try:
        for tap in taps:
            target = module.get_submodule(tap.path)
            if tap.side is TapSide.INPUT:
                handles.append(target.register_forward_pre_hook(input_hook(tap)))
            else:
                handles.append(target.register_forward_hook(output_hook(tap)))
        yield features
    finally:
        for handle in handles:
            handle.remove()
