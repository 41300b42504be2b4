"""The processes of one run: one, or several that ``torchrun`` started on one or more machines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from slimsam_core.devices import DeviceKind
from slimsam_core.errors import DeviceUnavailable


@dataclass(frozen=True)
class Processes:
    """This process among the others; with one process every exchange is the identity."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def is_first(self) -> bool:
        """Whether this process writes and speaks for all."""
        return self.rank == 0

    def mean(self, values: Tensor) -> Tensor:
        """Elementwise mean over the processes."""
        if self.size == 1:
            return values
        with _a_lost_peer_named():
            dist.all_reduce(values)
        return values / self.size

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over the processes."""
        if self.size > 1:
            with _a_lost_peer_named():
                for tensor in tensors:
                    dist.all_reduce(tensor)

    def wait(self) -> None:
        """Until all processes are here."""
        if self.size > 1:
            with _a_lost_peer_named():
                dist.barrier()


ALONE = Processes()
"""No others."""


@contextmanager
def joined(device_type: str) -> Iterator[Processes]:
    """The processes of this run for the length of the block, from torchrun's environment variables."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    with _a_lost_peer_named():
        dist.init_process_group("nccl" if device_type == DeviceKind.CUDA else "gloo")
    try:
        yield Processes(dist.get_rank(), size, int(os.environ.get("LOCAL_RANK", "0")))
    finally:
        dist.destroy_process_group()


@contextmanager
def _a_lost_peer_named() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError) as error:
        raise DeviceUnavailable(
            "Another process of this run cannot be reached: {error}",
            "See its own message; then resume the run.",
            error=error,
        ) from error
