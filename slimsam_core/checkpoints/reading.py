"""Opening a file of weights: its form is found from the content, then one reader makes a Checkpoint of it."""

from __future__ import annotations

import re
from pathlib import Path

from slimsam_core.checkpoints.checkpoint import ENCODER_OF, Checkpoint, content_hash
from slimsam_core.checkpoints.fitting import check_shapes
from slimsam_core.checkpoints.native import native_checkpoint, read_safetensors, shapes_in
from slimsam_core.checkpoints.pickled_form import read_pickled
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.checkpoints.transformers_form import read_transformers
from slimsam_core.checkpoints.transformers_names import is_transformers
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.safetensors_header import weights_header
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.files.user_folders import models_dir
from slimsam_core.sentences import sentence


def read_checkpoint(path: Path | str) -> Checkpoint:
    """Read any known form, found from the content: our safetensors, ``transformers`` folders or files, SAM's
    and SlimSAM's state dicts (pickled or safetensors), pickled SlimSAM modules.

    The one door for weights of others. Nothing in a pickled file is executed, and what reading costs is
    bounded by the file's size. Raises CheckpointError that says what was expected and found; OutOfMemory.
    """
    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    try:
        with open_regular(path) as file:
            start = file.read(9)
    except OSError as e:
        raise CheckpointError("The file cannot be opened: {strerror}.", strerror=e.strerror) from e
    if start[:2] in (b"PK", b"\x80\x02"):
        return read_pickled(path)
    if start[8:] == b"{":
        return _read_safetensors(path)
    raise CheckpointError(
        "This is not a file of weights that is known here.",
        expected=sentence("safetensors, or a file of torch.save"),
        found=sentence("a file that begins with {start}", start=repr(start))
        if start
        else sentence("an empty file"),
    )


def _read_folder(path: Path) -> Checkpoint:
    weights = path / "model.safetensors"
    if not weights.is_file():
        raise CheckpointError(
            "The folder does not hold a model.", expected=sentence("model.safetensors and config.json in it")
        )
    return _read_safetensors(weights, name=path.name)


def _read_safetensors(path: Path, name: str = "") -> Checkpoint:
    """What the header says must be a model before its weights, which may be any number, are read."""
    try:
        check_shapes(_as_checkpoint(path, name, *shapes_in(path)))
        return _as_checkpoint(path, name, *read_safetensors(path))
    except MemoryError as e:
        raise OutOfMemory("There is not enough memory to read the file.", "Close other programs.") from e


def _as_checkpoint(
    path: Path, name: str, tensors: dict[str, StoredArray], metadata: dict[str, str]
) -> Checkpoint:
    if "arch" in metadata:
        return native_checkpoint(tensors, metadata)
    if is_transformers(tensors):
        return read_transformers(tensors, metadata, path.with_name("config.json"), name or path.stem)
    return checkpoint_from_state(tensors, name=name or path.stem, metadata=metadata)


def check_header(path: Path) -> None:
    """Raise CheckpointError when the header of a safetensors file says that it is no model; other forms and
    folders are not looked at."""
    if weights_header(path) is not None:
        check_shapes(_as_checkpoint(path, path.stem, *shapes_in(path)))


def model_hash(path: Path | str) -> str:
    """Content hash (hex) of the weights in a file of any known form. Raises CheckpointError, OutOfMemory."""
    try:
        checkpoint = read_checkpoint(path)
    except CheckpointError as e:
        raise CheckpointError(sentence("{path}: {words}", path=path, words=e.message), e.hint) from e
    return content_hash(checkpoint.arch, checkpoint.state_dict)


def encoder_of(path: Path, model_hash: str) -> str:
    """Hash of the model whose image encoder a file has: what embeddings are found by.

    ``model_hash``: of the weights that the file holds, which the caller has made sure of. It is the answer
    but for a model of which only the rest was trained here: a file from elsewhere could say that it has the
    encoder of any other, and its embeddings would be taken for that one's. Raises CheckpointError.
    """
    if path.resolve().parent != models_dir().resolve():
        return model_hash
    header = weights_header(path)
    own, _, other = header.metadata.get(ENCODER_OF, "").partition("/") if header is not None else ("", "", "")
    return other if own == model_hash and re.fullmatch(r"[0-9a-f]{64}", other) else model_hash
