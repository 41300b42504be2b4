"""What a run of training began with: its model, its pictures, which of them are held out.

A run that goes on is held to it: with another model it would save a mixture of two, with other pictures held
out it would be judged by what it has learnt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slimsam_core.checkpoints import model_hash
from slimsam_core.datasets.held_out import split_all, split_as
from slimsam_core.datasets.labelled import MaskDataset, split_held_out
from slimsam_core.datasets.names import namesakes, with_own_names
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import FormatError, RecipeError
from slimsam_core.families import backbones
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.foreign import read_json
from slimsam_core.files.runs import RunFolder
from slimsam_core.sentences import mark
from slimsam_core.training.recipe import TrainingRecipe

HELD_OUT = 0.1
"""Share of the pictures that is held out where nobody says another: the share that most papers take."""
_HELD_FILE = "held_out.json"
_MOST_HELD_BYTES = 1 << 30
"""Of that file: SA-1B's eleven million keys have 300 MB."""
INIT, INIT_HASH, SHARE, DATA = "init", "init_hash", "held_out", "data"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The beginning of a run."""

    init: Path | str
    """Weights, or the name of a backbone."""
    share: float
    kept: list[MaskDataset]
    """What is learnt from."""
    held: list[MaskDataset]
    """What is judged by, and never learnt from."""
    record: Mapping[str, Any]
    """What ``recipe.json`` says of it."""

    def write(self, run: RunFolder) -> None:
        """Keep which pictures are held out, so that it stays so. Raises OutputError."""
        held = {part.name: [part.key(i) for i in range(len(part))] for part in self.held}
        atomic_write_json(run.path / _HELD_FILE, held, indent=None)


def origin_of(
    run: RunFolder,
    init: Path | str | None,
    datasets: Sequence[MaskDataset],
    share: float | None,
    *,
    goes_on: bool = False,
    may_grow: bool = False,
) -> Origin:
    """The beginning of a run in this folder, or that of the one that is there and goes on.

    ``init``, ``share``: None = those of the run that goes on. ``may_grow``: pictures may have come and gone;
    those that come are learnt from. Raises RecipeError for what is not as it was, FormatError when nothing is
    left to learn from, CheckpointError.
    """
    datasets = with_own_names(datasets)
    before = run.recipe() if goes_on else {}
    if goes_on:
        init = _same_init(run, before, init)
        share = _same_share(before, share)
    share = HELD_OUT if share is None else share
    if init is None:
        raise RecipeError("There is no model to start from.", "Give one.")
    record: dict[str, Any] = {
        INIT: str(init),
        INIT_HASH: _hash(init),
        SHARE: share,
        DATA: {dataset.name: _about(dataset) for dataset in datasets},
    }
    if goes_on:
        _same_data(run, before.get(DATA), record[DATA], may_grow=may_grow)
    kept, held = _split(run, datasets, share, before if goes_on else None)
    if not kept:
        raise FormatError("nothing is left to train on", "Label at least two pictures.")
    return Origin(init=init, share=share, kept=kept, held=held, record=record)


def held_out_of(run: RunFolder, datasets: Sequence[MaskDataset], share: float) -> list[MaskDataset]:
    """What a run held out of these data sets. Raises RecipeError."""
    before = run.recipe() if run.recipe_path.is_file() else None
    return _split(run, with_own_names(datasets), share, before)[1]


def check_weights(recipe: TrainingRecipe, datasets: Sequence[MaskDataset]) -> None:
    """Raise RecipeError for weights of data sets that there are not, or of one name that several had."""
    named = with_own_names(datasets)
    names = [dataset.name for dataset in named]
    for name, others in namesakes(named).items():
        if name in recipe.weights and not recipe.weights.keys() >= set(others):
            raise RecipeError(
                "several data sets are called {name!r}.",
                "Say the weight of each: {names}.",
                "weights",
                name=name,
                names=", ".join((name, *others)),
            )
    unknown = [name for name in recipe.weights if name not in names]
    if unknown:
        raise RecipeError(
            "there is no data set {name!r}.",
            "These are given: {names}.",
            "weights",
            name=unknown[0],
            names=", ".join(names),
        )


def _split(
    run: RunFolder, datasets: Sequence[MaskDataset], share: float, before: Mapping[str, Any] | None
) -> tuple[list[MaskDataset], list[MaskDataset]]:
    """``before``: what the run that goes on wrote down; None = it begins."""
    if not share:
        return list(datasets), []
    path = run.path / _HELD_FILE
    if before is not None and path.is_file():
        try:
            known = read_json(path, _MOST_HELD_BYTES)
        except (OSError, ValueError) as error:
            raise RecipeError("{path} cannot be read: {error}.", path=path, error=error) from error
        if not isinstance(known, dict) or not all(isinstance(keys, list) for keys in known.values()):
            raise RecipeError("{path} does not say which pictures are held out.", path=path)
        parts = split_as(datasets, known)
    elif before is not None and INIT_HASH not in before:  # it was begun when nothing of this was written down
        parts = [
            split_held_out(d, share, d.former_key if isinstance(d, ProjectDataset) else None)
            for d in datasets
        ]
    else:
        parts = split_all(datasets, share)
    kept: list[MaskDataset] = [a for a, _ in parts if len(a)]
    held: list[MaskDataset] = [b for _, b in parts if len(b)]
    return kept, held


def _hash(init: Path | str) -> str:
    return model_hash(init) if isinstance(init, Path) else init


def _same_init(run: RunFolder, before: Mapping[str, Any], init: Path | str | None) -> Path | str:
    began, digest = str(before.get(INIT, "")), before.get(INIT_HASH)
    if init is None:
        init = began if digest == began or began in backbones() else Path(began)
        if isinstance(init, Path) and not init.exists():
            raise RecipeError(
                "The model that {run} began with, {init}, is gone.",
                "Name where it is now.",
                run=run.path,
                init=init,
            )
    if digest is not None and _hash(init) != digest:
        raise RecipeError(
            "{run} began with another model: {began}.",
            "Go on without naming a model, or begin a run in another folder.",
            "init",
            run=run.path,
            began=began,
        )
    return init


def _same_share(before: Mapping[str, Any], share: float | None) -> float | None:
    began = before.get(SHARE)
    if not isinstance(began, int | float):
        return share
    if share is not None and share != began:
        raise RecipeError(
            "was {began:g} when the run began, not {share:g}: it would be judged by what it has learnt from.",
            "Go on without it, or begin a run in another folder.",
            "held-out",
            began=began,
            share=share,
        )
    return float(began)


def _about(dataset: MaskDataset) -> dict[str, Any]:
    """What tells a data set from another one: the number of its pictures, and a digest of their names."""
    digest = hashlib.sha256()
    for key in sorted(dataset.key(i) for i in range(len(dataset))):
        digest.update(key.encode() + b"\0")
    return {"pictures": len(dataset), "digest": digest.hexdigest()}


def _same_data(run: RunFolder, before: object, now: Mapping[str, Any], *, may_grow: bool) -> None:
    if not isinstance(before, dict):
        return  # begun by an older version
    again = mark("Give what it began with, or begin a run in another folder.")
    if set(before) != set(now):
        raise RecipeError(
            "{run} began with the data sets {before}, not with {now}.",
            again,
            "data",
            run=run.path,
            before=", ".join(sorted(before)),
            now=", ".join(sorted(now)),
        )
    changed = [name for name in now if before[name] != now[name]]
    if changed and not may_grow:
        raise RecipeError(
            "{name} has other pictures than when the run in {run} began: {now} now.",
            again,
            "data",
            name=changed[0],
            run=run.path,
            now=now[changed[0]]["pictures"],
        )
