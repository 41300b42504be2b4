"""The exported folder as ``transformers`` itself loads and runs it, where it is installed."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from slimsam_core.errors import OutputError
from slimsam_core.export.graphs import check_graphs
from slimsam_core.models import Sam


def checked_by_transformers(model: Sam, folder: Path) -> dict[str, str]:
    """Load ``folder`` by ``SamModel`` and compare all outputs with ``model``: rows of the model card.

    Raises OutputError when it cannot be loaded whole or answers otherwise.
    """
    try:
        transformers: Any = importlib.import_module("transformers")
    except ImportError:
        return {"loaded by transformers": "not checked: it is not installed"}
    program = f"transformers {transformers.__version__}"
    with _quiet(transformers):
        try:
            theirs, notes = transformers.SamModel.from_pretrained(
                folder, local_files_only=True, output_loading_info=True, dtype=torch.float32
            )
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise OutputError(
                "{program} cannot load the exported folder: {error}.",
                "Please report this with the name of the model.",
                program=program,
                error=error,
            ) from error
        wrong = sorted({str(name) for kind in notes.values() for name in kind})
        if wrong:
            raise OutputError(
                "{program} does not find these weights of the exported folder where it looks: {names}.",
                "Please report this with the name of the model.",
                program=program,
                names=", ".join(wrong[:5]),
            )
        return check_graphs(model, _Runner(theirs.eval()), program)


class _Runner:
    """Runs the two halves of a ``SamModel`` under the names of the exported graphs."""

    def __init__(self, sam: Any) -> None:
        self._sam = sam

    def __call__(self, _graph: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        given = {name: torch.from_numpy(value) for name, value in inputs.items()}
        if "pixel_values" in given:
            found = {
                "image_embeddings": self._sam.get_image_embeddings(given["pixel_values"]),
                "image_positional_embeddings": self._sam.get_image_wide_positional_embeddings(),
            }
        else:
            del given["image_positional_embeddings"]  # it computes its own, which were compared before
            answer = self._sam(**given)
            found = {"iou_scores": answer.iou_scores, "pred_masks": answer.pred_masks}
        return {name: value.numpy() for name, value in found.items()}


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Without progress bars and remarks of transformers."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
