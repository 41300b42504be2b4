"""Devices and number formats: what is chosen."""

from __future__ import annotations

import pytest
import torch

from slimsam_core.compression.precision import compiles, uses_bf16
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.chosen_device import chosen_device

CPU = torch.device("cpu")


def test_a_word_that_is_no_device_is_refused() -> None:
    with pytest.raises(DeviceUnavailable, match="toaster"):
        chosen_device("toaster")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_auto_is_the_cpu_and_cuda_is_refused() -> None:
    assert chosen_device("auto") == CPU
    with pytest.raises(DeviceUnavailable):
        chosen_device("cuda")


def test_switches_decide_and_auto_looks() -> None:
    assert uses_bf16("bf16", CPU)
    assert not uses_bf16("fp32", CPU)
    assert compiles("on", CPU)
    assert not compiles("off", CPU)
