"""Why the GPU is not used has one answer, wherever it is asked for."""

from __future__ import annotations

import sys

import pytest
import torch

from slimsam_core.cli import main
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.inference.gpu import Gpu, look_for_gpu


@pytest.fixture
def no_driver(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    return "The GPU is not used: no NVIDIA driver or device was found for CUDA 12.8."


def test_the_reason_is_the_first_that_holds(monkeypatch: pytest.MonkeyPatch, no_driver: str) -> None:
    assert look_for_gpu() == Gpu("", no_driver)
    monkeypatch.setattr(torch.version, "cuda", None)
    assert look_for_gpu().why_not == "The GPU is not used: this PyTorch was built for the CPU only."
    monkeypatch.setitem(sys.modules, "torch", None)
    assert look_for_gpu().why_not == "The GPU is not used: PyTorch is not installed."


def test_a_gpu_that_can_be_used_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"the maker's name of {device}")
    assert look_for_gpu("cuda:1") == Gpu("the maker's name of cuda:1", None)


def test_a_job_and_the_checks_of_the_installation_say_the_same(
    no_driver: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeviceUnavailable) as refused:
        chosen_device("cuda")
    assert refused.value.message == no_driver
    main(["doctor"])
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("gpu "))
    assert line.endswith(no_driver)


def test_a_process_takes_the_gpu_of_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", str)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [str(chosen_device(name, 1)) for name in ("cuda", "auto", "cuda:0", "cpu")] == [
        "cuda:1", "cuda:1", "cuda:0", "cpu",
    ]  # fmt: skip
    with pytest.raises(DeviceUnavailable, match="no GPU 2"):
        chosen_device("cuda", 2)


@pytest.mark.usefixtures("no_driver")
def test_another_device_of_torch_is_tried() -> None:
    with pytest.raises(DeviceUnavailable, match="'xpu' cannot be used"):
        chosen_device("xpu")
