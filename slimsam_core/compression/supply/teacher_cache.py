"""The teacher's embeddings on disk, so that an epoch after the first needs no teacher."""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import make_plain_folder, output_error
from slimsam_core.files.checked_file import parse_checked, write_checked
from slimsam_core.files.foreign import read_bytes

SUFFIX = ".teacher"
_MAGIC = b"SlimSAM teacher 1\n"
_AROUND_BYTES = 4096
"""Of a file beside its values: magic, checksum, and a header of two names and three numbers."""


class TeacherCache:
    """float16 arrays by key in one folder, up to a quota; nothing is evicted, so a run stays repeatable.

    It only saves time: a file that cannot be written, or is not what was written here, is simply not there.
    A run that goes on may have been prepared by anybody.
    """

    def __init__(self, folder: Path, quota_bytes: int) -> None:
        """Raises OutputError when the folder is a link to another one, or cannot be made."""
        self._folder = folder
        self._quota = quota_bytes
        self._used = 0
        self._unusable: set[str] = set()
        if quota_bytes > 0:
            make_plain_folder(folder)
            try:
                with os.scandir(folder) as entries:
                    found = [entry.stat(follow_symlinks=False) for entry in entries]
                self._used = sum(file.st_size for file in found if stat.S_ISREG(file.st_mode))
            except OSError as error:
                raise output_error(folder, error) from error

    @property
    def enabled(self) -> bool:
        """Whether anything may be kept."""
        return self._quota > 0

    def get(self, key: str, shape: tuple[int, ...]) -> Tensor | None:
        """The kept array of this shape, float16, or None."""
        if not self.enabled:
            return None
        count = math.prod(shape)
        try:
            parsed = parse_checked(read_bytes(self._path(key), 2 * count + _AROUND_BYTES), _MAGIC)
        except FileNotFoundError:
            return None
        except OSError:
            parsed = None
        if parsed is None or parsed[0] != _header(key, shape) or len(parsed[1]) != 2 * count:
            self._unusable.add(key)
            return None
        return torch.from_numpy(np.frombuffer(parsed[1], "<f2").reshape(shape).copy())

    def put(self, key: str, value: Tensor) -> None:
        """Keep ``value`` as float16 unless the quota or the disk is full."""
        array = value.detach().to("cpu", torch.float16).numpy().astype("<f2")
        target = self._path(key)
        if self._used + array.nbytes > self._quota or (os.path.lexists(target) and key not in self._unusable):
            return
        try:
            self._used += write_checked(
                target, _MAGIC, _header(key, array.shape), array.tobytes(), flush=False
            )
        except OutputError:
            self._quota = self._used  # the disk is full: keep what is there, add nothing
            return
        self._unusable.discard(key)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{SUFFIX}"


def _header(key: str, shape: tuple[int, ...]) -> dict[str, object]:
    return {"key": key, "shape": [*shape]}
