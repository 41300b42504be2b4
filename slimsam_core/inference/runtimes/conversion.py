"""A model as OpenVINO graphs, converted in memory: encoder, mask prompt, image side, prompts, decoder.

The encoder is one graph, or two (``families.early_late``), or several with an attention of our own between
them (``split_encoder``).

All shapes are fixed but the number of prompt tokens, and the decoder answers one prompt at a time: graphs of
free shapes lose their fused operations and planned memory, which costs more than a batch saves. The prompts
are a graph of their own since their coordinates need float32, whatever the rest computes in.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.export import Dim

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.families.early_late import EarlyLate
from slimsam_core.inference.runtimes.attention import attention_kernel, headwise_attention
from slimsam_core.inference.runtimes.lean_decoder import lean_decode
from slimsam_core.inference.runtimes.openvino_runtime import EARLY, part_of
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.models.sam import Sam
from slimsam_core.models.transformer import ImageTokens

_log = logging.getLogger(__name__)

PARTS = ("encoder", "dense", "prepare", "prompts", "decode")
"""The parts of a model, in the order in which they are made; a part of several graphs has ``.0``, ``.1``, ...
at the end of their names."""

_MAX_PROMPTS, _MAX_TOKENS = 4096, 1024


class _Encoder(nn.Module):
    """A picture ``1 3 S S`` -> features ``1 C h w``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.image_encoder = model.image_encoder

    def forward(self, x_13SS: torch.Tensor) -> torch.Tensor:
        with attention_kernel(self.image_encoder, headwise_attention):
            features: torch.Tensor = self.image_encoder(x_13SS)
            return features


class _EncoderPart(nn.Module):
    """The early or the late part of an encoder (``families.early_late``)."""

    def __init__(self, encoder: EarlyLate, compute: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.encoder = encoder
        self._compute = compute

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._compute(x)


class _Dense(nn.Module):
    """Mask input ``1 1 hm wm`` -> what is added to the features, ``1 C h w``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.prompt_encoder = model.prompt_encoder

    def forward(self, mask_11HW: torch.Tensor) -> torch.Tensor:
        return self.prompt_encoder.dense(mask_11HW)


class _Prepare(nn.Module):
    """Features with their dense prompt ``1 C h w`` -> keys and the first layer's k, v and q."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.transformer = model.mask_decoder.transformer
        self.positions: torch.Tensor
        self.register_buffer("positions", model.prompt_encoder.grid_positions().detach().clone())

    def forward(self, f_1Chw: torch.Tensor) -> tuple[torch.Tensor, ...]:
        tokens = self.transformer.prepare(f_1Chw, self.positions)
        return tokens.keys_BNC, tokens.first_k_BNc, tokens.first_v_BNc, tokens.first_q_BNc


class _Prompts(nn.Module):
    """Coordinates and labels of B prompts -> their tokens ``B T C``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.prompt_encoder = model.prompt_encoder

    def forward(self, coords_BT2: torch.Tensor, labels_BT: torch.Tensor) -> torch.Tensor:
        return self.prompt_encoder.sparse(coords_BT2, labels_BT)


class _Decode(nn.Module):
    """An image side of one picture and one prompt of T tokens -> logits ``1 M hm wm`` and IoU ``1 M``."""

    def __init__(self, model: Sam) -> None:
        super().__init__()
        self.mask_decoder = model.mask_decoder
        self.positions: torch.Tensor
        positions = model.prompt_encoder.grid_positions().flatten(2).mT
        self.register_buffer("positions", positions.detach().clone())

    def forward(
        self,
        keys_1NC: torch.Tensor,
        k_1Nc: torch.Tensor,
        v_1Nc: torch.Tensor,
        q_1Nc: torch.Tensor,
        sparse_1TC: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        image = ImageTokens(
            keys_BNC=keys_1NC,
            positions_1NC=self.positions,
            first_k_BNc=k_1Nc,
            first_v_BNc=v_1Nc,
            first_q_BNc=q_1Nc,
        )
        return lean_decode(self.mask_decoder, image, sparse_1TC)


Plan = tuple[nn.Module, tuple[torch.Tensor, ...], tuple[dict[int, Any], ...] | None]
"""A module, example inputs, and which of their axes are free (None: none)."""


def plans(model: Sam, cut: bool = False) -> dict[str, Plan]:
    """What is exported for each of ``PARTS``. ``cut``: the encoder in pieces, where that is possible: behind
    its early part, as ``EARLY`` and ``encoder.0``, or at its global attentions, as ``encoder.0``,
    ``encoder.1``, ..."""
    arch = model.arch
    side, dim = arch.embedding_size, arch.embed_dim
    prompts, tokens = Dim("B", min=1, max=_MAX_PROMPTS), Dim("T", min=1, max=_MAX_TOKENS)
    features = torch.zeros(1, dim, side, side)
    with torch.no_grad():
        image = model.prepare(features)
    fixed = (image.keys_BNC, image.first_k_BNc, image.first_v_BNc, image.first_q_BNc)
    return {
        **((cut and (_early_and_late(model) or _encoder_pieces(model))) or _whole_encoder(model)),
        "dense": (_Dense(model).eval(), (torch.zeros(1, 1, arch.mask_size, arch.mask_size),), None),
        "prepare": (_Prepare(model).eval(), (features,), None),
        "prompts": (
            _Prompts(model).eval(),
            (torch.zeros(3, 5, 2), torch.zeros(3, 5, dtype=torch.int64)),
            ({0: prompts, 1: tokens}, {0: prompts, 1: tokens}),
        ),
        "decode": (_Decode(model).eval(), (*fixed, torch.zeros(1, 5, dim)), ({}, {}, {}, {}, {1: tokens})),
    }


def _whole_encoder(model: Sam) -> dict[str, Plan]:
    side = model.arch.image_size
    return {"encoder": (_Encoder(model).eval(), (torch.zeros(1, 3, side, side),), None)}


def _early_and_late(model: Sam) -> dict[str, Plan]:
    """The encoder in two, when it has an early part; otherwise nothing."""
    encoder, side = model.image_encoder, model.arch.image_size
    if not isinstance(encoder, EarlyLate):
        return {}
    x_13SS = torch.zeros(1, 3, side, side)
    with torch.inference_mode():
        between = encoder.early(x_13SS)
    return {
        EARLY: (_EncoderPart(encoder, encoder.early).eval(), (x_13SS,), None),
        "encoder.0": (_EncoderPart(encoder, encoder.late).eval(), (torch.zeros(between.shape),), None),
    }


def _encoder_pieces(model: Sam) -> dict[str, Plan]:
    """The encoder cut, when our attention runs here and suits it; otherwise nothing."""
    try:
        from slimsam_core.inference.runtimes.split_encoder import split

        pieces = split(model.image_encoder)
    except (ImportError, OSError, RuntimeError) as error:  # no LLVM here, or one that refuses our code
        _log.warning("the attention of the OpenVINO graph is used: %s", error)
        return {}
    side = model.arch.image_size
    return {f"encoder.{i}": (piece.eval(), piece.example(side), None) for i, piece in enumerate(pieces)}


def export(plan: Plan) -> torch.export.ExportedProgram:
    """A part as a program of torch's own operations."""
    module, example, dynamic = plan
    with torch.no_grad(), _quiet():
        return torch.export.export(module, example, dynamic_shapes=dynamic, strict=False)


def convert(model: Sam, part_done: Callable[[str], None], cut: bool = False) -> dict[str, Any]:
    """``openvino.Model`` for each of ``plans``. ``part_done`` hears the name of each part when it is ready.

    Raises DeviceUnavailable with the reason when a part cannot be converted.
    """
    graphs: dict[str, Any] = {}
    for part, named in itertools.groupby(plans(model, cut).items(), lambda item: part_of(item[0])):
        graphs |= {name: _convert(name, plan) for name, plan in named}
        part_done(part)
    return graphs


def uncut(model: Sam, graphs: dict[str, Any]) -> dict[str, Any]:
    """The same graphs with the encoder in one. Raises DeviceUnavailable."""
    if "encoder" in graphs:
        return graphs
    rest = {name: graph for name, graph in graphs.items() if part_of(name) != "encoder"}
    return {"encoder": _convert("encoder", plans(model)["encoder"]), **rest}


def _convert(name: str, plan: Plan) -> Any:
    ov = import_openvino()
    try:
        program = export(plan)
        with _quiet():
            graph = ov.convert_model(program)
        graph.reshape(dict(zip(graph.inputs, _shapes(ov, plan), strict=True)))
        _share_repeated(ov, graph)
    except Exception as error:  # whatever either library raises, the answer is another runtime
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            "The model's {name} cannot be converted for OpenVINO: {reason}.",
            "PyTorch is used instead.",
            name=part_of(name),
            reason=reason,
        ) from error
    return graph


def _shapes(ov: Any, plan: Plan) -> list[Any]:
    """The shape of each input: the example's, with -1 on free axes."""
    _, example, dynamic = plan
    free = dynamic or ({},) * len(example)
    return [
        ov.PartialShape([-1 if axis in axes else size for axis, size in enumerate(x.shape)])
        for x, axes in zip(example, free, strict=True)
    ]


def _share_repeated(ov: Any, graph: Any) -> None:
    """Keep one copy of stacks of matrices that products have as constants: the converter repeats the
    relative positions for every window and head, which is most of a graph's bytes. The product broadcasts."""
    ops = ov.opset13
    for product in graph.get_ordered_ops():
        stack = product.input_value(1).get_node() if product.get_type_name() == "MatMul" else None
        if stack is None or stack.get_type_name() != "Constant" or len(stack.shape) != 3:
            continue
        count, period = len(stack.data), _period(stack.data)
        if period == count or product.get_output_partial_shape(0).is_dynamic:
            continue
        _, *rest = product.input_value(0).get_shape()
        x = ops.reshape(product.input_value(0), [count // period, period, *rest], special_zero=False)
        flags = product.get_attributes()
        table = ops.constant(stack.data[None, :period])
        shared = ops.matmul(x, table, flags["transpose_a"], flags["transpose_b"])
        whole = ops.reshape(shared, list(product.get_output_shape(0)), special_zero=False)
        product.output(0).replace(whole.output(0))


def _period(stack: NDArray[Any]) -> int:
    """The smallest number of matrices that, repeated, are the whole stack."""
    count = len(stack)
    periods = (n for n in range(1, count) if count % n == 0 and np.array_equal(stack[n:], stack[:-n]))
    return next(periods, count)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the remarks of the exporter, which are about its own future."""
    exporter = logging.getLogger("torch.export")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        exporter.setLevel(level)
