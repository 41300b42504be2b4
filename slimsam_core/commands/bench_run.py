"""What ``slimsam bench`` does: measures, prints a table, saves. Imports what is heavy."""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path
from typing import Any

from slimsam_core.benchmarks.engines import ENGINES
from slimsam_core.benchmarks.run import machine, measure, ratios
from slimsam_core.benchmarks.window import measure_window
from slimsam_core.checkpoints import model_hash
from slimsam_core.commands.console import print_progress, say, say_text
from slimsam_core.errors import DeviceUnavailable, ModelNotFound, OutputError
from slimsam_core.families import preset_names
from slimsam_core.figures import file_size, iou, measured_time
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.inference.everything import segment_everything
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.select import prepare_openvino
from slimsam_core.installation import how_to_add
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.image_io import image_header, read_image
from slimsam_core.torch_part import missing_words, require_torch, torch_present


def run(args: argparse.Namespace) -> int:
    """Measure, print a table, save."""
    peers = [name for name, kind in ENGINES.items() if not kind.ours]
    for name in args.against or ():
        if name not in peers:
            args.parser.error(f"argument --against: {name!r} is not one of {', '.join(peers)}")
        if ENGINES[name].with_torch:
            require_torch()
        if not ENGINES[name].available:
            packages = [module.replace("_", "-") for module in ENGINES[name].needs]
            raise DeviceUnavailable(f"{name} is not installed.", how_to_add(*packages))
    if args.out and args.out.is_dir():
        raise OutputError(f"{args.out} is a folder.", "Choose a file name.")
    ours = [name for name, kind in ENGINES.items() if kind.ours and kind.available]
    wanted = args.against or [name for name in peers if ENGINES[name].available]
    picture = args.image or sorted((resources_dir() / "samples").glob("*.jpg"))[0]
    image_header(picture)  # what is no picture is told before the minutes of measuring
    before = machine()
    with temporary_folder() as folder:
        name, weights = _weights(args, folder)
        prepared = _prepare(weights) if "openvino" in ours else {}
        result = measure(weights, picture, [*ours, *wanted], args.repeat, print_progress)
        if not torch_present():
            result["failed"]["torch"] = str(missing_words())
        engines = result["engines"]
        best = next((e for e in ours if e in engines), None)
        if best is None:
            raise DeviceUnavailable(
                "Neither runtime could be measured.", "; ".join(result["failed"].values())
            )
        by_peer = {peer: ratios(engines, best, peer) for peer in wanted if peer in engines}
        report = {
            "model": name, "random_weights": args.random_weights, "picture": picture.name,
            "ours": best, "ratios": next(iter(by_peer.values()), {}), "ratios_by_peer": by_peer,
            **result, **prepared, "machine": before,
        }  # fmt: skip
        say_text("\n".join(table(report)))
        if args.out:
            atomic_write_json(args.out, report)  # the rest takes a while, and may be interrupted
        if not args.brief:
            say_text("\n".join(_use(report, weights, picture)))
    if args.out:
        atomic_write_json(args.out, report)
    return 0


def table(report: dict[str, Any]) -> list[str]:
    """The results in lines for people."""
    machine = report["machine"]
    load = machine["load_average"]
    lines = [
        f"{report['model']}{' (random weights)' if report['random_weights'] else ''} on {report['picture']}; "
        f"{machine['processor']}, {machine['cores']} cores" + (f", load {load:.1f} before" if load else ""),
        f"{'':18}{'encode p50':>12}{'p95':>9}{'cold':>9}{'decode p50':>12}{'p95':>9}{'peak':>11}{'IoU':>8}",
    ]
    for name, one in report["engines"].items():
        encode, decode = one["encode"], one["decode"]
        agreement = iou(one["agreement"]) if "agreement" in one else ""
        lines.append(
            f"{name:18}{measured_time(encode['p50']):>12}{measured_time(encode['p95']):>9}"
            f"{measured_time(encode['cold']):>9}{measured_time(decode['p50']):>12}{measured_time(decode['p95']):>9}"
            f"{file_size(one['peak_memory_bytes']):>11}{agreement:>8}"
        )
    for name, reason in report["failed"].items():
        lines.append(f"{name:18}not measured: {reason}")
    for peer, ratio in report["ratios_by_peer"].items():
        lines.append(
            f"{report['ours']} against {peer}: encode {ratio['encode']:.1f}x, decode {ratio['decode']:.1f}x "
            f"(by CPU time {ratio['encode_cpu']:.1f}x, {ratio['decode_cpu']:.1f}x), "
            f"memory {ratio['peak_memory']:.1f}x"
        )
    return lines


def _use(report: dict[str, Any], weights: Path, picture: Path) -> list[str]:
    """Add segment-everything and the window to the report; returns lines for people."""
    report["everything"] = _everything(weights, picture)
    found = report["everything"]
    lines = [f"everything: {measured_time(found['seconds'])}, masks: {found['masks']}, {found['runtime']}"]
    try:
        window = report["window"] = measure_window(weights)
    except DeviceUnavailable as error:
        report["failed"]["window"] = error.message
        return [*lines, f"window: not measured: {error.message}"]

    def p50_p95(times: dict[str, float]) -> str:
        return f"p50 {measured_time(times['p50'])}, p95 {measured_time(times['p95'])}"

    return [
        *lines,
        f"window: painted after {measured_time(window['window_seconds'])}, first mask after "
        f"{measured_time(window['first_mask_seconds'])} from a cold start, {window['runtime']}",
        f"click to painted mask: {p50_p95(window['click_to_paint'])}",
        f"click to the full answer, looked closer: {p50_p95(window['click_to_answer'])}",
        f"next picture, prepared: {p50_p95(window['neighbour'])}",
        f"next picture, nothing prepared: p50 {measured_time(window['step']['p50'])}, "
        f"p90 {measured_time(window['step']['p90'])}; with the key held {window['held']['painted']} of "
        f"{window['held']['keys']} are painted",
        f"next picture with {window['polygons']['objects']} polygons: {p50_p95(window['polygons'])}",
    ]


def _weights(args: argparse.Namespace, folder: Path) -> tuple[str, Path]:
    """Name and file of the model to measure. Raises ModelNotFound."""
    if not args.random_weights:
        info = ModelLibrary().resolve(args.model)
        return info.name, info.path
    name = (args.model or "slimsam_77").replace("-", "_")
    if name not in preset_names():
        raise ModelNotFound(f"There is no architecture {name!r}.", f"Known: {', '.join(preset_names())}.")
    require_torch()
    path = folder / f"{name}.safetensors"
    importlib.import_module("slimsam_core.benchmarks.random_weights").write_random(name, path)
    return name, path


def _prepare(weights: Path) -> dict[str, Any]:
    """Prepare OpenVINO before the clock runs; how long that took (near 0 when it was prepared before)."""
    start = time.perf_counter()
    try:
        prepare_openvino(weights, model_hash(weights), progress=print_progress)
    except (DeviceUnavailable, OutputError) as error:
        say(f"slimsam: {error}", err=True)
    return {"prepare_seconds": time.perf_counter() - start}


def _everything(weights: Path, picture: Path) -> dict[str, Any]:
    """Seconds and number of masks of segment-everything with the usual parameters of the model."""
    predictor = Predictor.load(weights)
    rgb = read_image(picture).rgb
    start = time.perf_counter()
    found = segment_everything(predictor, rgb, progress=print_progress)
    return {
        "seconds": time.perf_counter() - start,
        "masks": len(found),
        "runtime": predictor.runtime,
    }
