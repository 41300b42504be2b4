"""Attention over a grid of cells with relative positions, for CPUs, whose scores never leave the cache.

It computes what ``families.layers.relative_attention`` does, head by head and four queries at a time: all
their scores (64 kB at 4096 cells), then, one row of keys after the other, the weights and the weighted
values, as in FlashAttention (arXiv 2205.14135). Products are of bfloat16 and add up in float32; the biases
are added where the scores are made.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from llvmlite import ir

from slimsam_core.families.encoder_graph import GlobalAttention
from slimsam_core.inference.runtimes.simd import (
    B32,
    F16,
    F32,
    I32,
    I64,
    LANES,
    POINTER,
    CompiledFunction,
    Emitter,
    constant,
    supported,
)
from slimsam_core.inference.transforms import FloatArray

_QUERIES = 4
"""Queries side by side: each key is loaded once for them."""

_TOGETHER = 2
"""Vectors of keys whose scores are made at a time, enough for the processor's units to stay busy."""

_LOG2_E = math.log2(math.e)
"""Multiplied into the scores, so that their exponentials are powers of two."""
_WORD, _VECTOR = 4, 64
"""Bytes of a float32 or a pair of bfloat16, and of a vector of them."""

_LEAST = -3e38
"""Below every score and still finite: infinity minus infinity would be no number."""


@dataclass(frozen=True)
class Grid:
    """What the code of an attention is made for: heads of ``d`` channels over height x width cells."""

    heads: int
    d: int
    height: int
    width: int

    @property
    def suits(self) -> bool:
        """Whether rows and columns are whole vectors."""
        return self.height % LANES == 0 and self.width % (_TOGETHER * LANES) == 0

    @property
    def cells(self) -> int:
        """Cells of the grid."""
        return self.height * self.width

    @property
    def channels(self) -> int:
        """Channels of all heads."""
        return self.heads * self.d

    @property
    def pairs(self) -> int:
        """Pairs of channels of a head, the last one filled up with a zero."""
        return -(-self.d // 2)

    @property
    def vectors(self) -> int:
        """Vectors that hold the channels of a head."""
        return -(-self.d // LANES)

    def filled(self, vector: int) -> int:
        """How many channels are in one of ``vectors``."""
        return min(LANES, self.d - LANES * vector)


@dataclass
class _Scratch:
    """Where the working memory of a thread holds what, in bytes from its start."""

    grid: Grid
    size: int = 0
    keys: int = field(init=False)
    """Pairs of channels of 16 cells at a time."""
    values: int = field(init=False)
    """Channels of two cells at a time, paired."""
    queries: int = field(init=False)
    """float32, times log2(e)."""
    pairs: int = field(init=False)
    """The same as bfloat16, scaled."""
    rows: int = field(init=False)
    """What the rows of keys add, for each query."""
    columns: int = field(init=False)
    scores: int = field(init=False)
    best: int = field(init=False)
    """Largest scores, a vector for each query."""
    weights: int = field(init=False)
    """Of a row of keys, bfloat16."""
    sums: int = field(init=False)
    outputs: int = field(init=False)

    def __post_init__(self) -> None:
        g, q = self.grid, _QUERIES
        self.keys = self._room(g.cells // LANES * g.pairs)
        self.values = self._room(g.cells // 2 * g.vectors)
        self.queries = self._room(q * g.vectors)
        self.pairs = self._room(q * g.vectors)
        self.rows = self._room(q * g.height // LANES)
        self.columns = self._room(q * g.width // LANES)
        self.scores = self._room(q * g.cells // LANES)
        self.best = self._room(q)
        self.weights = self._room(q * g.width // (2 * LANES))
        self.sums = self._room(q)
        self.outputs = self._room(q * g.vectors)

    def _room(self, vectors: int) -> int:
        start = self.size
        self.size += vectors * _VECTOR
        return start


class FusedAttention:
    """The attention of one grid, made for this CPU and spread over its cores."""

    def __init__(self, grid: Grid) -> None:
        """Raises RuntimeError when the code cannot be made."""
        self._grid = grid
        self._scratch = _Scratch(grid)
        self._attend = CompiledFunction([POINTER] * 7 + [I64] * 3, self._emit)
        self._threads = _cores()
        self._pool = ThreadPoolExecutor(max(1, self._threads - 1), "attention")

    def __call__(
        self, q_NA: FloatArray, k_NA: FloatArray, v_NA: FloatArray, rel_h_dL: FloatArray, rel_w_dL: FloatArray
    ) -> FloatArray:
        """float32; A: the channels of all heads, one head after the other. ``rel_h_dL[:, H - 1 - i + j]``
        is what a query in row i is multiplied with for keys in row j, L = 2 H - 1; columns alike. Returns
        ``N A``."""
        grid = self._grid
        out_NA = np.empty((grid.cells, grid.channels), np.float32)
        arrays = [np.ascontiguousarray(x, np.float32) for x in (q_NA, k_NA, v_NA, rel_h_dL, rel_w_dL)]
        addresses = [x.ctypes.data for x in (*arrays, out_NA)]
        parts = min(grid.height, -(-2 * self._threads // grid.heads))
        edges = [grid.height * part // parts for part in range(parts + 1)]
        tasks = [(head, *rows) for head in range(grid.heads) for rows in itertools.pairwise(edges)]

        def work() -> None:
            scratch = np.empty(self._scratch.size, np.uint8)
            while tasks:
                try:
                    head, first, end = tasks.pop()
                except IndexError:  # another thread was faster
                    return
                self._attend(*addresses, scratch.ctypes.data, head, first, end)

        helpers = [self._pool.submit(work) for _ in range(self._threads - 1)]
        work()
        for helper in helpers:
            helper.result()
        return out_NA

    def _emit(self, e: Emitter, *arguments: ir.Value) -> None:
        *arrays, scratch, head, first, end = arguments
        _HeadCode(self._grid, self._scratch, e, arrays, scratch, head=head).emit(first, end)


class _HeadCode:
    """The code for one head and some rows of queries."""

    def __init__(
        self,
        grid: Grid,
        place: _Scratch,
        e: Emitter,
        arrays: list[ir.Value],
        scratch: ir.Value,
        *,
        head: ir.Value,
    ) -> None:
        self.g, self.at, self.e, self.scratch = grid, place, e, scratch
        self.q, self.k, self.v, self.rel_h, self.rel_w, self.out = arrays
        self.channel = e.at(0, (head, grid.d))

    def emit(self, first: ir.Value, end: ir.Value) -> None:
        """All of it: rows ``first`` to below ``end``."""
        e, g = self.e, self.g
        self._pack_keys()
        self._pack_values()
        with e.loop(first, end) as row, e.loop(0, g.width, _QUERIES) as column:
            query = e.at(column, (row, g.width))
            with e.loop(0, _QUERIES) as t:
                self._read_query(e.at(query, (t, 1)), row, e.at(column, (t, 1)), t)
            for t in range(_QUERIES):
                e.store(constant(_LEAST), self.scratch, self.at.best + t * _VECTOR)
                e.store(constant(0.0), self.scratch, self.at.sums + t * _VECTOR)
                for u in range(g.vectors):
                    e.store(constant(0.0), self.scratch, self.at.outputs + (t * g.vectors + u) * _VECTOR)
            with e.loop(0, g.height) as key_row:
                self._score(key_row)
            best = [
                e.every(e.largest(e.load(self.scratch, self.at.best + t * _VECTOR, F16)))
                for t in range(_QUERIES)
            ]
            with e.loop(0, g.height) as key_row:
                self._weigh(key_row, best)
                self._add_values(key_row)
            self._write(query)

    def _pack_keys(self) -> None:
        e, g = self.e, self.g
        with e.loop(0, g.cells // LANES) as block, e.loop(0, LANES) as lane:
            start = e.at(
                0, (self.channel, _WORD), (block, LANES * g.channels * _WORD), (lane, g.channels * _WORD)
            )
            for u in range(g.vectors):
                x = e.load(self.k, e.at(start, (u, LANES * _WORD)), F16, g.filled(u))
                e.store(e.narrow(x), self.scratch, self.at.pairs + u * _VECTOR // 2)
            place = e.at(self.at.keys, (block, g.pairs * _VECTOR), (lane, _WORD))
            for pair in range(g.pairs):
                key = e.load(self.scratch, self.at.pairs + pair * _WORD, I32)
                e.store(key, self.scratch, e.at(place, (pair, _VECTOR)))

    def _pack_values(self) -> None:
        e, g = self.e, self.g
        with e.loop(0, g.cells // 2) as couple:
            for u in range(g.vectors):
                start = e.at(u * LANES * _WORD, (self.channel, _WORD), (couple, 2 * g.channels * _WORD))
                a = e.load(self.v, start, F16, g.filled(u))
                b = e.load(self.v, e.at(start, (g.channels, _WORD)), F16, g.filled(u))
                place = e.at(self.at.values + u * _VECTOR, (couple, g.vectors * _VECTOR))
                e.store(e.paired(a, b), self.scratch, place)

    def _read_query(self, query: ir.Value, row: ir.Value, column: ir.Value, t: ir.Value) -> None:
        """Keep a query as pairs, and what rows and columns of keys add to its scores, for powers of 2."""
        e, g = self.e, self.g
        start = e.at(0, (query, g.channels * _WORD), (self.channel, _WORD))
        place = e.at(0, (t, g.vectors))
        for u in range(g.vectors):
            x = e.load(self.q, e.at(start, (u, LANES * _WORD)), F16, g.filled(u))
            x = e.multiply(x, constant(_LOG2_E))
            e.store(x, self.scratch, e.at(self.at.queries + u * _VECTOR, (place, _VECTOR)))
            scaled = e.multiply(x, constant(g.d**-0.5))
            e.store(
                e.narrow(scaled), self.scratch, e.at(self.at.pairs + u * _VECTOR // 2, (place, _VECTOR // 2))
            )
        for table, line, length, target in (
            (self.rel_h, row, g.height, self.at.rows),
            (self.rel_w, column, g.width, self.at.columns),
        ):
            totals = [constant(0.0)] * (length // LANES)
            for i in range(g.d):
                x = e.every(e.load(self.scratch, e.at(self.at.queries + i * _WORD, (place, _VECTOR)), F32))
                start = i * (2 * length - 1) + length - 1
                for n, total in enumerate(totals):
                    where = e.at((start + n * LANES) * _WORD, (line, -_WORD))
                    totals[n] = e.fma(x, e.load(table, where, F16), total)
            for n, total in enumerate(totals):
                e.store(total, self.scratch, e.at(target + n * _VECTOR, (t, length * _WORD)))

    def _score(self, key_row: ir.Value) -> None:
        """The scores of a row of keys, and the largest so far."""
        e, g, at = self.e, self.g, self.at
        best = [e.load(self.scratch, at.best + t * _VECTOR, F16) for t in range(_QUERIES)]
        of_row = [
            e.every(e.load(self.scratch, e.at(at.rows + t * g.height * _WORD, (key_row, _WORD)), F32))
            for t in range(_QUERIES)
        ]
        blocks = g.width // LANES
        for block in range(0, blocks, _TOGETHER):
            both = range(block, block + _TOGETHER)
            scores = [
                [
                    e.add(of_row[t], e.load(self.scratch, at.columns + (t * blocks + n) * _VECTOR, F16))
                    for n in both
                ]
                for t in range(_QUERIES)
            ]
            for pair in range(g.pairs):
                keys = [
                    e.load(
                        self.scratch,
                        e.at(at.keys + (n * g.pairs + pair) * _VECTOR, (key_row, blocks * g.pairs * _VECTOR)),
                        B32,
                    )
                    for n in both
                ]
                for t in range(_QUERIES):
                    where = at.pairs + t * g.vectors * _VECTOR // 2 + pair * _WORD
                    query = e.every(e.load(self.scratch, where, I32))
                    scores[t] = [e.dot(s, query, key) for s, key in zip(scores[t], keys, strict=True)]
            for t in range(_QUERIES):
                for n, score in zip(both, scores[t], strict=True):
                    best[t] = e.larger(best[t], score)
                    where = e.at(at.scores + (t * g.cells + n * LANES) * _WORD, (key_row, g.width * _WORD))
                    e.store(score, self.scratch, where)
        for t in range(_QUERIES):
            e.store(best[t], self.scratch, at.best + t * _VECTOR)

    def _weigh(self, key_row: ir.Value, best: list[ir.Value]) -> None:
        """Scores of a row of keys -> weights, and their sums."""
        e, g, at = self.e, self.g, self.at
        for t in range(_QUERIES):
            total = e.load(self.scratch, at.sums + t * _VECTOR, F16)
            for n in range(0, g.width // LANES, 2):
                weights = []
                for block in (n, n + 1):
                    where = e.at(
                        at.scores + (t * g.cells + block * LANES) * _WORD, (key_row, g.width * _WORD)
                    )
                    score = e.load(self.scratch, where, F16)
                    weights.append(e.exp2(e.subtract(score, best[t])))
                    total = e.add(total, weights[-1])
                e.store(e.narrow(*weights), self.scratch, at.weights + (t * g.width + n * LANES) * _WORD // 2)
            e.store(total, self.scratch, at.sums + t * _VECTOR)

    def _add_values(self, key_row: ir.Value) -> None:
        """The weighted values of a row of keys, onto the outputs; in two chains where there is room."""
        e, g, at = self.e, self.g, self.at
        chains = 2 if g.vectors == 1 else 1
        sums = {
            (t, u, chain): constant(0.0)
            if chain
            else e.load(self.scratch, at.outputs + (t * g.vectors + u) * _VECTOR, F16)
            for t in range(_QUERIES)
            for u in range(g.vectors)
            for chain in range(chains)
        }
        for couple in range(g.width // 2):
            where = e.at(
                at.values + couple * g.vectors * _VECTOR, (key_row, g.width // 2 * g.vectors * _VECTOR)
            )
            values = [e.load(self.scratch, e.at(where, (u, _VECTOR)), B32) for u in range(g.vectors)]
            for t in range(_QUERIES):
                weight = e.load(self.scratch, at.weights + (t * g.width + 2 * couple) * _WORD // 2, I32)
                for u, value in enumerate(values):
                    key = t, u, couple % chains
                    sums[key] = e.dot(sums[key], e.every(weight), value)
        for t in range(_QUERIES):
            for u in range(g.vectors):
                total = sums[t, u, 0] if chains == 1 else e.add(sums[t, u, 0], sums[t, u, 1])
                e.store(total, self.scratch, at.outputs + (t * g.vectors + u) * _VECTOR)

    def _write(self, query: ir.Value) -> None:
        e, g, at = self.e, self.g, self.at
        for t in range(_QUERIES):
            total = e.every(e.total(e.load(self.scratch, at.sums + t * _VECTOR, F16)))
            start = e.at(t * g.channels * _WORD, (query, g.channels * _WORD), (self.channel, _WORD))
            for u in range(g.vectors):
                x = e.load(self.scratch, at.outputs + (t * g.vectors + u) * _VECTOR, F16)
                e.store(e.divide(x, total), self.out, e.at(start, (u, LANES * _WORD)), g.filled(u))


def fused_blocks(attentions: Mapping[int, GlobalAttention]) -> tuple[int, ...]:
    """The blocks whose attention is computed here: all, or none where it does not suit one of them or this
    CPU. Raises RuntimeError when its code cannot be made."""
    grids = {Grid(*attention) for attention in attentions.values()}
    if not supported() or not all(grid.suits for grid in grids):
        return ()
    for grid in grids:
        FusedAttention(grid)
    return tuple(attentions)


def _cores() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
