"""Functions for this CPU out of LLVM: vectors of 16 float32 (``F16``) and of 32 bfloat16 (``B32``).

For what no library computes fast enough on a CPU. Works where the CPU has AVX-512 with products of bfloat16
and no matrix unit (with one, the libraries are faster). Memory is addressed in bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import llvmlite.binding as llvm
from llvmlite import ir

LANES = 16
"""float32 in a vector, and pairs of bfloat16."""


class _BFloat(ir.Type):  # type: ignore[misc]
    """LLVM's ``bfloat``, which llvmlite has no name for."""

    def _to_string(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _BFloat)

    def __hash__(self) -> int:
        return hash("bfloat")


F32, I32, I64, POINTER = ir.FloatType(), ir.IntType(32), ir.IntType(64), ir.PointerType()
_BYTE, _BIT = ir.IntType(8), ir.IntType(1)
F16, B16, B32 = (ir.VectorType(t, n) for t, n in ((F32, 16), (_BFloat(), 16), (_BFloat(), 32)))

Offset: TypeAlias = int | ir.Value
"""Bytes, known when the code is made or when it runs."""


def supported() -> bool:
    """Whether what is made here is the fastest for this CPU."""
    features = llvm.get_host_cpu_features()
    return bool(features.get("avx512bf16")) and not features.get("amx-bf16")


class Emitter:
    """Appends instructions to a function."""

    def __init__(self, builder: ir.IRBuilder) -> None:
        self._b = builder

    def at(self, base: Offset, *steps: tuple[Offset, int]) -> Offset:
        """``base`` plus each count times its bytes."""
        for count, size in steps:
            if isinstance(count, int) and isinstance(base, int):
                base += count * size
            elif count != 0:
                base = self._b.add(_value(base), self._b.mul(_value(count), I64(size)))
        return base

    def load(self, pointer: ir.Value, offset: Offset, kind: ir.Type, count: int = LANES) -> ir.Value:
        """A value of type ``kind``; of ``F16`` only the first ``count`` are read, the others are 0."""
        place = self._place(pointer, offset)
        if kind == F16 and count < LANES:
            return self.call("llvm.masked.load.v16f32.p0", F16, place, I32(4), _mask(count), F16(None))
        return self._b.load(place, typ=kind, align=4)

    def store(self, value: ir.Value, pointer: ir.Value, offset: Offset, count: int = LANES) -> None:
        """Write a value; of ``F16`` only the first ``count``."""
        place = self._place(pointer, offset)
        if count == LANES:
            self._b.store(value, place, align=4)
        else:
            self.call("llvm.masked.store.v16f32.p0", ir.VoidType(), value, place, I32(4), _mask(count))

    def every(self, value: ir.Value) -> ir.Value:
        """float32 -> ``F16`` of it; int32, taken as a pair of bfloat16 -> ``B32`` of that pair."""
        kind = ir.VectorType(value.type, LANES)
        first = self._b.insert_element(kind(ir.Undefined), value, I32(0))
        vector = self._b.shuffle_vector(first, kind(ir.Undefined), ir.VectorType(I32, LANES)(None))
        return vector if value.type == F32 else self._b.bitcast(vector, B32)

    def add(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """a + b."""
        return self._b.fadd(a, b)

    def subtract(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """a - b."""
        return self._b.fsub(a, b)

    def multiply(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """a * b."""
        return self._b.fmul(a, b)

    def divide(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """a / b."""
        return self._b.fdiv(a, b)

    def larger(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """The larger of each two."""
        return self._b.select(self._b.fcmp_ordered(">", a, b), a, b)

    def fma(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a * b + c, of ``F16``."""
        return self.call("llvm.fma.v16f32", F16, a, b, c)

    def dot(self, total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        """``total`` (``F16``) plus, in each lane, the products of two pairs (``B32``)."""
        return self.call("llvm.x86.avx512bf16.dpbf16ps.512", F16, total, a, b)

    def narrow(self, a: ir.Value, b: ir.Value | None = None) -> ir.Value:
        """``F16`` -> ``B16``, or two of them -> ``B32``, rounded to nearest."""
        if b is None:
            return self.call("llvm.x86.avx512bf16.cvtneps2bf16.512", B16, a)
        return self.call("llvm.x86.avx512bf16.cvtne2ps2bf16.512", B32, b, a)

    def paired(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """``B32`` of a[0], b[0], a[1], b[1], ..."""
        order = [i // 2 + LANES * (i % 2) for i in range(2 * LANES)]
        both = self.narrow(a, b)
        return self._b.shuffle_vector(both, both, ir.VectorType(I32, 2 * LANES)(order))

    def exp2(self, x: ir.Value) -> ir.Value:
        """2 to the power of each, to a relative error of 7.5e-5: a cubic on -0.5..0.5, fitted to the smallest
        greatest error, scaled by the whole part."""
        whole = self.call("llvm.rint.v16f32", F16, x)
        rest = self.subtract(x, whole)
        power = constant(0.05517165670779064)
        for factor in (0.24261112126292508, 0.6932609877416123, 0.9999280736540157):
            power = self.fma(power, rest, constant(factor))
        nearest, all_lanes = I32(4), ir.IntType(16)(-1)
        return self.call("llvm.x86.avx512.mask.scalef.ps.512", F16, power, whole, power, all_lanes, nearest)

    def largest(self, x: ir.Value) -> ir.Value:
        """The largest of the 16."""
        return self.call("llvm.vector.reduce.fmax.v16f32", F32, x)

    def total(self, x: ir.Value) -> ir.Value:
        """The sum of the 16, in any order."""
        return self.call("llvm.vector.reduce.fadd.v16f32", F32, F32(0.0), x, fastmath=("reassoc",))

    def call(
        self, name: str, result: ir.Type, *arguments: ir.Value, fastmath: Sequence[str] = ()
    ) -> ir.Value:
        """An intrinsic function of LLVM."""
        module = self._b.module
        kind = ir.FunctionType(result, [x.type for x in arguments])
        function = module.globals.get(name) or ir.Function(module, kind, name)
        return self._b.call(function, arguments, fastmath=fastmath)

    @contextlib.contextmanager
    def loop(self, start: Offset, stop: Offset, step: int = 1) -> Iterator[ir.Value]:
        """Repeat what is emitted within, for an int64 from ``start`` to below ``stop``; at least once."""
        b = self._b
        before, body, after = b.block, b.append_basic_block(), b.append_basic_block()
        b.branch(body)
        b.position_at_end(body)
        counter = b.phi(I64)
        counter.add_incoming(_value(start), before)
        yield counter
        following = b.add(counter, I64(step))
        counter.add_incoming(following, b.block)
        b.cbranch(b.icmp_signed("<", following, _value(stop)), body, after)
        b.position_at_end(after)

    def _place(self, pointer: ir.Value, offset: Offset) -> ir.Value:
        return self._b.gep(pointer, [_value(offset)], source_etype=_BYTE)


def constant(x: float) -> ir.Value:
    """``F16`` of one number."""
    return F16([x] * LANES)


class CompiledFunction:
    """A function made by ``emit``, which gets an emitter and the function's arguments. Calling it releases
    Python's lock."""

    def __init__(self, kinds: Sequence[ir.Type], emit: Callable[..., None]) -> None:
        """``kinds``: of the arguments, ``POINTER`` or ``I64``. Raises RuntimeError when LLVM or this CPU
        refuses it."""
        if not llvm.get_host_cpu_features().get("avx512bf16"):  # LLVM would end the process
            raise RuntimeError("this CPU has no products of bfloat16")
        module = ir.Module()
        function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), "compiled")
        builder = ir.IRBuilder(function.append_basic_block())
        emit(Emitter(builder), *function.args)
        builder.ret_void()
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
        )
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(str(module)), machine)
        self._engine.finalize_object()
        arguments = [ctypes.c_void_p if kind == POINTER else ctypes.c_int64 for kind in kinds]
        self._run: Any = ctypes.CFUNCTYPE(None, *arguments)(self._engine.get_function_address("compiled"))

    def __call__(self, *arguments: int) -> None:
        self._run(*arguments)


def _value(offset: Offset) -> ir.Value:
    return I64(offset) if isinstance(offset, int) else offset


def _mask(count: int) -> ir.Value:
    return ir.VectorType(_BIT, LANES)([int(lane < count) for lane in range(LANES)])
