"""Reading torch's pickled files without executing anything in them.

Every class and function that a file names is looked up in a fixed table: containers, tensor rebuilding of our
own, and inert stubs in place of modules. Any other name ends the reading.
"""

from __future__ import annotations

import io
import math
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided

from slimsam_core.checkpoints.pickle_machine import Function, Stub, run_pickle
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.safetensors_header import check_weight_bytes
from slimsam_core.files.stored_array import StoredArray, storage_type
from slimsam_core.files.zip_reading import InPieces
from slimsam_core.sentences import mark, sentence

_MAX_PICKLE_BYTES = 16 << 20
"""Of the descriptions without the weights; those of SAM ViT-H have 0.1 MB."""
_MAX_PIECE = 8 << 20
"""Of the list of members; that of SAM ViT-H names 728, with 60 bytes each."""
_PIECE = 4 << 20
"""Bytes of a member read at once."""
_MAX_AXES = 8
"""Of a tensor; weights have at most 4."""
_MAX_NUMBER = 1 << 40
"""Of sizes and strides, a thousand times those of ViT-H."""
_MOST_VIEWS = 4
"""How often the tensors of a file may show its bytes; tied weights show a few twice."""
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_HINT = mark("Ask whoever made the file for its weights as safetensors or as a plain state dict.")
_DTYPES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}
_MODULES = {
    "segment_anything_kd.modeling.sam": "Sam",
    "segment_anything_kd.modeling.image_encoder": "ImageEncoderViT Block Attention PatchEmbed",
    "segment_anything_kd.modeling.common": "MLPBlock LayerNorm2d",
    "segment_anything_kd.modeling.prompt_encoder": "PromptEncoder PositionEmbeddingRandom",
    "segment_anything_kd.modeling.mask_decoder": "MaskDecoder MLP",
    "segment_anything_kd.modeling.transformer": "TwoWayTransformer TwoWayAttentionBlock Attention",
    "torch.nn.parallel.data_parallel": "DataParallel",
    "torch.nn.parallel.distributed": "DistributedDataParallel",
    "torch.nn.modules.activation": "GELU ReLU",
    "torch.nn.modules.container": "ModuleList Sequential",
    "torch.nn.modules.conv": "Conv2d ConvTranspose2d",
    "torch.nn.modules.dropout": "Dropout",
    "torch.nn.modules.linear": "Linear Identity",
    "torch.nn.modules.normalization": "LayerNorm",
    "torch.nn.modules.sparse": "Embedding",
}


class _BoundForward:
    """Stands for the ``forward`` that the reference scripts store on the encoder; never called."""


@dataclass(frozen=True)
class _Dtype:
    dtype: str


def _stub_getattr(owner: Any = None, name: Any = None, *_: Any) -> _BoundForward:
    if isinstance(owner, Stub) and name == "forward":
        return _BoundForward()
    asked = repr(name[:60]) if isinstance(name, str) else "?"
    raise CheckpointError(
        sentence(
            "The file asks for the attribute {asked} of a {name}, which could run code.",
            asked=asked,
            name=type(owner).__name__,
        ),
        _HINT,
        expected=sentence("only weights and the description of a SAM model"),
    )


def _rebuild_tensor(
    storage: Any = None, offset: Any = None, size: Any = None, stride: Any = None, *_: Any
) -> StoredArray:
    """A view of a storage; refuses to reach beyond it, and to show more values than it has (a stride of 0
    makes any size of one value)."""
    if not isinstance(storage, _Storage) or type(size) is not tuple or type(stride) is not tuple:
        raise pickle.UnpicklingError("a tensor of something that is no storage")
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or not all(type(n) is int and 0 <= n < _MAX_NUMBER for n in numbers):
        raise pickle.UnpicklingError(f"impossible tensor of size {size[:8]} and stride {stride[:8]}")
    if len(size) > _MAX_AXES:
        raise pickle.UnpicklingError(f"tensor of {len(size)} axes")
    values = storage.values
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if 0 not in size and (last >= values.data.size or math.prod(size) > values.data.size):
        raise pickle.UnpicklingError(
            f"tensor of size {size} reaches beyond its {values.data.size} stored values"
        )
    item = values.data.itemsize
    storage.pool.shows(0 if 0 in size else math.prod(size) * item)
    if 0 in size:
        return StoredArray(values.dtype, np.empty(size, values.data.dtype))
    steps = tuple(step * item for step in stride)
    return StoredArray(values.dtype, as_strided(values.data[offset:], size, steps))


class _Pool:
    """The storages of one file. Together they hold no more bytes than the file, and all tensors together show
    no more than ``_MOST_VIEWS`` times as many: a small file makes no large model."""

    def __init__(self, file_bytes: int, load: LoadStorage) -> None:
        self._file_bytes = file_bytes
        self._load = load
        self._stored = 0
        self._shown = 0
        self.storages: dict[str, _Storage] = {}

    def reference(self, pid: Any) -> Any:
        """A storage; or, in the older form, a class (a stub here) that comes with its source text."""
        if type(pid) is not tuple or len(pid) < 2 or not isinstance(pid[0], str):
            raise pickle.UnpicklingError("a reference to something that is no storage")
        if pid[0] == "module" and isinstance(pid[1], type) and issubclass(pid[1], Stub):
            return pid[1]
        if len(pid) < 5 or pid[0] != "storage":
            raise pickle.UnpicklingError("a reference to something that is no storage")
        kind, key, count = pid[1], pid[2], pid[4]
        if not isinstance(kind, _Dtype) or not isinstance(key, str) or type(count) is not int or count < 0:
            raise pickle.UnpicklingError("a reference to something that is no storage")
        if len(pid) > 5 and pid[5] is not None:
            raise pickle.UnpicklingError("views of storages are not supported")
        known = self.storages.get(key)
        if known is None:
            self._stored += count * storage_type(kind.dtype).itemsize
            if self._stored > self._file_bytes:
                raise pickle.UnpicklingError(f"storage {key[:20]} is larger than the file")
            known = self.storages[key] = _Storage(self._load(key, kind.dtype, count), self)
        elif (known.values.dtype, known.values.data.size) != (kind.dtype, count):
            raise pickle.UnpicklingError(f"storage {key[:20]} is described in two ways")
        return known

    def shows(self, count: int) -> None:
        """A tensor shows so many bytes. Raises UnpicklingError beyond the limit."""
        self._shown += count
        if self._shown > _MOST_VIEWS * self._file_bytes:
            raise pickle.UnpicklingError("the tensors show far more values than the file holds")


@dataclass(frozen=True, eq=False)
class _Storage:
    values: StoredArray
    pool: _Pool


def _device_name(*parts: Any) -> str:
    """What ``DataParallel`` remembers of the machine that saved it."""
    return ":".join(str(part)[:20] for part in parts[:2] if isinstance(part, (str, int)))


def _rebuild_parameter(data: Any = None, *_: Any) -> StoredArray:
    if not isinstance(data, StoredArray):
        raise pickle.UnpicklingError("a parameter of something that is no tensor")
    return data


def _ordered(pairs: Any = (), *_: Any) -> OrderedDict[str | int, Any]:
    if type(pairs) not in (list, tuple) or not all(
        type(pair) in (list, tuple) and len(pair) == 2 and isinstance(pair[0], (str, int)) for pair in pairs
    ):
        raise pickle.UnpicklingError("a dictionary of something that is no pairs")
    return OrderedDict((pair[0], pair[1]) for pair in pairs)


def _size(numbers: Any = (), *_: Any) -> tuple[Any, ...]:
    if type(numbers) not in (list, tuple) or not all(type(n) is int for n in numbers):
        raise pickle.UnpicklingError("a size of something that is no numbers")
    return tuple(numbers)


def _set(members: Any = (), *_: Any) -> set[str | int]:
    if type(members) not in (list, tuple) or not all(isinstance(m, (str, int)) for m in members):
        raise pickle.UnpicklingError("a set of something that is no texts")
    return set(members)


def _table() -> dict[tuple[str, str], Any]:
    calls: dict[tuple[str, str], Callable[..., Any]] = {
        ("collections", "OrderedDict"): _ordered,
        ("torch", "device"): _device_name,
        ("torch", "Size"): _size,
        ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    }
    for builtins in ("__builtin__", "builtins"):
        calls[builtins, "set"] = _set
        calls[builtins, "getattr"] = _stub_getattr
    table: dict[tuple[str, str], Any] = {
        place: Function(".".join(place), call) for place, call in calls.items()
    }
    for module in ("torch", "torch.cuda", "torch.storage"):
        table.update({(module, name): _Dtype(dtype) for name, dtype in _DTYPES.items()})
    for module, names in _MODULES.items():
        for name in names.split():
            table[module, name] = type(name, (Stub,), {"kind": f"{module}.{name}"})
    return table


_ADMITTED = _table()
LoadStorage = Callable[[str, str, int], StoredArray]


def _find_name(module: str, name: str) -> Any:
    if (module, name) not in _ADMITTED:
        asked = f"{module}.{name}"[:200]
        raise CheckpointError(
            sentence(
                "The file names {asked}, which could run code; nothing of it was executed.", asked=asked
            ),
            _HINT,
            expected=sentence("only weights and the description of a SAM model"),
            found=asked,
        )
    return _ADMITTED[module, name]


def load_pickled(path: Path) -> Any:
    """The object in a file of ``torch.save``: nested containers, tensors, and ``Stub`` for modules.

    Reads the zip form and the older stream form. Raises CheckpointError for anything else, for broken files,
    and for files that name what is not admitted; nothing from the file is executed. What it costs is bounded
    by the size of the file, and that by ``MAX_WEIGHT_BYTES``. Raises OutOfMemory.
    """
    try:
        with open_regular(path) as file:
            size = check_weight_bytes(path, os.fstat(file.fileno()).st_size)
            return _load_zip(file, size) if zipfile.is_zipfile(file) else _load_stream(file, size)
    except (CheckpointError, OutOfMemory):
        raise
    except MemoryError as e:
        raise OutOfMemory("There is not enough memory to read the file.", "Close other programs.") from e
    except Exception as e:  # a hostile or broken pickle can raise anything while it is taken apart
        raise CheckpointError(
            "The file cannot be read; it is cut off, damaged, or not a file of weights.",
            "Download or copy it again.",
            expected=sentence("a complete file written by torch.save"),
            found=f"{type(e).__name__}: {str(e)[:300]}" if str(e) else type(e).__name__,
        ) from e


def _load_zip(file: BinaryIO, size: int) -> Any:
    with zipfile.ZipFile(InPieces(file, _MAX_PIECE)) as archive:
        names: dict[str, zipfile.ZipInfo] = {info.filename: info for info in archive.infolist()}
        pickles = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(pickles) != 1:
            raise CheckpointError(
                "The zip file does not hold a torch model.",
                expected=sentence("one data.pkl"),
                found=f"{len(pickles)}",
            )
        folder = pickles[0].removesuffix("data.pkl")

        def read(name: str, limit: int) -> bytearray:
            """A stored member; torch never compresses its files, so nothing is larger than the file."""
            info = names[f"{folder}{name}"]
            if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
                raise pickle.UnpicklingError(f"{name[:40]} is compressed, which torch never does")
            if info.file_size > min(limit, size):
                raise pickle.UnpicklingError(f"{name[:40]} has {info.file_size:,} bytes")
            data, done = bytearray(info.file_size), 0
            with archive.open(info) as member:
                while piece := member.read(_PIECE):
                    data[done : done + len(piece)] = piece
                    done += len(piece)
            if done != info.file_size or len(data) != done:
                raise pickle.UnpicklingError(f"{name[:40]} is cut off")
            return data

        if f"{folder}byteorder" in names and read("byteorder", 16) != b"little":
            raise CheckpointError("The weights were saved on a big-endian machine.", _HINT)

        def load_storage(key: str, dtype: str, count: int) -> StoredArray:
            info = names[f"{folder}data/{key}"]
            if info.file_size != count * storage_type(dtype).itemsize:
                raise pickle.UnpicklingError(
                    f"storage {key[:20]} has {info.file_size} bytes for {count} values"
                )
            return _flat(read(f"data/{key}", size), dtype)

        pool = _Pool(size, load_storage)
        return run_pickle(io.BytesIO(read("data.pkl", _MAX_PICKLE_BYTES)), _find_name, pool.reference)


def _flat(data: bytearray, dtype: str) -> StoredArray:
    return StoredArray(dtype, np.frombuffer(data, storage_type(dtype)))


def _empty(_: str, dtype: str, count: int) -> StoredArray:
    return StoredArray(dtype, np.empty(count, storage_type(dtype)))


def _no_reference(_: Any) -> Any:
    raise pickle.UnpicklingError("a reference where none belongs")


def _load_stream(file: BinaryIO, size: int) -> Any:
    """The form before torch 1.6: magic number, protocol, system, object, storage keys, then raw storages."""
    file.seek(0)
    start = io.BytesIO(file.read(min(size, _MAX_PICKLE_BYTES)))
    if run_pickle(start, _find_name, _no_reference) != _LEGACY_MAGIC:
        raise CheckpointError("The file is a pickle, but not one of torch.save.", _HINT)
    for _ in range(2):
        run_pickle(start, _find_name, _no_reference)
    pool = _Pool(size, _empty)
    found = run_pickle(start, _find_name, pool.reference)
    keys = run_pickle(start, _find_name, _no_reference)
    if type(keys) is not list or not all(isinstance(key, str) for key in keys):
        raise pickle.UnpicklingError("the list of storages is damaged")
    if sorted(keys) != sorted(pool.storages):  # one that nothing fills would be whatever lies in memory
        raise pickle.UnpicklingError("the file lists other storages than its tensors use")
    file.seek(start.tell())
    for key in keys:
        values = pool.storages[key].values
        wanted = values.data.nbytes
        (count,) = struct.unpack("<q", file.read(8))
        data = bytearray(file.read(wanted)) if count == values.data.size else bytearray()
        if len(data) != wanted:
            raise pickle.UnpicklingError(f"storage {key[:20]} is cut off")
        values.data[...] = _flat(data, values.dtype).data
    return found
