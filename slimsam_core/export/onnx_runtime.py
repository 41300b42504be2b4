"""Running an exported ONNX pair in ONNX Runtime."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import CheckpointError, DeviceUnavailable
from slimsam_core.families import read_arch
from slimsam_core.files.foreign import read_json
from slimsam_core.files.onnx_file import open_onnx
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import Label, TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.installation import EXTRAS, how_to_add

GRAPHS = ("vision_encoder", "prompt_encoder_mask_decoder")
_MOST_BYTES = 4 << 30
"""Of a graph with its weights; what is exported as a pair has less than 2 GB, the most of one ONNX file."""


def import_onnxruntime() -> Any:
    """The ``onnxruntime`` module. Raises DeviceUnavailable when it is missing or does not load."""
    try:
        import onnxruntime
    except ImportError as e:
        raise DeviceUnavailable(
            "ONNX Runtime cannot be loaded: {e}.", how_to_add(*EXTRAS["export"]), e=e
        ) from e
    return onnxruntime


class OnnxSessions:
    """The sessions of an exported folder by the names of their graphs; ``suffix`` selects a variant."""

    def __init__(self, folder: Path, suffix: str = "") -> None:
        """Raises CheckpointError when a file is missing or broken, DeviceUnavailable without ONNX Runtime."""
        ort = import_onnxruntime()
        options = ort.SessionOptions()
        options.log_severity_level = 3
        self._sessions = {}
        for name in GRAPHS:
            path = folder / "onnx" / f"{name}{suffix}.onnx"
            try:
                self._sessions[name] = ort.InferenceSession(
                    str(path), options, providers=["CPUExecutionProvider"]
                )
            except (
                Exception
            ) as e:  # onnxruntime raises classes of its binary module without a common public base
                raise CheckpointError("{path} cannot be loaded by ONNX Runtime: {e}", path=path, e=e) from e

    def run(self, graph: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Outputs by name. Raises CheckpointError."""
        session = self._sessions[graph]
        names = [output.name for output in session.get_outputs()]
        try:
            return dict(zip(names, session.run(names, inputs), strict=True))
        except Exception as e:  # as above; a graph of others asks for other inputs, or computes nonsense
            raise CheckpointError(
                "{graph}.onnx cannot be computed: {value}", graph=graph, value=str(e)[:300]
            ) from e


class OnnxRuntime:
    """See ``Runtime``. The pair has no single-mask output and takes no mask: mask 0 repeats the best
    candidate, mask prompts are left out, and prompts with a box get a padding point too."""

    name = "onnxruntime"
    description = "ONNX Runtime, CPU, without mask prompts"
    device = "cpu"
    batch_size = 8

    def __init__(self, sessions: OnnxSessions) -> None:
        self._sessions = sessions
        self._positions: FloatArray | None = None

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """See ``Runtime.encode``. Raises CheckpointError for a graph of others."""
        found = self._sessions.run("vision_encoder", {"pixel_values": x_13SS})
        self._positions = _output(found, "image_positional_embeddings", 4)
        return _output(found, "image_embeddings", 4)

    def decode(self, features_1Chw: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """See ``Runtime.decode``. Raises ValueError when nothing was encoded before."""
        if self._positions is None:
            raise ValueError("encode a picture with this runtime first")
        coords_BN2, labels_BN = tokens.coords_BN2, tokens.labels_BN
        if labels_BN.shape[1] > 1 and (labels_BN[:, -1] == Label.PADDING).all():
            coords_BN2, labels_BN = coords_BN2[:, :-1], labels_BN[:, :-1]  # the graph adds it itself
        found = self._sessions.run(
            "prompt_encoder_mask_decoder",
            {
                "input_points": coords_BN2[None].astype(np.float32),
                "input_labels": labels_BN[None].astype(np.int64),
                "image_embeddings": features_1Chw,
                "image_positional_embeddings": self._positions,
            },
        )
        logits, iou = _output(found, "pred_masks", 5)[0], _output(found, "iou_scores", 3)[0]
        if logits.shape[:2] != iou.shape or len(iou) != len(labels_BN) or not iou.size:
            raise CheckpointError(
                "The graph of the prompts and masks gives masks and scores that do not belong together.",
                found=f"masks {logits.shape}, scores {iou.shape}",
            )
        best = iou.argmax(1)[:, None]
        first = np.take_along_axis(logits, best[:, :, None, None], axis=1)
        return np.concatenate([first, logits], 1), np.concatenate([np.take_along_axis(iou, best, 1), iou], 1)

    def rest(self) -> None:
        """See ``Runtime.rest``: nothing, ONNX Runtime keeps what it computes with."""


def _output(found: dict[str, np.ndarray], name: str, dimensions: int) -> FloatArray:
    """An output of a graph that may be anybody's. Raises CheckpointError when it is another."""
    value = found.get(name)
    if value is None or value.dtype != np.float32 or value.ndim != dimensions or not value.size:
        shown = "nothing" if value is None else f"{value.dtype} {value.shape}"
        raise CheckpointError(
            "The graph gives no usable {name!r}.",
            expected=f"numbers in {dimensions} dimensions",
            found=shown,
            name=name,
        )
    return value


def is_onnx_pair(path: Path) -> bool:
    """Whether ``path`` is a folder that ``export_model`` wrote as ``onnx``."""
    return (path / "config.json").is_file() and (path / "onnx").is_dir()


def pair_files(folder: Path) -> tuple[str, int]:
    """The hash (hex) and the bytes of both graphs with their weights, which were walked through. Raises
    CheckpointError for what is none, is too large or leads out of the folder."""
    digest, size = hashlib.sha256(), 0
    for name in GRAPHS:
        file = open_onnx(folder / "onnx" / f"{name}.onnx", _MOST_BYTES)
        digest.update(file.digest.encode())
        size += len(file.content) + sum((file.path.parent / other).stat().st_size for other in file.beside)
    return digest.hexdigest(), size


def pair_arch(folder: Path) -> ArchSpec:
    """The architecture that stands beside a pair. Raises CheckpointError."""
    try:
        config = read_json(folder / "config.json", 1 << 20)
        return read_arch(config.get("slimsam_arch") if isinstance(config, dict) else None)
    except (OSError, ValueError, CheckpointError) as e:
        raise CheckpointError(
            "{folder} is not an ONNX pair that this program exported: {e}",
            expected="slimsam_arch in config.json",
            folder=folder,
            e=e,
        ) from e


def onnx_predictor(folder: Path) -> Predictor:
    """A predictor that runs an exported pair of ours; one of others goes through ``pair_trial`` before.
    Raises CheckpointError, DeviceUnavailable."""
    arch, (model_hash, _) = pair_arch(folder), pair_files(folder)
    runtime = OnnxRuntime(OnnxSessions(folder))
    return Predictor(arch, runtime, name=folder.resolve().name, model_hash=model_hash)
