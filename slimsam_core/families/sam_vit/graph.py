"""``network`` as operations of an OpenVINO graph."""

from __future__ import annotations

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.encoder_graph import GlobalAttention, WrittenInPieces
from slimsam_core.families.graph_layers import from_windows, mlp, relative_attention, windows
from slimsam_core.families.graph_writer import GraphWriter, Node, Values
from slimsam_core.families.sam_vit.spec import VitEncoder

_EPS = 1e-6
"""Of the layer norms of a ViT."""


class VitGraph(WrittenInPieces):
    """See ``network.SamVitEncoder``."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        super().__init__(write, arch)
        self.spec, self.grid = own(VitEncoder, arch.encoder), arch.embedding_size

    def whole(self, x_13SS: Node) -> Node:
        """``1 C h w``."""
        x = self._embedded(x_13SS)
        for index in range(len(self.spec.blocks)):
            x = self._block(x, index)
        return self._features(x)

    def global_attentions(self) -> dict[int, GlobalAttention]:
        """See ``WrittenInPieces.global_attentions``."""
        blocks, heads = self.spec.blocks, self.spec.heads
        return {
            i: GlobalAttention(heads, blocks[i].attention // heads, self.grid, self.grid)
            for i in sorted(set(self.spec.global_blocks))
        }

    def piece(self, after: int | None, before: int | None) -> tuple[list[Node], list[Node]]:
        """See ``WrittenInPieces.piece``."""
        write, side = self.write, self.grid
        if after is None:
            inputs, start = [write.parameter(1, 3, self.arch.image_size, self.arch.image_size)], 0
            x = self._embedded(inputs[0])
        else:
            residual = write.parameter(1, side, side, self.spec.width)
            attended = write.parameter(side * side, self.spec.blocks[after].attention)
            inputs, start = [residual, attended], after + 1
            projected = write.linear(
                write.reshape(attended, (1, side, side, -1)), f"blocks.{after}.attn.proj"
            )
            x = self._finished(residual, projected, after)
        for index in range(start, len(self.spec.blocks) if before is None else before):
            x = self._block(x, index)
        return inputs, [self._features(x)] if before is None else [x, *self._attention_inputs(x, before)]

    def _embedded(self, x_13SS: Node) -> Node:
        write = self.write
        patches = write.conv(x_13SS, "patch_embed.proj", stride=self.spec.patch)
        return write.add(write.permute(patches, (0, 2, 3, 1)), write.constant(write.values("pos_embed")))

    def _features(self, x_1hwE: Node) -> Node:
        write = self.write.below("neck")
        f = write.channel_norm(write.conv(write.permute(x_1hwE, (0, 3, 1, 2)), "0"), "1")
        return write.channel_norm(write.conv(f, "2", padding=1), "3")

    def _block(self, x_1hwE: Node, index: int) -> Node:
        write, window = self.write.below(f"blocks.{index}"), self.spec.window
        x = write.layer_norm(x_1hwE, "norm1", eps=_EPS)
        if index in self.spec.global_blocks:
            attended = self._attended(x, write.below("attn"), self.grid)
        else:
            attended = self._attended(windows(write, x, window), write.below("attn"), window)
            attended = from_windows(write, attended, self.grid, self.grid)
        return self._finished(x_1hwE, attended, index)

    def _finished(self, x_1hwE: Node, attended_1hwE: Node, index: int) -> Node:
        write = self.write.below(f"blocks.{index}")
        x = write.add(x_1hwE, attended_1hwE)
        return write.add(x, mlp(write, write.layer_norm(x, "norm2", eps=_EPS), "mlp"))

    def _attended(self, x_BSSE: Node, write: GraphWriter, side: int) -> Node:
        count, heads = int(x_BSSE.get_output_shape(0)[0]), self.spec.heads
        q, k, v = (
            write.permute(
                write.reshape(write.linear(x_BSSE, n), (count, side * side, heads, -1)), (0, 2, 1, 3)
            )
            for n in ("q", "k", "v")
        )
        tables = (_table(write.values("rel_pos_h"), side), _table(write.values("rel_pos_w"), side))
        x_BnNd = relative_attention(write, q, k, v, tables)
        out = write.reshape(write.permute(x_BnNd, (0, 2, 1, 3)), (count, side, side, -1))
        return write.linear(out, "proj")

    def _attention_inputs(self, x_1hwE: Node, index: int) -> list[Node]:
        write = self.write.below(f"blocks.{index}")
        normed_NE = write.reshape(
            write.layer_norm(x_1hwE, "norm1", eps=_EPS), (self.grid**2, self.spec.width)
        )
        projected = [write.linear(normed_NE, f"attn.{name}") for name in ("q", "k", "v")]
        tables = (write.values(f"attn.{name}") for name in ("rel_pos_h", "rel_pos_w"))
        return [*projected, *(write.constant(np.ascontiguousarray(table[::-1].T)) for table in tables)]


def _table(rel_pos_Ld: Values, side: int) -> Values:
    """``side side d``: entry (i, j) is the vector of distance ``i - j``."""
    index = np.arange(side)
    return np.ascontiguousarray(rel_pos_Ld[index[:, None] - index[None, :] + side - 1])


def encoder_graph(write: GraphWriter, arch: ArchSpec) -> VitGraph:
    """The encoder of an architecture of this family."""
    return VitGraph(write, arch)
