"""Latency: the first click is timed as a user meets it, without remembered closer looks."""

from __future__ import annotations

import torch

from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.latency import measure_latency
from slimsam_core.models import build_model


def test_every_timed_click_looks_closer_anew() -> None:
    torch.manual_seed(0)
    predictor = Predictor(build_model(efficientnet_lite(0, image_size=64)))
    looks = []
    encode = predictor.embed

    def counted(rgb):  # type: ignore[no-untyped-def]
        looks.append(rgb.shape)
        return encode(rgb)

    predictor.embed = counted  # type: ignore[method-assign]
    latency = measure_latency(predictor, runs=2)
    assert looks.count((480, 640, 3)) == 3
    assert len(looks) > 3
    assert looks == looks[: len(looks) // 3] * 3
    assert latency.encode_ms > 0
    assert latency.decode_ms > 0
