"""How a model that is to be trained lies in memory and which kernels its layers use."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

from slimsam_core.devices import DeviceKind


class Float32Conv2d(nn.Conv2d):
    """A convolution that autocast leaves alone.

    On CPUs a 5x5 depthwise convolution and its gradients in bf16 take three to five times as long as in
    float32, while 1x1 convolutions gain as much from bf16.
    """

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            y: Tensor = super()._conv_forward(x.float(), weight, bias)
            return y


_M = TypeVar("_M", bound=nn.Module)


def placed(module: _M, device: torch.device) -> _M:
    """The module itself on ``device``, laid out for speed: channels last, and see ``Float32Conv2d``, which
    trained layers become; frozen ones, which have no gradients to compute, stay as they are.
    """
    if device.type == DeviceKind.CPU:
        for layer in module.modules():
            if type(layer) is nn.Conv2d and layer.groups > 1 and layer.weight.requires_grad:
                layer.__class__ = Float32Conv2d
    return module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
