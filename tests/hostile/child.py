"""A door tried in a process of its own: bounded memory and time, a fake ``gs`` on the path, canaries."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY_BYTES = 4 << 30
"""Of address space; libraries reserve much more than they use, so that the pixels have about half of it."""
SECONDS = 100
"""Many times what any of the doors needs; a hang is what is looked for."""
SPIES = ("gs", "gswin32c", "gswin64c", "dvips", "xv", "ghostscript", "hpgl2ps")
"""Programs that picture plug-ins are known to start."""

_LIMIT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
"""
_PEAK = """
import pathlib
peak = int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
print(f"peak-kib={peak}")
"""


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    code: int
    out: str
    err: str

    @property
    def peak_bytes(self) -> int:
        """The most memory it held."""
        return 1024 * int(self.out.rpartition("peak-kib=")[2].split()[0])


@dataclass
class Yard:
    """A folder with canaries and spies beside the one that holds the hostile files."""

    base: Path
    pictures: Path = field(init=False)

    def __post_init__(self) -> None:
        self.pictures = self.base / "pictures"
        self.pictures.mkdir()
        self.programs = self.base / "bin"
        self.programs.mkdir()
        self.canary = self.base / "canary.txt"
        self.canary.write_text("untouched")
        for name in SPIES:
            spy = self.programs / name
            spy.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.base}/started"\n')
            spy.chmod(0o755)

    def run(self, code: str, *arguments: str, memory: int = MEMORY_BYTES) -> Ended:
        """Run Python code with ``arguments`` in ``sys.argv``. Fails the test when it does not end in time."""
        environment = {
            **os.environ,
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",  # each thread reserves memory of its own
        }
        ended = subprocess.run(
            [sys.executable, "-c", _LIMIT.format(memory=memory) + code + _PEAK, *arguments],
            cwd=self.base, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def check(self) -> None:
        """No program was started and nothing beside the pictures was changed."""
        started = self.base / "started"
        assert not started.exists(), started.read_text()
        assert self.canary.read_text() == "untouched"
