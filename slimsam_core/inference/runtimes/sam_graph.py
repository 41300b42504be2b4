"""SAM's prompt encoder and mask decoder as operations of OpenVINO graphs.

The decoder is that of ``lean_decoder``: the same function as ``models.mask_decoder`` with less arithmetic.
There are thousands of image cells (N) and about ten prompt tokens (T), so projections are moved from the
cells to the tokens: ``q (K x)`` becomes ``(q K) x``, the weighted sum of ``V x`` is ``V`` of the weighted
sum of ``x``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.families.graph_layers import fourier, mlp, of_kinds, split
from slimsam_core.families.graph_writer import GraphWriter, Node, Values

_UPSCALING_EPS = 1e-6
_FINAL_EPS = 1e-5


class SamGraph:
    """Inputs and outputs of each graph behind the image encoder."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        self.arch, self.spec = arch, arch.decoder
        self.prompt, self.decoder = write.below("prompt_encoder"), write.below("mask_decoder")
        self.cells = arch.embedding_size**2

    def dense(self) -> tuple[list[Node], list[Node]]:
        """Mask input ``1 1 hm wm`` -> what is added to the features, ``1 C h w`` (finer ones: zeros)."""
        write, side = self.prompt.below("mask_downscaling"), self.arch.mask_size
        mask_11HW = write.parameter(1, 1, side, side)
        x = write.gelu(write.channel_norm(write.conv(mask_11HW, "0", stride=2), "1"))
        x = write.gelu(write.channel_norm(write.conv(x, "3", stride=2), "4"))
        x = write.conv(x, "6")
        beside = self.arch.feature_channels - self.arch.embed_dim
        if beside:
            begin, end = np.zeros(4, np.int64), np.array([0, beside, 0, 0], np.int64)
            x = write.ops.pad(x, begin, end, "constant", np.float32(0))
        return [mask_11HW], [x]

    def prepare(self) -> tuple[list[Node], list[Node]]:
        """Features with their dense prompt ``1 C h w`` -> keys and the first layer's k, v and q, ``1 N``; in
        SAM 2 the finer features of the cells' parts, too, ``1 N 4`` and ``1 N 16``."""
        write, side = self.decoder.below("transformer.layers.0"), self.arch.embedding_size
        dim, channels = self.arch.embed_dim, self.arch.feature_channels
        f_1Chw = write.parameter(1, channels, side, side)
        keys = write.permute(write.reshape(f_1Chw, (1, channels, self.cells)), (0, 2, 1))
        fine = []
        if channels > dim:
            shapes = ((1, self.cells, dim), (1, self.cells, 4, -1), (1, self.cells, 16, -1))
            parts = split(write, keys, [dim, dim, 2 * dim], 2)
            keys, *fine = (write.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True))
        placed = write.add(keys, write.constant(self._positions()))
        return [f_1Chw], [
            keys,
            write.linear(placed, "cross_attn_token_to_image.k_proj"),
            write.linear(keys, "cross_attn_token_to_image.v_proj"),
            write.linear(placed, "cross_attn_image_to_token.q_proj"),
            *fine,
        ]

    def prompts(self) -> tuple[list[Node], list[Node]]:
        """Coordinates ``B T 2`` and labels ``B T`` of B prompts -> their tokens ``B T C``."""
        write = self.prompt
        coords, labels = write.parameter(-1, -1, 2), write.parameter(-1, -1, whole_numbers=True)
        xy = write.scaled(write.add(coords, write.constant(0.5)), 1 / self.arch.image_size)
        kinds = [write.values("not_a_point_embed.weight")]
        kinds += [write.values(f"point_embeddings.{i}.weight") for i in range(4)]
        positions = fourier(write, xy, self._matrix())
        return [coords, labels], [of_kinds(write, positions, labels, np.concatenate(kinds))]

    def decode(self) -> tuple[list[Node], list[Node]]:
        """What ``prepare`` gave and one prompt of T tokens -> logits ``1 M hm wm`` and IoU ``1 M``."""
        write, dim = self.decoder, self.arch.embed_dim
        inner = dim // self.spec.attention_downsample
        keys, *first = (write.parameter(1, self.cells, width) for width in (dim, inner, inner, inner))
        of_sam2 = self.arch.encoder.of_sam2
        parts = ((4, dim // 4), (16, dim // 8)) if of_sam2 else ()
        fine = [write.parameter(1, self.cells, count, width) for count, width in parts]
        sparse = write.parameter(1, -1, dim)
        tokens_of = (*["obj_score_token"] * of_sam2, "iou_token", "mask_tokens")
        own = np.concatenate([write.values(f"{name}.weight") for name in tokens_of])
        prompt = write.concat([write.constant(own[None]), sparse], 1)
        positions = write.constant(self._positions())
        tokens, seen = self._two_way(keys, positions, first, prompt)
        final, placed = write.below("transformer"), write.add(seen, positions)
        look = self._look(final.below("final_attn_token_to_image"), write.add(tokens, prompt), placed, seen)
        tokens = final.layer_norm(write.add(tokens, look), "norm_final_attn", eps=_FINAL_EPS)
        masks = self.spec.multimask_outputs + 1
        single = split(write, tokens, [*[1] * (masks + 1 + of_sam2), -1], 1)
        iou_token, *mask_tokens = single[int(of_sam2) : -1]
        hyper = [
            self._head(write.below(f"output_hypernetworks_mlps.{i}"), x, 3) for i, x in enumerate(mask_tokens)
        ]
        iou = self._head(write.below("iou_prediction_head"), iou_token, self.spec.iou_depth)
        iou = write.ops.sigmoid(iou) if of_sam2 else iou
        logits = self._masks(seen, fine, write.concat(hyper, 1))
        return [keys, *first, *fine, sparse], [logits, write.reshape(iou, (1, masks))]

    def _matrix(self) -> Values:
        return self.prompt.values("pe_layer.positional_encoding_gaussian_matrix")

    def _positions(self) -> Values:
        """Positional encoding of the embedding's cells, ``1 N C``."""
        centres = (np.arange(self.arch.embedding_size, dtype=np.float32) + np.float32(0.5)) / np.float32(
            self.arch.embedding_size
        )
        y, x = np.meshgrid(centres, centres, indexing="ij")
        phase = (2 * np.stack([x, y], -1).reshape(-1, 2) - 1) @ self._matrix() * np.float32(2 * np.pi)
        return np.concatenate([np.sin(phase), np.cos(phase)], -1)[None]

    def _two_way(self, keys: Node, positions: Node, first: list[Node], prompt: Node) -> tuple[Node, Node]:
        """Tokens ``1 T C`` and cells ``1 N C`` after the two-way blocks."""
        tokens, eps = prompt, self.spec.norm_eps
        first_k, first_v, first_q = first
        for index in range(self.spec.depth):
            write = self.decoder.below(f"transformer.layers.{index}")
            to_image, to_token = (
                write.below("cross_attn_token_to_image"),
                write.below("cross_attn_image_to_token"),
            )
            placed = write.add(tokens, prompt) if index else tokens
            attended = self._self_attention(write.below("self_attn"), placed, tokens)
            tokens = write.layer_norm(write.add(tokens, attended) if index else attended, "norm1", eps=eps)
            asking = write.add(tokens, prompt)
            placed_keys = write.add(keys, positions) if index else None
            if placed_keys is None:
                seen = self._attend(to_image, to_image.linear(asking, "q_proj"), first_k, first_v)
            else:
                seen = self._look(to_image, asking, placed_keys, keys)
            tokens = write.layer_norm(write.add(tokens, seen), "norm2", eps=eps)
            tokens = write.layer_norm(
                write.add(tokens, mlp(write, tokens, "mlp", gelu=False)), "norm3", eps=eps
            )
            placed_tokens = write.add(tokens, prompt)
            if placed_keys is None:
                scores = self._scores_of_queries(to_token, first_q, placed_tokens)
            else:
                scores = self._scores_of_cells(to_token, placed_keys, placed_tokens)
            keys = write.layer_norm(write.add(keys, self._answer(to_token, scores, tokens)), "norm4", eps=eps)
        return tokens, keys

    def _self_attention(self, write: GraphWriter, placed: Node, tokens: Node) -> Node:
        q, k, v = (
            write.linear(placed, "q_proj"),
            write.linear(placed, "k_proj"),
            write.linear(tokens, "v_proj"),
        )
        return self._attend(write, q, k, v)

    def _attend(self, write: GraphWriter, *projected: Node) -> Node:
        """Attention among projected inputs ``1 S c`` -> ``1 T C``."""
        out = write.attention(*(self._heads(write, x) for x in projected))
        return write.linear(_joined(write, out), "out_proj")

    def _heads(self, write: GraphWriter, x_1Sc: Node) -> Node:
        """``1 n S d``."""
        return write.permute(write.reshape(x_1Sc, (1, 0, self.spec.heads, -1)), (0, 2, 1, 3))

    def _matrices(self, write: GraphWriter, name: str) -> Values:
        """The weights of a projection from the cells' channels, one matrix a head: ``1 n d C``."""
        weight = write.values(f"{name}.weight")
        return weight.reshape(1, self.spec.heads, -1, weight.shape[1])

    def _scale(self, write: GraphWriter) -> float:
        return float((len(write.values("q_proj.bias")) / self.spec.heads) ** -0.5)

    def _rows(self, write: GraphWriter, x_1nTC: Node) -> Node:
        """All heads of all tokens as rows, ``1 n*T C``."""
        return write.reshape(x_1nTC, (1, -1, self.arch.embed_dim))

    def _look(self, write: GraphWriter, tokens: Node, placed_1NC: Node, cells_1NC: Node) -> Node:
        """Tokens attend to cells, ``1 T C``. The keys' bias shifts all scores of a token alike: no effect."""
        q_1nTd = self._heads(write, write.linear(tokens, "q_proj", scale=self._scale(write)))
        q_1nTC = write.matmul(q_1nTd, write.constant(self._matrices(write, "k_proj")))
        scores = write.matmul(self._rows(write, q_1nTC), placed_1NC, transposed=True)
        seen = write.matmul(write.ops.softmax(scores, -1), cells_1NC)
        seen_1nTC = write.reshape(seen, (1, self.spec.heads, -1, self.arch.embed_dim))
        out = write.matmul(seen_1nTC, write.constant(self._matrices(write, "v_proj")), transposed=True)
        return write.linear(
            write.add(_joined(write, out), write.constant(write.values("v_proj.bias"))), "out_proj"
        )

    def _scores_of_queries(self, write: GraphWriter, q_1Nc: Node, placed: Node) -> Node:
        """Scores ``1 N n T`` of cells whose queries are known."""
        k_1nTd = self._heads(write, write.linear(placed, "k_proj", scale=self._scale(write)))
        scores = write.matmul(self._heads(write, q_1Nc), k_1nTd, transposed=True)
        return write.permute(scores, (0, 2, 1, 3))

    def _scores_of_cells(self, write: GraphWriter, cells_1NC: Node, placed: Node) -> Node:
        """Scores ``1 N n T`` of cells, the projection of their queries moved to the tokens."""
        k_1nTd = self._heads(write, write.linear(placed, "k_proj", scale=self._scale(write)))
        k_1nTC = write.matmul(k_1nTd, write.constant(self._matrices(write, "q_proj")))
        bias = write.values("q_proj.bias").reshape(1, self.spec.heads, -1, 1)
        shift = write.reshape(write.matmul(k_1nTd, write.constant(bias)), (1, 1, -1))
        scores = write.add(write.matmul(cells_1NC, self._rows(write, k_1nTC), transposed=True), shift)
        return write.reshape(scores, (1, self.cells, self.spec.heads, -1))

    def _answer(self, write: GraphWriter, scores_1NnT: Node, tokens: Node) -> Node:
        """Cells attend to tokens, ``1 N C``, with the output projection moved to the tokens' values."""
        v_1nTd = self._heads(write, write.linear(tokens, "v_proj"))
        out_Cc = write.values("out_proj.weight")
        out_1ndC = np.ascontiguousarray(out_Cc.T).reshape(1, self.spec.heads, -1, len(out_Cc))
        v_1SC = self._rows(write, write.matmul(v_1nTd, write.constant(out_1ndC)))
        weights = write.reshape(write.ops.softmax(scores_1NnT, -1), (1, self.cells, -1))
        return write.add(write.matmul(weights, v_1SC), write.constant(write.values("out_proj.bias")))

    def _head(self, write: GraphWriter, x: Node, depth: int) -> Node:
        for index in range(depth - 1):
            x = write.ops.relu(write.linear(x, f"layers.{index}"))
        return write.linear(x, f"layers.{depth - 1}")

    def _masks(self, keys_1NC: Node, fine: list[Node], hyper_1Mc: Node) -> Node:
        """Logits ``1 M 4h 4w``: two doublings of the grid, channels last, then the product with each mask."""
        write, side = self.decoder.below("output_upscaling"), self.arch.embedding_size
        quarter, eighth = self.arch.embed_dim // 4, self.arch.embed_dim // 8
        x = write.reshape(_doubled(write, "0", keys_1NC), (1, self.cells, 4, quarter))
        x = write.add(x, fine[0]) if fine else x
        x = write.gelu(write.layer_norm(x, "1", eps=_UPSCALING_EPS))
        x = write.reshape(_doubled(write, "3", x), (1, self.cells, 16, eighth))
        x = write.gelu(write.add(x, fine[1]) if fine else x)
        x = write.reshape(x, (1, self.cells * 16, eighth))
        logits = write.matmul(x, hyper_1Mc, transposed=True)
        logits = write.reshape(logits, (1, side, side, 2, 2, 2, 2, -1))  # h w, y x of either doubling, M
        logits = write.permute(logits, (0, 7, 1, 3, 5, 2, 4, 6))
        return write.reshape(logits, (1, -1, 4 * side, 4 * side))


def no_mask(arch: ArchSpec, weights: Mapping[str, Values]) -> Values:
    """The dense prompt that says "no mask given", one value a channel of the features (finer ones: zeros)."""
    values = weights["prompt_encoder.no_mask_embed.weight"].ravel()
    return np.pad(values, (0, arch.feature_channels - len(values)))


def _joined(write: GraphWriter, x_1nTd: Node) -> Node:
    """Heads side by side again, ``1 T c``."""
    heads, width = (int(x_1nTd.get_output_partial_shape(0)[axis].get_length()) for axis in (1, 3))
    return write.reshape(write.permute(x_1nTd, (0, 2, 1, 3)), (1, -1, heads * width))


def _doubled(write: GraphWriter, name: str, x: Node) -> Node:
    """A transposed convolution with kernel = stride = 2, ``[..., C]`` to ``[..., 4c]``: upper left, upper
    right, lower left, lower right."""
    weight = write.values(f"{name}.weight")
    rows = np.ascontiguousarray(weight.transpose(2, 3, 1, 0)).reshape(-1, len(weight))
    return write.affine(x, rows, np.tile(write.values(f"{name}.bias"), 4))
