"""Python imports this at its start where this folder is in its path: torch cannot be imported then."""

import sys

ABSENT = {"torch", "torch_pruning", "torchvision", "functorch", "torchgen"}


class _Absent:
    def find_spec(self, name, path=None, target=None):
        del path, target
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, _Absent())
