"""A model as OpenVINO graphs, written from its weights: encoder, mask prompt, image side, prompts, decoder.

The encoder is one graph, or two (``families.early_late``), or several with an attention of our own between
them (``fused_attention``).

All shapes are fixed but the number of prompt tokens, and the decoder answers one prompt at a time: graphs of
free shapes lose their fused operations and planned memory, which costs more than a batch saves. The prompts
are a graph of their own since their coordinates need float32, whatever the rest computes in.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.families.encoder_graph import (
    WrittenEarlyLate,
    WrittenEncoder,
    WrittenInPieces,
    encoder_graph,
)
from slimsam_core.families.graph_writer import GraphWriter, Node, Values
from slimsam_core.inference.runtimes.openvino_runtime import EARLY, GraphPart, part_of
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.inference.runtimes.sam_graph import SamGraph

_log = logging.getLogger(__name__)

Ends = tuple[list[Node], list[Node]]
"""Inputs and outputs of a graph."""


def write_graphs(
    arch: ArchSpec, weights: Mapping[str, Values], part_done: Callable[[str], None], cut: bool = False
) -> dict[str, Any]:
    """``openvino.Model`` for each GraphPart. ``weights``: float32, those of the architecture
    (``checkpoints.fitting_weights``). ``cut``: the encoder in pieces, where that is possible: behind its
    early part, as ``EARLY`` and ``encoder.0``, or at its global attentions, as ``encoder.0``, ``encoder.1``,
    ... ``part_done`` hears the name of each part when it is ready.

    Raises DeviceUnavailable with the reason when a part cannot be written.
    """
    ov = import_openvino()
    write = GraphWriter(ov.opset13, weights)
    rest = SamGraph(write, arch)
    plans: dict[str, Callable[[], Ends]] = {
        **encoder_plans(encoder_graph(write, arch), cut),
        GraphPart.DENSE: rest.dense, GraphPart.PREPARE: rest.prepare,
        GraphPart.PROMPTS: rest.prompts, GraphPart.DECODE: rest.decode,
    }  # fmt: skip
    graphs: dict[str, Any] = {}
    for part, named in itertools.groupby(plans.items(), lambda item: part_of(item[0])):
        for name, plan in named:
            graphs[name] = _written(ov, name, plan)
        part_done(part)
    return graphs


def whole_encoder(arch: ArchSpec, weights: Mapping[str, Values], graphs: dict[str, Any]) -> dict[str, Any]:
    """The same graphs with the encoder in one. Raises DeviceUnavailable."""
    if GraphPart.ENCODER in graphs:
        return graphs
    ov = import_openvino()
    (plan,) = encoder_plans(encoder_graph(GraphWriter(ov.opset13, weights), arch), cut=False).values()
    rest = {name: graph for name, graph in graphs.items() if part_of(name) is not GraphPart.ENCODER}
    return {GraphPart.ENCODER: _written(ov, GraphPart.ENCODER, plan), **rest}


def encoder_plans(encoder: WrittenEncoder, cut: bool) -> dict[str, Callable[[], Ends]]:
    """What is written for the encoder, whole or ``cut``, by name."""
    side = encoder.arch.image_size

    def picture() -> Node:
        return encoder.write.parameter(1, 3, side, side)

    def run(compute: Callable[[Node], Node], x: Node) -> Ends:
        return [x], [compute(x)]

    if cut and isinstance(encoder, WrittenEarlyLate):
        return {
            EARLY: lambda: run(encoder.early, picture()),
            "encoder.0": lambda: run(encoder.late, _like(encoder.write, encoder.early(picture()))),
        }
    cuts = _cuts(encoder) if cut and isinstance(encoder, WrittenInPieces) else ()
    if cuts and isinstance(encoder, WrittenInPieces):
        ends = enumerate(itertools.pairwise([None, *cuts, None]))
        return {f"encoder.{i}": partial(encoder.piece, after, before) for i, (after, before) in ends}
    return {GraphPart.ENCODER: lambda: run(encoder.whole, picture())}


def _cuts(encoder: WrittenInPieces) -> tuple[int, ...]:
    """The blocks whose attention ``FusedAttention`` computes; none where it does not suit one or this CPU."""
    try:
        from slimsam_core.inference.runtimes.fused_attention import fused_blocks

        return fused_blocks(encoder.global_attentions())
    except (ImportError, OSError, RuntimeError) as error:  # no LLVM here, or one that refuses our code
        _log.warning("the attention of the OpenVINO graph is used: %s", error)
        return ()


def _like(write: GraphWriter, x: Node) -> Node:
    return write.parameter(*(int(length) for length in x.get_output_shape(0)))


def _written(ov: Any, name: str, plan: Callable[[], Ends]) -> Any:
    try:
        inputs, outputs = plan()
        return ov.Model(outputs, inputs, name)
    except Exception as error:  # whatever the library raises, the answer is another runtime
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            "The model's {name} cannot be written for OpenVINO: {reason}.", name=part_of(name), reason=reason
        ) from error
