"""Times to encode that a goal is judged by."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.cutting import targets
from slimsam_core.families import preset


@pytest.mark.parametrize("milliseconds", [(40, 10), (400, 100)])
def test_models_take_turns_at_least_three_times_and_small_ones_longer(
    milliseconds: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    waiting = iter(milliseconds)

    def build(_: ArchSpec) -> SimpleNamespace:
        return SimpleNamespace(image_encoder=Sleeper(next(waiting), calls))

    monkeypatch.setattr(targets, "build_model", build)
    times = targets.encode_milliseconds([preset("tiny_test")] * 2, torch.device("cpu"), bf16=False)
    assert times == pytest.approx(milliseconds, rel=0.5)
    turns = len(calls) // 2
    assert calls == list(milliseconds) * turns
    assert turns > 10 if sum(milliseconds) == 50 else turns == 4


class Sleeper(torch.nn.Module):
    """An encoder that takes its time."""

    def __init__(self, milliseconds: int, calls: list[int]) -> None:
        super().__init__()
        self.milliseconds, self.calls = milliseconds, calls

    def forward(self, x_13SS: torch.Tensor) -> torch.Tensor:
        self.calls.append(self.milliseconds)
        time.sleep(self.milliseconds / 1000)
        return x_13SS
