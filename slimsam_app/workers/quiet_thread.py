"""A thread that computes without getting in anybody's way: low priority, half of the processors."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

NICENESS = 15
"""Behind a prepared model's process (10), as nobody waits; 19 would stand still beside any other work."""


def lower_priority(niceness: int) -> None:
    """Let others come before this thread and those that it starts, where threads have priorities."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


def make_quiet() -> None:
    """For the thread that calls: lowest priority that still gets on, and half of torch's threads.

    Threads that it starts inherit both. Where threads have no priority of their own (not Linux) only the
    number of threads changes.
    """
    import torch

    lower_priority(NICENESS)
    everywhere = torch.get_num_threads()
    torch.set_num_threads(max(1, everywhere // 2))
    # the number holds for this thread alone, but threads born later would start with it
    healer = threading.Thread(target=torch.set_num_threads, args=(everywhere,), name="torch-threads")
    healer.start()
    healer.join()
