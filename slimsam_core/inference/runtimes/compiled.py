"""Compiled models kept on disk: made once per model, machine and OpenVINO version, checked when read."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import CheckpointError, OutputError
from slimsam_core.families import read_arch
from slimsam_core.files.atomic import make_folder, output_error
from slimsam_core.files.checked_file import parse_checked, write_checked
from slimsam_core.files.foreign import map_bytes
from slimsam_core.inference.transforms import FloatArray

_MAGIC = b"SSCOMPL1"
MAX_BYTES = 8 << 30
"""Of a compiled model: three times the largest one, the huge encoder in single precision."""
_KEEP_FILES = 12
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, kw_only=True)
class Compiled:
    """A model compiled for this machine, or the reason why none of its precisions may be used."""

    arch: ArchSpec
    precision: str
    """One of ``openvino_runtime.PRECISIONS``; empty when ``reason`` says why there is none."""
    agreement: float
    """Mean IoU of its masks with those of torch in float32, 0..1."""
    reason: str
    no_mask_C: FloatArray
    blobs: dict[str, bytes | memoryview]
    """Views of the mapped file where it was read from one."""


def compiled_path(cache_dir: Path, *parts: object) -> Path:
    """The file for what ``parts`` name: model hash, versions, machine."""
    digest = hashlib.blake2b(json.dumps([str(p) for p in parts]).encode(), digest_size=16).hexdigest()
    return cache_dir / f"{digest}.compiled"


def read_compiled(path: Path) -> Compiled | None:
    """What ``write_compiled`` wrote; None when there is nothing. A damaged file is deleted."""
    try:
        data = map_bytes(path, MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s", output_error(path, error))
        return None
    parsed = parse_checked(data, _MAGIC)
    if parsed is None:
        _log.warning("deleting the damaged cache file %s", path)
        _delete(path)
        return None
    try:
        return _read(*parsed)
    except (CheckpointError, KeyError, TypeError, ValueError) as error:  # of a version with other families
        _log.warning("deleting the cache file %s of another form: %s", path, error)
        _delete(path)
        return None


def _read(header: dict[str, Any], payload: memoryview) -> Compiled:
    """Raises CheckpointError, KeyError, TypeError or ValueError for a header that is none of ours."""
    blobs: dict[str, bytes | memoryview] = {}
    start = 0
    for name, length in header["blobs"]:
        if not isinstance(name, str) or type(length) is not int or not 0 <= length <= len(payload) - start:
            raise ValueError(f"{length!r} bytes of {name!r}")
        blobs[name] = payload[start : start + length]
        start += length
    no_mask_C = np.array(header["no_mask"], np.float64)
    if no_mask_C.ndim != 1 or not (np.abs(no_mask_C) <= np.finfo(np.float32).max).all():
        raise ValueError("no list of numbers")
    return Compiled(
        arch=read_arch(header["arch"]), precision=str(header["precision"]),
        agreement=float(header["agreement"]), reason=str(header["reason"]),
        no_mask_C=no_mask_C.astype(np.float32), blobs=blobs,
    )  # fmt: skip


def write_compiled(path: Path, compiled: Compiled) -> None:
    """Keep a compiled model; the oldest beyond a dozen go. Raises OutputError."""
    header = {
        "arch": compiled.arch.to_json(),
        "precision": compiled.precision,
        "agreement": compiled.agreement,
        "reason": compiled.reason,
        "no_mask": compiled.no_mask_C.tolist(),
        "blobs": [[name, len(blob)] for name, blob in compiled.blobs.items()],
    }
    make_folder(path.parent)
    write_checked(path, _MAGIC, header, *compiled.blobs.values())
    try:
        files = sorted(path.parent.glob("*.compiled"), key=lambda p: p.stat().st_mtime, reverse=True)
    except OSError as error:  # another process tidies up at the same time
        raise OutputError(
            "Cannot list {parent}: {strerror}.", parent=path.parent, strerror=error.strerror
        ) from error
    for old in [p for p in files if p != path][_KEEP_FILES - 1 :]:
        _delete(old)


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s", output_error(path, error))
