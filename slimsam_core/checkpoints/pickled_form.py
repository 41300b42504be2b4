"""Checkpoints made of a pickled file: plain state dicts, and the whole modules of global-pruned SlimSAM."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.checkpoints.pickle_machine import Stub
from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.errors import CheckpointError
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.sentences import sentence

_MAX_DEPTH = 20
"""Modules in modules; a SAM has 7."""
_WRAPPERS = ("model", "state_dict", "model_state_dict")


def read_pickled(path: Path) -> Checkpoint:
    """A ``.pth`` of ``torch.save`` in any of its forms. Raises CheckpointError."""
    found = load_pickled(path)
    for wrapper in _WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(wrapper), dict | Stub):
            found = found[wrapper]
    if isinstance(found, Stub):
        heads = _decoder_heads(found)
        state = _State(found).tensors
        return checkpoint_from_state(
            state, name=path.stem, form="pickled SlimSAM module", decoder_heads=heads
        )
    if not isinstance(found, Mapping) or not all(
        isinstance(key, str) and isinstance(value, StoredArray) for key, value in found.items()
    ):
        raise CheckpointError(
            "The file does not hold the weights of a model.",
            expected=sentence("a state dict (names and tensors)"),
            found=_described(found),
        )
    return checkpoint_from_state(found, name=path.stem)


def _children(module: Stub, kind: str) -> dict[str, Any]:
    found = module.attributes.get(kind) or {}
    if not isinstance(found, dict):
        raise CheckpointError(
            "{kind} of {kind2} is damaged.", found=type(found).__name__, kind=kind, kind2=module.kind
        )
    return found


class _State:
    """What ``state_dict`` of a module would give, in ``tensors``. A module that is in several places is a
    trap: twenty of them in each other are a million places."""

    def __init__(self, module: Stub) -> None:
        self.tensors: dict[str, StoredArray] = {}
        self._seen: set[int] = set()
        self._add(module, "", 0)

    def _add(self, module: Stub, prefix: str, depth: int) -> None:
        if depth > _MAX_DEPTH or id(module) in self._seen:
            raise CheckpointError("The modules in the file contain each other.", found=prefix[:200])
        self._seen.add(id(module))
        transient = module.attributes.get("_non_persistent_buffers_set")
        transient = transient if isinstance(transient, set) else set()
        for kind in ("_parameters", "_buffers"):
            for name, tensor in _children(module, kind).items():
                if isinstance(tensor, StoredArray) and name not in transient:
                    self.tensors[f"{prefix}{name}"] = tensor
        for name, child in _children(module, "_modules").items():
            if isinstance(child, Stub):
                self._add(child, f"{prefix}{name}.", depth + 1)


def _decoder_heads(sam: Stub) -> int:
    module: Any = sam
    for name in ("mask_decoder", "transformer"):
        module = _children(module, "_modules").get(name) if isinstance(module, Stub) else None
    heads = module.attributes.get("num_heads") if isinstance(module, Stub) else None
    if not isinstance(heads, int) or isinstance(heads, bool):
        raise CheckpointError(
            "The pickled model has no mask decoder.", expected=sentence("a Sam module"), found=_described(sam)
        )
    return heads


def _described(found: Any) -> str:
    if isinstance(found, Stub):
        return sentence("a {kind}", kind=found.kind)
    if isinstance(found, Mapping):
        keys = ", ".join(repr(k)[:60] for k in list(found)[:4])
        return sentence("a dictionary with {keys}", keys=keys) if keys else sentence("an empty dictionary")
    return sentence("a {kind}", kind=type(found).__name__)
