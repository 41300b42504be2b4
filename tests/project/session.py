"""A process that works on a project until it is killed: ``python -m tests.project.session PATH SEED COUNT``.

After every command that the store has acknowledged, one line with its number goes to stdout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from slimsam_core.project import Project
from tests.project.model import Model, random_command, run


def main(path: Path, seed: int, count: int) -> None:
    rng = Random(seed)
    with Project.open(path) as project:
        model = Model(project.roots()[0])
        for number in range(count):
            command = random_command(rng, model)
            run(project, command, f"step {number}")
            model.run(command)
            print(number + 1, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
