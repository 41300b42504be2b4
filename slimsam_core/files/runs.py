"""The folder that is the record of a long run: recipe, events, metrics, checkpoints; shared by all trainers.

::

    RUN/recipe.json                 what was asked for, written once
    RUN/events.jsonl                one JSON object a line, appended as things happen
    RUN/metrics.json                the numbers at the end
    RUN/checkpoints/step-*.safetensors   state to go on from; plain tensors and JSON, never code

A run may be killed at any moment: every file but the events is replaced whole, and a torn last line of the
events is ignored and cut off when the run goes on.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from slimsam_core.errors import CheckpointError, OutOfMemory, OutputError, RecipeError
from slimsam_core.files import json_dataclass
from slimsam_core.files.atomic import atomic_write_bytes, atomic_write_json, output_error
from slimsam_core.files.foreign import open_regular, parse_json
from slimsam_core.files.machine_memory import is_more_than_free
from slimsam_core.files.plain_file import append_plain
from slimsam_core.files.safetensors_header import weights_header
from slimsam_core.files.safetensors_writing import write_tensors

if TYPE_CHECKING:
    from torch import Tensor

EVENT_KIND = "event"
OF_EVERY_EVENT = frozenset({EVENT_KIND, "time", "step"})
"""What ``RunFolder.log`` adds to the values of an event; not every kind has a step."""
RECIPE_FILE = "recipe.json"
MODEL_FILE = "model.safetensors"
"""What comes out of a run that makes a model."""
METRICS_FILE = "metrics.json"
"""The numbers at the end of a run."""
JOB_FILE = "job.json"
"""What marks the folder of a whole job; see ``compression.job_folder``."""
REPORT_FILE = "report.html"
"""What a run came to, for people."""
_STEP_DIGITS = 9
_MAX_LINE_BYTES = 16 << 20
"""Of one event; those with the widths of a model have 10 kB."""


@dataclass(frozen=True)
class RunState:
    """A checkpoint as read: the step it was taken after, and the nested state that was given to ``save``."""

    step: int
    state: Any


class RunFolder:
    """The record of one run at ``path``; make it with ``create`` or ``open``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def create(path: Path | str, recipe: Mapping[str, Any]) -> RunFolder:
        """Start a run in a folder that holds none yet. Raises OutputError when it does or cannot be made."""
        folder = RunFolder(Path(path))
        if folder.recipe_path.exists():
            raise OutputError(
                "{path} already holds a run.", "Resume it, or choose another folder.", path=folder.path
            )
        folder._check_own()
        try:
            folder.checkpoints_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(folder.path, error) from error
        atomic_write_json(folder.recipe_path, dict(recipe))
        return folder

    @staticmethod
    def open(path: Path | str) -> RunFolder:
        """A run that was started before. Raises OutputError when there is none at ``path``."""
        folder = RunFolder(Path(path))
        if not folder.recipe_path.is_file():
            raise OutputError("{path} holds no run to resume.", "Start it anew.", path=folder.path)
        folder._check_own()
        return folder

    def _check_own(self) -> None:
        if self.checkpoints_dir.is_symlink():
            raise OutputError(
                "{checkpoints_dir} is a symbolic link: the run would write to another place.",
                "Choose another folder, or put a folder itself there.",
                checkpoints_dir=self.checkpoints_dir,
            )

    @property
    def recipe_path(self) -> Path:
        """What was asked for."""
        return self.path / RECIPE_FILE

    @property
    def events_path(self) -> Path:
        """What happened, one JSON object a line."""
        return self.path / "events.jsonl"

    @property
    def metrics_path(self) -> Path:
        """The numbers at the end."""
        return self.path / METRICS_FILE

    @property
    def checkpoints_dir(self) -> Path:
        """Where the states to go on from lie."""
        return self.path / "checkpoints"

    def recipe(self) -> dict[str, Any]:
        """The recipe as a JSON object. Raises RecipeError when the file is not one."""
        value = json_dataclass.read(self.recipe_path)
        if not isinstance(value, dict):
            raise RecipeError("{recipe_path} is not a JSON object.", recipe_path=self.recipe_path)
        return value

    def log(self, kind: str, **values: Any) -> dict[str, Any]:
        """Append an event and return it; ``time`` is added (Unix seconds), NaN and infinity become null."""
        event = {"event": kind, "time": round(time.time(), 3), **_finite(values)}
        line = json.dumps(event, ensure_ascii=False, allow_nan=False)
        try:
            with append_plain(self.events_path) as file:
                file.write(line + "\n")
        except OSError as error:
            raise output_error(self.events_path, error) from error
        return event

    def events(self) -> Iterator[dict[str, Any]]:
        """Every whole event in order; a torn line (the run was killed while writing it) is left out."""
        if not self.events_path.is_file():
            return
        with open_regular(self.events_path) as file:
            while line := file.readline(_MAX_LINE_BYTES):
                event = _event(line)
                if event is not None:
                    yield event

    def rewind(self, step: int) -> None:
        """Forget the events of steps after ``step``, which a resumed run will repeat."""
        kept = [event for event in self.events() if event.get("step", 0) <= step]
        text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in kept)
        atomic_write_bytes(self.events_path, text.encode())

    def write_metrics(self, metrics: Mapping[str, Any]) -> None:
        """Replace ``metrics.json``. Raises OutputError."""
        atomic_write_json(self.metrics_path, _finite(dict(metrics)))

    def checkpoints(self) -> list[Path]:
        """The states in order of their steps."""
        return sorted(self.checkpoints_dir.glob("step-*.safetensors"))

    def latest(self) -> Path | None:
        """The newest state, None before the first."""
        found = self.checkpoints()
        return found[-1] if found else None

    def save_checkpoint(self, step: int, state: Any, keep: int = 2) -> Path:
        """Write ``state`` (nested dicts, lists and tuples of tensors and JSON values) and drop old ones.

        Dict keys may be strings or whole numbers, as in optimizer states. Raises OutputError; a failed write
        leaves the older states in place.
        """
        tensors: dict[str, Tensor] = {}
        skeleton = _take_tensors(state, tensors)
        metadata = {"format": "slimsam-run-state", "step": str(step), "state": json.dumps(skeleton)}
        target = self.checkpoints_dir / f"step-{step:0{_STEP_DIGITS}d}.safetensors"
        write_tensors(target, tensors, metadata)
        for old in self.checkpoints()[:-keep]:
            old.unlink(missing_ok=True)
        return target

    def load_checkpoint(self, path: Path | None = None) -> RunState | None:
        """The state at ``path`` (default: the newest), None when there is none. Raises CheckpointError,
        OutOfMemory."""
        path = path or self.latest()
        if path is None:
            return None
        try:
            header = weights_header(path)
            if header is None:
                raise ValueError("it is no safetensors file")
            if is_more_than_free(sum(tensor.end - tensor.start for tensor in header.tensors.values())):
                raise MemoryError
            with safe_open(path, framework="pt") as file:
                tensors = {name: file.get_tensor(name) for name in header.tensors}
            state = _put_tensors(parse_json(header.metadata["state"], finite=False), tensors)
            return RunState(int(header.metadata["step"]), state)
        except MemoryError as error:
            raise OutOfMemory(
                "There is not enough memory to read the file.", "Close other programs."
            ) from error
        except (OSError, SafetensorError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise _unusable(path, error) from error

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """Around what is done with the newest state: one that another program made is a CheckpointError."""
        try:
            yield
        except (AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise _unusable(self.latest() or self.path, error) from error


def _unusable(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        "{path} is not a usable state of a run: {error}.",
        "Delete it to go on from the one before.",
        path=path,
        error=str(error)[:300],
    )


def _event(line: bytes) -> dict[str, Any] | None:
    """The event in a whole line that ``log`` wrote; None for anything else."""
    try:
        event = parse_json(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        return None
    return event if isinstance(event.get("step", 0), int) else None


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _take_tensors(value: Any, tensors: dict[str, Tensor]) -> Any:
    """``value`` with every tensor moved to ``tensors`` and replaced by its name."""
    import torch

    if isinstance(value, torch.Tensor):
        name = f"t{len(tensors)}"
        tensors[name] = value.detach().cpu().contiguous().clone()
        return {"$tensor": name}
    if isinstance(value, Mapping):
        return {"$dict": [[key, _take_tensors(item, tensors)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [_take_tensors(item, tensors) for item in value]}
    if isinstance(value, list):
        return [_take_tensors(item, tensors) for item in value]
    return value


def _put_tensors(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_put_tensors(item, tensors) for item in value]
    if isinstance(value, dict):
        if "$tensor" in value:
            return tensors[value["$tensor"]]
        if "$tuple" in value:
            return tuple(_put_tensors(item, tensors) for item in value["$tuple"])
        return {key: _put_tensors(item, tensors) for key, item in value["$dict"]}
    return value
