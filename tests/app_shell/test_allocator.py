"""What is freed goes back to the system, where the C library can be told."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="the allocator of another C library is left alone"
)

RESIDENT = """
import sys
from slimsam_app.workers.allocator import give_holes_back, give_memory_back
def resident_kb():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
"""
HOLES = """
blocks = [bytearray(30_000) for _ in range(2_000)]  # 60 MB, each too small for pages of its own
kept = blocks[::10]
del blocks
full = resident_kb()
give_holes_back()
print(full - resident_kb())
"""
PICTURES = """
give_memory_back()
kept = []
pictures = [bytearray(b"x") * 4_000_000]
del pictures[0]  # from now on the C library would keep blocks of this size for itself
empty = resident_kb()
for _ in range(15):
    pictures.append(bytearray(b"x") * 3_000_000)
    kept.append(bytearray(20_000))
full = resident_kb()
pictures.clear()
print(full - resident_kb(), full - empty)
"""


def told(code: str) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", RESIDENT + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def test_holes_between_what_is_in_use_are_given_back() -> None:
    [given_kb] = told(HOLES)
    assert given_kb > 40_000


def test_pictures_that_are_gone_leave_no_holes() -> None:
    given_kb, taken_kb = told(PICTURES)
    assert taken_kb > 40_000
    assert given_kb > 0.9 * taken_kb
