"""Embeddings kept for later: the latest in memory, more on disk, each found by what it was made from.

Both levels hold half precision. A file on disk carries its own key and checksum: one that is cut, flipped
or misplaced is deleted and counts as missing. Files appear whole or not at all, so several processes may
share a folder. The order of use is a file's modification time, moved forward by at least one step at each
use, so that a clock set back does not make the newest look oldest.
"""

from __future__ import annotations

import hashlib
import logging
import operator
import os
import re
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import is_left_over, make_plain_folder, output_error
from slimsam_core.files.checked_file import parse_checked, write_checked
from slimsam_core.files.foreign import read_bytes
from slimsam_core.files.user_folders import embeddings_quota
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.transforms import PREPROCESSING_VERSION
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage, pixels_hash
from slimsam_core.pixels.square_fit import SquareFit

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

DEFAULT_RAM_BYTES = 512 << 20
"""Some 250 pictures with SAM's embeddings of 2 MB: going back and forth needs no disk."""

_MAGIC = b"SSEMBED1"
MAX_BYTES = 256 << 20
"""Of one picture: fifty times the features of the models that we know."""
_DTYPES = ("float16", "float32")
_PART = 50
"""The folder is looked through when a 50th of the quota was written since, and a 50th is left free then:
every file is looked at for that, and so it is not done for each one that comes."""
_MAX_SIDE = 500_000_000
"""Pixels: no picture with a longer side is read."""
_SUFFIX = ".embedding"
_OURS = re.compile(r"[0-9a-f]{32}\.embedding")
_STALE_PART_SECONDS = 3600.0
"""A file that is still being written is never that old; an older one was left by a process that died."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddingKey:
    """What an embedding was made from."""

    pixels_hash: str
    encoder_of: str
    """Hash of the model whose encoder it is; see ``Predictor.encoder_of``."""
    fit: SquareFit
    preprocessing: int = PREPROCESSING_VERSION

    @staticmethod
    def of(rgb: RgbImage, encoder_of: str, fit: SquareFit) -> EmbeddingKey:
        """The key of a picture, uint8 HxWx3, under an encoder into whose square it comes as ``fit`` says.

        Raises ValueError without a model hash.
        """
        if not encoder_of:
            raise ValueError("embeddings of a model without a hash cannot be told apart and are not stored")
        return EmbeddingKey(pixels_hash(rgb), encoder_of, fit)

    def digest(self) -> str:
        """A name for the file system, 32 hex digits."""
        text = f"{self.pixels_hash}/{self.encoder_of}/{self.preprocessing}"
        if self.fit != SquareFit.LETTERBOX:  # those were stored before there was another
            text += f"/{self.fit}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, eq=False)
class _Entry:
    """An embedding in half precision, (or in full where half would overflow)."""

    features: np.ndarray
    original_size: Size
    input_size: Size

    @staticmethod
    def of(embedding: ImageEmbedding) -> _Entry:
        with np.errstate(over="ignore"):
            half = embedding.features.astype(np.float16)
        features = half if np.isfinite(half).all() else embedding.features
        return _Entry(features, embedding.original_size, embedding.input_size)

    def embedding(self, key: EmbeddingKey) -> ImageEmbedding:
        features = self.features.astype(np.float32)
        return ImageEmbedding(
            features=features,
            original_size=self.original_size,
            input_size=self.input_size,
            fit=key.fit,
            encoder_of=key.encoder_of,
        )


class EmbeddingStore:
    """A cache of embeddings in memory and on disk. Safe for several threads and processes."""

    def __init__(
        self,
        ram_bytes: int = DEFAULT_RAM_BYTES,
        disk_dir: Path | None = None,
        disk_quota_bytes: int | Callable[[], int] = embeddings_quota,
    ) -> None:
        """``disk_dir`` None: memory only. The folder is made when it is missing.

        A quota that is a function is asked again at each write, from the thread that writes: what the user
        sets meanwhile, here or in another process, is heard. The default is this user's setting.
        """
        if ram_bytes < 0 or (isinstance(disk_quota_bytes, int) and disk_quota_bytes < 0):
            raise ValueError("sizes must not be negative")
        self.disk_dir = disk_dir
        self._quota_of_now = disk_quota_bytes
        self._ram_bytes = ram_bytes
        self._ram: OrderedDict[str, _Entry] = OrderedDict()
        self._ram_used = 0
        self._lock = threading.RLock()
        self._disk = _Disk(disk_dir, lambda: self.disk_quota_bytes) if disk_dir is not None else None

    @property
    def disk_quota_bytes(self) -> int:
        """What the files may take together, now."""
        quota = self._quota_of_now
        return quota if isinstance(quota, int) else quota()

    @property
    def disk_problem(self) -> str:
        """Why the last write to disk failed, in words; empty when it did not."""
        return self._disk.problem if self._disk else ""

    def get(self, key: EmbeddingKey) -> ImageEmbedding | None:
        """The embedding made from exactly this picture, model and preprocessing, or None."""
        name = key.digest()
        with self._lock:
            entry = self._ram.get(name)
            if entry is not None:
                self._ram.move_to_end(name)
        if entry is None and self._disk:
            entry = self._disk.read(key)
            if entry is not None:
                self._remember(name, entry)
        return entry.embedding(key) if entry is not None else None

    def put(self, key: EmbeddingKey, embedding: ImageEmbedding) -> None:
        """Keep an embedding. A disk that refuses is no error here: see ``disk_problem``."""
        if (embedding.encoder_of, embedding.fit) != (key.encoder_of, key.fit):
            raise ValueError("the embedding was made by another model than the key says")
        entry = _Entry.of(embedding)
        self._remember(key.digest(), entry)
        if self._disk:
            self._disk.write(key, entry)

    def _remember(self, name: str, entry: _Entry) -> None:
        with self._lock:
            known = self._ram.pop(name, None)
            self._ram_used -= known.features.nbytes if known else 0
            if entry.features.nbytes > self._ram_bytes:
                return
            self._ram[name] = entry
            self._ram_used += entry.features.nbytes
            while self._ram_used > self._ram_bytes:
                _, oldest = self._ram.popitem(last=False)
                self._ram_used -= oldest.features.nbytes


def stored_embedding(rgb: RgbImage, predictor: Predictor, store: EmbeddingStore) -> ImageEmbedding:
    """What ``predictor.embed`` gives for a picture, from the store when it is there, else put into it."""
    key = EmbeddingKey.of(rgb, predictor.encoder_of, predictor.arch.fit)
    embedding = store.get(key)
    if embedding is None:
        embedding = predictor.embed(rgb)
        store.put(key, embedding)
    return replace(embedding, picture=rgb if predictor.assisted else None)


class _Disk:
    """The folder: ``<first two digits>/<digest>.embedding``, least recently used deleted beyond the quota."""

    def __init__(self, folder: Path, quota: Callable[[], int]) -> None:
        self._folder = folder
        self._quota = quota
        self._lock = threading.Lock()
        self._latest_ns = 0
        self._unscanned = 0
        self._scanned_for: int | None = None
        """The quota of the last look at what is there; the first write always looks."""
        self.problem = ""

    def path(self, name: str) -> Path:
        return self._folder / name[:2] / (name + _SUFFIX)

    def read(self, key: EmbeddingKey) -> _Entry | None:
        path = self.path(key.digest())
        try:
            data = read_bytes(path, MAX_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._report(str(output_error(path, error)))
            return None
        entry = _parse(data, key)
        if entry is None:
            _log.warning("deleting the damaged cache file %s", path)
            self._delete(path)
            return None
        self._touch(path)
        return entry

    def write(self, key: EmbeddingKey, entry: _Entry) -> None:
        path = self.path(key.digest())
        quota = self._quota()
        if entry.features.nbytes > quota:
            return
        try:
            make_plain_folder(path.parent)
            size = _write(path, key, entry)
        except OutputError as error:
            self._report(str(error))
            return
        except OSError as error:
            self._report(str(output_error(path, error)))
            return
        self.problem = ""
        self._touch(path)
        with self._lock:
            self._unscanned += size
            if self._unscanned > quota // _PART or quota != self._scanned_for:
                self._evict(quota)
                self._unscanned, self._scanned_for = 0, quota

    def _report(self, problem: str) -> None:
        if problem != self.problem:
            _log.warning("embeddings are kept in memory only: %s", problem)
        self.problem = problem

    def _touch(self, path: Path) -> None:
        """Make a file the most recently used one, whatever the clock says."""
        with self._lock:
            if not self._latest_ns:
                self._latest_ns = max((stamp for stamp, _, _ in self._files()), default=1)
            self._latest_ns = max(time.time_ns(), self._latest_ns + 1)
            stamp = self._latest_ns
        try:
            os.utime(path, ns=(stamp, stamp))
        except OSError as error:  # another process deleted it, or the disk is read-only: its age stays
            _log.debug("cannot mark %s as used: %s", path, error)

    def _evict(self, quota: int) -> None:
        """Delete the least recently used files until a 50th of the quota is free."""
        files = sorted(self._files())
        used = sum(size for _, size, _ in files)
        if files:
            self._latest_ns = max(self._latest_ns, files[-1][0])
        limit = quota - quota // _PART
        for _, size, path in files:
            if used <= limit:
                break
            self._delete(path)
            used -= size

    def _files(self) -> list[tuple[int, int, Path]]:
        """Time of last use in ns, bytes and path of every file; leftovers of killed writers are deleted.

        Other files, and what lies behind links, are not ours: a cache may be kept in any folder.
        """
        files: list[tuple[int, int, Path]] = []
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            if folder.is_symlink():
                continue
            for path in folder.iterdir() if folder.is_dir() else ():
                try:
                    status = path.lstat()
                except FileNotFoundError:
                    continue
                if not stat.S_ISREG(status.st_mode):
                    continue
                if _OURS.fullmatch(path.name):
                    files.append((status.st_mtime_ns, status.st_size, path))
                elif is_left_over(path.name) and abs(time.time() - status.st_mtime) > _STALE_PART_SECONDS:
                    self._delete(path)
        return files

    def _delete(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._report(str(output_error(path, error)))


def _header(key: EmbeddingKey) -> dict[str, Any]:
    header = {"pixels": key.pixels_hash, "model": key.encoder_of, "preprocessing": key.preprocessing}
    return header if key.fit == SquareFit.LETTERBOX else header | {"fit": str(key.fit)}


def _write(path: Path, key: EmbeddingKey, entry: _Entry) -> int:
    header = _header(key) | {
        "dtype": entry.features.dtype.name,
        "shape": entry.features.shape,
        "original": entry.original_size.hw,
        "input": entry.input_size.hw,
    }
    values = entry.features.astype(entry.features.dtype.newbyteorder("<"))
    return write_checked(path, _MAGIC, header, values.tobytes())


def _parse(data: bytes, key: EmbeddingKey) -> _Entry | None:
    """What ``_write`` wrote for this key; None for anything else."""
    parsed = parse_checked(data, _MAGIC)
    if parsed is None or parsed[0] | _header(key) != parsed[0]:
        return None
    try:
        return _read(*parsed)
    except (KeyError, TypeError, ValueError):  # a header that was not written here
        return None


def _read(header: dict[str, Any], payload: memoryview) -> _Entry:
    """Raises KeyError, TypeError or ValueError for a header that is none of ours."""
    if header["dtype"] not in _DTYPES:
        raise ValueError(f"features of {header['dtype']!r}")
    values = np.frombuffer(payload, np.dtype(header["dtype"]).newbyteorder("<"))
    sizes = [Size(*map(operator.index, header[name])) for name in ("original", "input")]
    if any(side > _MAX_SIDE for size in sizes for side in size.hw):
        raise ValueError(f"pictures of {sizes}")
    shape = [operator.index(side) for side in header["shape"]]
    if min(shape, default=0) < 1:
        raise ValueError(f"features of the shape {shape}")
    return _Entry(values.reshape(shape), *sizes)
