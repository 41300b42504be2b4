"""The int8 variant of an ONNX pair, and what it costs, measured on sample photographs."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from slimsam_core.export.onnx_runtime import OnnxRuntime, OnnxSessions
from slimsam_core.inference.runtimes.agreement import AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.clock import seconds_in_turn
from slimsam_core.models import Sam

SUFFIX = "_quantized"
"""What Transformers.js appends for ``dtype: "q8"``."""
_REPEATS = 3


def quantise(model: Sam, folder: Path) -> dict[str, str]:
    """Write ``*_quantized.onnx`` beside the pair (weights of matrix products and convolutions in 8 bits)
    and measure it against the pair. Returns rows of the model card."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    paths = sorted((folder / "onnx").glob("*.onnx"))
    logging.getLogger().addFilter(_no_advice)
    try:
        for path in paths:
            quantize_dynamic(
                path,
                path.with_name(f"{path.stem}{SUFFIX}.onnx"),
                weight_type=QuantType.QUInt8,
                per_channel=False,
                op_types_to_quantize=["MatMul", "Gemm", "Conv"],
            )
    finally:
        logging.getLogger().removeFilter(_no_advice)
    inputs = model_inputs(model.arch)
    full, small = OnnxRuntime(OnnxSessions(folder)), OnnxRuntime(OnnxSessions(folder, SUFFIX))
    agreement = AgreementCheck(full, inputs).measure(small)
    bytes_full = sum(path.stat().st_size for path in paths)
    bytes_small = sum(path.with_name(f"{path.stem}{SUFFIX}.onnx").stat().st_size for path in paths)
    works = [partial(runtime.encode, inputs[0][0]) for runtime in (full, small)]
    ms_full, ms_small = (1000 * seconds for seconds in seconds_in_turn(works, _REPEATS))
    return {
        "int8: mean IoU of its masks with those of float32, sample photographs": f"{agreement:.3f}",
        "int8: size": f"{bytes_small / 1e6:.1f} MB instead of {bytes_full / 1e6:.1f} MB",
        "int8: encoding a picture on the exporting machine": f"{ms_small:.0f} ms instead of {ms_full:.0f} ms",
    }


def _no_advice(record: logging.LogRecord) -> bool:
    """onnxruntime advises a preparation step that the exporter's graphs do not need."""
    return "Please consider to run pre-processing" not in record.getMessage()
