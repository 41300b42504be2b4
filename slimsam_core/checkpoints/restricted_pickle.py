"""Reading torch's pickled files without executing anything in them.

Every class and function that a file names is looked up in a fixed table: containers, tensor rebuilding of our
own, and inert stubs in place of modules. Any other name ends the reading.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import torch

from slimsam_core.errors import CheckpointError

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_HINT = "Ask whoever made the file for its weights as safetensors or as a plain state dict."
_DTYPES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
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


class Stub:
    """What is left of a pickled module: its attributes, nothing callable. ``kind`` is the class it named."""

    kind = ""
    attributes: Mapping[str, Any] = MappingProxyType({})

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise pickle.UnpicklingError(f"the state of {self.kind} is not a dictionary")
        self.attributes = state


class _BoundForward:
    """Stands for the ``forward`` that the reference scripts store on the encoder; never called."""


@dataclass(frozen=True)
class _Dtype:
    dtype: torch.dtype


def _stub_getattr(owner: Any, name: Any) -> _BoundForward:
    if isinstance(owner, Stub) and name == "forward":
        return _BoundForward()
    raise CheckpointError(
        f"The file asks for the attribute {name!r} of a {type(owner).__name__}, which could run code.",
        _HINT,
        expected="only weights and the description of a SAM model",
    )


def _rebuild_tensor(
    storage: torch.Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> torch.Tensor:
    """A view of the flat ``storage``; refuses to reach beyond it."""
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or not all(isinstance(n, int) and n >= 0 for n in numbers):
        raise pickle.UnpicklingError(f"impossible tensor of size {size} and stride {stride}")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if 0 not in size and last >= storage.numel():
        raise pickle.UnpicklingError(
            f"tensor of size {size} reaches beyond its {storage.numel()} stored values"
        )
    return storage.as_strided(size, stride, offset) if 0 not in size else storage.new_empty(size)


def _device_name(*parts: Any) -> str:
    """What ``DataParallel`` remembers of the machine that saved it."""
    return ":".join(map(str, parts))


def _rebuild_parameter(data: torch.Tensor, *_: Any) -> torch.Tensor:
    return data


def _table() -> dict[tuple[str, str], Any]:
    table: dict[tuple[str, str], Any] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch", "device"): _device_name,
        ("torch", "Size"): tuple,
        ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    }
    for builtins in ("__builtin__", "builtins"):
        table[builtins, "set"] = set
        table[builtins, "getattr"] = _stub_getattr
    for module in ("torch", "torch.cuda", "torch.storage"):
        table.update({(module, name): _Dtype(dtype) for name, dtype in _DTYPES.items()})
    for module, names in _MODULES.items():
        for name in names.split():
            table[module, name] = type(name, (Stub,), {"kind": f"{module}.{name}"})
    return table


_ADMITTED = _table()
_STUBS = [
    admitted for admitted in _ADMITTED.values() if isinstance(admitted, type) and issubclass(admitted, Stub)
]
_MAX_PROTOCOL = 4
LoadStorage = Callable[[str, torch.dtype, int], torch.Tensor]


class _RestrictedUnpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], load_storage: LoadStorage | None) -> None:
        super().__init__(file, encoding="utf-8")
        self._load_storage = load_storage
        self._storages: dict[str, torch.Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise CheckpointError(
                f"The file names {module}.{name}, which could run code; nothing of it was executed.",
                _HINT,
                expected="only weights and the description of a SAM model",
                found=f"{module}.{name}",
            )
        return _ADMITTED[module, name]

    def persistent_load(self, pid: Any) -> Any:
        """A storage; or, in the older form, a class (a stub here) that comes with its source text."""
        if isinstance(pid, tuple) and len(pid) > 1 and pid[0] == "module" and pid[1] in _STUBS:
            return pid[1]
        if self._load_storage is None or not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage":
            raise pickle.UnpicklingError(f"unknown reference {pid!r}")
        kind, key, count = pid[1], pid[2], pid[4]
        if not isinstance(kind, _Dtype) or not isinstance(key, str) or not isinstance(count, int):
            raise pickle.UnpicklingError(f"unknown reference {pid!r}")
        if len(pid) > 5 and pid[5] is not None:
            raise pickle.UnpicklingError("views of storages are not supported")
        if key not in self._storages:
            self._storages[key] = self._load_storage(key, kind.dtype, count)
        return self._storages[key]


def load_pickled(path: Path) -> Any:
    """The object in a file of ``torch.save``: nested containers, tensors, and ``Stub`` for modules.

    Reads the zip form and the older stream form. Raises CheckpointError for anything else, for broken files,
    and for files that name what is not admitted; nothing from the file is executed.
    """
    try:
        return _load_zip(path) if zipfile.is_zipfile(path) else _load_stream(path)
    except CheckpointError:
        raise
    except Exception as e:  # a hostile or broken pickle can raise anything while it is taken apart
        raise CheckpointError(
            "The file cannot be read; it is cut off, damaged, or not a file of weights.",
            "Download or copy it again.",
            expected="a complete file written by torch.save",
            found=f"{type(e).__name__}: {e}" if str(e) else type(e).__name__,
        ) from e


def _load_zip(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        names = {info.filename: info for info in archive.infolist()}
        pickles = [name for name in names if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(pickles) != 1:
            raise CheckpointError(
                "The zip file does not hold a torch model.", expected="one data.pkl", found=f"{len(pickles)}"
            )
        folder = pickles[0].removesuffix("data.pkl")
        if f"{folder}byteorder" in names and archive.read(f"{folder}byteorder") != b"little":
            raise CheckpointError("The weights were saved on a big-endian machine.", _HINT)

        if names[pickles[0]].compress_type != zipfile.ZIP_STORED:
            raise pickle.UnpicklingError("torch never compresses its files")

        def load_storage(key: str, dtype: torch.dtype, count: int) -> torch.Tensor:
            info = names[f"{folder}data/{key}"]
            if info.compress_type != zipfile.ZIP_STORED or info.file_size != count * dtype.itemsize:
                raise pickle.UnpicklingError(f"storage {key} has {info.file_size} bytes for {count} values")
            return _flat(bytearray(archive.read(info)), dtype)

        return _load(io.BytesIO(archive.read(pickles[0])), load_storage)


def _load(file: IO[bytes], load_storage: LoadStorage | None = None) -> Any:
    """The next pickle of a file. torch.save writes protocol 2; what protocol 5 added is refused unread."""
    start = file.tell()
    for opcode, _, _ in pickletools.genops(file):
        if opcode.proto > _MAX_PROTOCOL:
            raise pickle.UnpicklingError(f"{opcode.name} is not in files of torch.save")
    file.seek(start)
    return _RestrictedUnpickler(file, load_storage).load()


def _flat(data: bytearray, dtype: torch.dtype) -> torch.Tensor:
    return torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)


def _load_stream(path: Path) -> Any:
    """The form before torch 1.6: magic number, protocol, system, object, storage keys, then raw storages."""
    storages: dict[str, torch.Tensor] = {}
    with path.open("rb") as file:
        size = path.stat().st_size

        def load_storage(key: str, dtype: torch.dtype, count: int) -> torch.Tensor:
            if not 0 <= count * dtype.itemsize <= size:
                raise pickle.UnpicklingError(f"storage {key} is larger than the file")
            storages[key] = torch.empty(count, dtype=dtype)
            return storages[key]

        if _load(file) != _LEGACY_MAGIC:
            raise CheckpointError("The file is a pickle, but not one of torch.save.", _HINT)
        for _ in range(2):
            _load(file)
        found = _load(file, load_storage)
        for key in _load(file):
            storage = storages[key]
            (count,) = struct.unpack("<q", file.read(8))
            data = bytearray(file.read(count * storage.itemsize)) if count == storage.numel() else bytearray()
            if len(data) != storage.numel() * storage.itemsize:
                raise pickle.UnpicklingError(f"storage {key} is cut off")
            storage.copy_(_flat(data, storage.dtype))
        return found
