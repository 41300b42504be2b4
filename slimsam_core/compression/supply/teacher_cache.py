"""The teacher's embeddings on disk, so that an epoch after the first needs no teacher."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_path


class TeacherCache:
    """float16 arrays by key in one folder, up to a quota; nothing is evicted, so a run stays repeatable.

    It only saves time: a file that cannot be written or read is simply not there.
    """

    def __init__(self, folder: Path, quota_bytes: int) -> None:
        self._folder = folder
        self._quota = quota_bytes
        self._used = 0
        if quota_bytes > 0:
            folder.mkdir(parents=True, exist_ok=True)
            self._used = sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())

    @property
    def enabled(self) -> bool:
        """Whether anything may be kept."""
        return self._quota > 0

    def get(self, key: str) -> Tensor | None:
        """The kept array, float16, or None."""
        if not self.enabled:
            return None
        try:
            return torch.from_numpy(np.load(self._path(key), allow_pickle=False))
        except (OSError, ValueError, EOFError):
            return None

    def put(self, key: str, value: Tensor) -> None:
        """Keep ``value`` as float16 unless the quota or the disk is full."""
        array = value.detach().to("cpu", torch.float16).numpy()
        target = self._path(key)
        if self._used + array.nbytes > self._quota or target.exists():
            return
        try:
            with atomic_path(target, flush=False) as temporary, temporary.open("wb") as file:
                np.save(file, array)
        except OutputError:
            self._quota = self._used  # the disk is full: keep what is there, add nothing
            return
        self._used += target.stat().st_size

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npy"
