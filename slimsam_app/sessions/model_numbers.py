"""Numbers of models that are counted or measured; functions for a worker thread."""

from __future__ import annotations

from dataclasses import replace

from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.model_listing import Listing, Speed
from slimsam_app.workers.loading import load_somehow
from slimsam_core.families import preset
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.gpu import look_for_gpu
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.judging.latency import measure_latency
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken, Progress, ProgressSink

RUNS = 5
"""As many as ``slimsam evaluate`` takes the median of."""


def details(listing: Listing, token: CancelToken) -> Listing:
    """The same with everything that must be counted or read."""
    costs: dict[str, tuple[int, int]] = {}
    for model in listing.downloadable:
        arch = preset(model.preset)
        costs[model.name] = (sum(count_parameters(arch)), encoder_macs(arch))
    sha256: dict[str, str] = {}
    for info in listing.installed:
        token.raise_if_cancelled()
        costs[info.name] = (sum(count_parameters(info.arch)), encoder_macs(info.arch))
        sha256[info.name] = info.sha256()
    return replace(listing, costs=costs, sha256=sha256, devices=devices_in_words())


def devices_in_words() -> str:
    """Which device is used, and why not the GPU when it is not."""
    gpu = look_for_gpu()
    return in_words(gpu.why_not) if gpu.why_not else tr("GPU in use: {name}").format(name=gpu.name)


def measure(name: str, device: str, runtime: str, progress: ProgressSink, token: CancelToken) -> Speed:
    """What ``slimsam evaluate`` measures too: medians of encoding and of the first click on a picture.

    Raises SlimSamError, Cancelled.
    """
    predictor, _ = load_somehow(ModelLibrary().resolve(name), device, runtime)

    def begin(run: int) -> None:
        token.raise_if_cancelled()
        progress(Progress(tr("Measuring {name}").format(name=name), run, RUNS + 1))

    latency = measure_latency(predictor, RUNS, begin)
    return Speed(latency.encode_ms, latency.decode_ms, predictor.runtime)
