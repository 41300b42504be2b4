"""Loading the model that the settings name, or the next best when it or its device is gone.

What reads and runs models is imported with this module: by the thread that loads one, not by the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_app.workers.wanted import Wanted
from slimsam_core.errors import DeviceUnavailable, ModelNotFound, SlimSamError
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.model_library import ModelInfo, ModelLibrary


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model that is ready, and what was not there (empty: it is what was wanted)."""

    info: ModelInfo
    predictor: Predictor
    missing: tuple[SlimSamError, ...] = ()


def load(wanted: Wanted) -> Loaded:
    """Load a model; unless ``strict``, another model, runtime or the processor in place of one that is gone.

    What was stored on one day need not be there on the next: a removed GPU or a deleted model must not leave
    the window without any model. Raises SlimSamError when nothing can be loaded.
    """
    library = ModelLibrary()
    if wanted.strict:
        info = library.resolve(wanted.model)
        return Loaded(info, Predictor.load(info, wanted.device, wanted.runtime))
    missing: tuple[SlimSamError, ...] = ()
    try:
        info = library.resolve(wanted.model)
    except ModelNotFound as error:
        missing = (error,)
        info = library.resolve(None)
    predictor, refused = load_somehow(info, wanted.device, wanted.runtime)
    return Loaded(info, predictor, (*missing, *refused))


def load_somehow(
    info: ModelInfo, device: str, runtime: str
) -> tuple[Predictor, tuple[DeviceUnavailable, ...]]:
    """A predictor on this device and runtime, else on any runtime, else on the CPU; and why not as asked.

    Raises CheckpointError, and DeviceUnavailable when not even the processor will do.
    """
    refused: list[DeviceUnavailable] = []
    for now, engine in dict.fromkeys([(device, runtime), (device, "auto")]):
        try:
            return Predictor.load(info, now, engine), tuple(refused[:1])
        except DeviceUnavailable as error:
            refused.append(error)
    return Predictor.load(info, "cpu", "auto"), tuple(refused[:1])
