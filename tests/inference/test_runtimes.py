"""Every runtime gives torch's masks, is chosen for a reason, and comes back whole from its cache."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slimsam_core import devices
from slimsam_core.checkpoints import fitting_weights, model_hash, read_checkpoint
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.errors import Cancelled, DeviceUnavailable, OutputError
from slimsam_core.families import preset
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes import agreement, background, compiled, compiling, select
from slimsam_core.inference.runtimes.graphs import write_graphs
from slimsam_core.inference.runtimes.openvino_runtime import Engine, OpenVinoRuntime, part_precision
from slimsam_core.inference.runtimes.protocol import Runtime
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.progress import CancelToken, Progress
from tests.tiny_models import save_tiny

PROMPTS = [
    PromptSet((PointPrompt(30, 40),)),
    PromptSet((PointPrompt(30, 40), PointPrompt(80, 10, positive=False), PointPrompt(5, 5))),
    PromptSet((), BoxXYXY(10, 10, 70, 60)),
    PromptSet((PointPrompt(30, 40),), BoxXYXY(10, 10, 70, 60)),
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("weights") / "tiny.safetensors")


@pytest.fixture(scope="module")
def digest(weights: Path) -> str:
    return model_hash(weights)


@pytest.fixture(scope="module")
def cache(weights: Path, digest: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the model is prepared."""
    folder = tmp_path_factory.mktemp("cache")
    select.prepare_openvino(weights, digest, folder)
    return folder


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


def predictor(weights: Path, digest: str, cache: Path, runtime: str) -> Predictor:
    choice = select.load_runtime(weights, digest, "cpu", runtime, cache)
    return Predictor(choice.arch, choice.runtime, model_hash=digest, note=choice.note)


def test_openvino_gives_the_masks_of_torch_for_every_kind_of_prompt(
    weights: Path, digest: str, cache: Path, picture: np.ndarray
) -> None:
    reference = predictor(weights, digest, cache, "torch")
    other = predictor(weights, digest, cache, "openvino")
    embedding = reference.embed(picture)  # one embedding for both: the decoders are compared exactly
    side = reference.arch.mask_size
    history = np.random.default_rng(1).normal(size=(side, side)).astype(np.float32) * 5
    prompts = [*PROMPTS, *PROMPTS, *PROMPTS * 4]
    previous = [None] * 4 + [history] * 4 + [None] * 16
    expected = reference.predict_many(embedding, prompts, previous)
    for one, two in zip(expected, other.predict_many(embedding, prompts, previous), strict=True):
        assert len(one.candidates) == len(two.candidates)
        for a, b in zip(one.candidates, two.candidates, strict=True):
            np.testing.assert_allclose(b.low_res_logits, a.low_res_logits, atol=1e-3)
            assert b.predicted_iou == pytest.approx(a.predicted_iou, abs=1e-3)


@pytest.mark.parametrize("runtime", ["openvino", "torch"])
def test_after_a_rest_the_answers_are_the_same(
    weights: Path, digest: str, cache: Path, picture: np.ndarray, runtime: str
) -> None:
    model = predictor(weights, digest, cache, runtime)
    features = model.embed(picture).features
    expected = model.predict_many(model.embed(picture), PROMPTS)
    for _ in range(2):
        model.rest()
        embedding = model.embed(picture)
        np.testing.assert_array_equal(embedding.features, features)
        model.rest()
        for one, two in zip(expected, model.predict_many(embedding, PROMPTS), strict=True):
            np.testing.assert_array_equal(one.preferred.low_res_logits, two.preferred.low_res_logits)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_prepared_model_keeps_none_of_its_file_in_memory(cache: Path) -> None:
    (source,) = cache.glob("*.compiled")

    def resident_kb() -> list[int]:
        entries = Path("/proc/self/smaps").read_text().split(f" {source}\n")[1:]
        return [int(re.findall(r"^Rss: +(\d+) kB", entry, re.MULTILINE)[0]) for entry in entries]

    made = compiled.read_compiled(source)
    assert made is not None
    assert max(resident_kb()) > 100  # the check has read all of it
    runtime = OpenVinoRuntime(Engine(), made.blobs, made.precision, made.no_mask_C)
    assert max(resident_kb()) == 0
    del runtime, made


def test_a_model_runs_on_when_its_compiled_file_is_deleted_or_replaced(
    weights: Path, digest: str, cache: Path, tmp_path: Path, picture: np.ndarray
) -> None:
    shutil.copytree(cache, tmp_path, dirs_exist_ok=True)
    model = predictor(weights, digest, tmp_path, "openvino")
    expected = model.embed(picture).features
    (source,) = tmp_path.glob("*.compiled")
    made = compiled.read_compiled(source)
    assert made is not None
    compiled.write_compiled(source, replace(made, blobs={}))
    source.unlink()
    model.rest()
    np.testing.assert_array_equal(model.embed(picture).features, expected)


def test_openvino_encodes_as_torch_does(weights: Path, digest: str, cache: Path, picture: np.ndarray) -> None:
    a = predictor(weights, digest, cache, "torch").embed(picture).features
    other = predictor(weights, digest, cache, "openvino")
    b = other.embed(picture).features
    tolerance = 0.05 if "bfloat16" in other.runtime else 1e-3
    assert np.abs(a - b).mean() < tolerance * np.abs(a).mean()
    assert other.device == "cpu"


def test_auto_takes_openvino_once_it_is_prepared(
    weights: Path, digest: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "gpu_driver_present", lambda: False)
    before = predictor(weights, digest, tmp_path, "auto")
    assert before.runtime == "OpenVINO, CPU, float32"
    assert "faster once it is prepared" in before.note
    assert select.load_runtime(weights, digest, "cpu", "auto", tmp_path).preparable
    after = predictor(weights, digest, cache, "auto")
    assert "OpenVINO" in after.runtime
    assert after.note == ""


@pytest.mark.parametrize(
    ("device", "runtime", "message"),
    [
        ("cpu", "tensorrt", "no runtime named"),
        ("cuda:0", "openvino", "does not run on"),
        ("nonsense", "torch", "is not a device"),
        ("cuda:77", "torch", "The GPU is not used|cannot be used"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why(
    weights: Path, digest: str, tmp_path: Path, device: str, runtime: str, message: str
) -> None:
    with pytest.raises(DeviceUnavailable, match=message):
        select.load_runtime(weights, digest, device, runtime, tmp_path)


def test_without_openvino_torch_is_used_and_the_reason_is_told(
    weights: Path, digest: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    fallback = predictor(weights, digest, cache, "auto")
    assert "PyTorch" in fallback.runtime
    assert "OpenVINO cannot be loaded" in fallback.note
    with pytest.raises(DeviceUnavailable, match="pip install openvino"):
        predictor(weights, digest, cache, "openvino")


def test_a_model_that_cannot_be_written_falls_back(
    weights: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DeviceUnavailable("The model's encoder cannot be written for OpenVINO: a surprise.")

    monkeypatch.setattr(compiling, "write_graphs", refuse)
    with pytest.raises(DeviceUnavailable, match=r"encoder cannot be written"):
        select.prepare_openvino(weights, digest, tmp_path)
    assert "PyTorch" in predictor(weights, digest, tmp_path, "auto").runtime


def test_a_runtime_whose_masks_disagree_is_not_used(
    weights: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = OpenVinoRuntime.encode
    monkeypatch.setattr(OpenVinoRuntime, "encode", lambda self, x: -encode(self, x))
    made = select.prepare_openvino(weights, digest, tmp_path)
    assert made.agreement < agreement.REQUIRED
    assert made.precision == ""
    fallback = predictor(weights, digest, tmp_path, "auto")
    assert "PyTorch" in fallback.runtime
    assert "agree with PyTorch's only to" in fallback.note
    assert not select.load_runtime(weights, digest, "cpu", "auto", tmp_path).preparable
    with pytest.raises(DeviceUnavailable, match="agree"):
        predictor(weights, digest, tmp_path, "openvino")


def test_a_precision_that_disagrees_gives_way_to_the_next(
    weights: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = agreement.AgreementCheck.measure

    def pessimist(self: agreement.AgreementCheck, runtime: Runtime) -> float:
        return 0.98 if "bfloat16" in runtime.description else measure(self, runtime)

    monkeypatch.setattr(agreement.AgreementCheck, "measure", pessimist)
    made = select.prepare_openvino(weights, digest, tmp_path)
    assert made.precision == "f32"
    assert made.agreement > 0.999


@pytest.mark.parametrize(
    ("precision", "parts"),
    [
        ("bf16", {"encoder": "bf16", "prompts": "f32", "prepare": "bf16", "decode": "bf16"}),
        ("bf16+f32", {"encoder": "bf16", "prompts": "f32", "prepare": "f32", "decode": "f32"}),
        ("f32", {"encoder": "f32", "prompts": "f32", "prepare": "f32", "decode": "f32"}),
    ],
)
def test_coordinates_are_never_rounded_to_bfloat16(precision: str, parts: dict[str, str]) -> None:
    assert {part: part_precision(part, precision) for part in parts} == parts


def test_a_cpu_without_bfloat16_computes_in_float32(
    weights: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init = Engine.__init__

    def old_cpu(self: Engine) -> None:
        init(self)
        self.precisions = ("f32",)

    monkeypatch.setattr(Engine, "__init__", old_cpu)
    assert select.prepare_openvino(weights, digest, tmp_path).precision == "f32"


def test_a_damaged_compiled_file_is_deleted_and_made_again(
    weights: Path, digest: str, cache: Path, tmp_path: Path
) -> None:
    (source,) = cache.glob("*.compiled")
    good = source.read_bytes()
    target = tmp_path / source.name
    generator = np.random.default_rng(0)
    flipped = [bytearray(good) for _ in range(5)]
    for data, position in zip(flipped, generator.choice(len(good), 5, replace=False), strict=True):
        data[position] ^= 4
    for data in [b"", good[:10], good[: len(good) // 2], *map(bytes, flipped)]:
        target.write_bytes(data)
        assert "faster once" in predictor(weights, digest, tmp_path, "auto").note
        assert not target.exists()
    target.write_bytes(good)
    assert "OpenVINO" in predictor(weights, digest, tmp_path, "auto").runtime


def test_another_model_finds_nothing(cache: Path, tmp_path: Path) -> None:
    other = save_tiny(tmp_path / "other.safetensors", seed=1)
    assert "faster once" in predictor(other, model_hash(other), cache, "auto").note


def test_a_cache_that_cannot_be_written_is_reported(weights: Path, digest: str, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(OutputError, match="cache"):
        select.prepare_openvino(weights, digest, tmp_path / "cache")


def test_large_files_that_are_not_prepared_run_in_torch(
    weights: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "gpu_driver_present", lambda: False)
    monkeypatch.setattr(select, "_SOON_BYTES", weights.stat().st_size)
    choice = select.load_runtime(weights, digest, "auto", "auto", tmp_path)
    assert (choice.runtime.name, choice.preparable) == ("torch", True)


def test_only_a_dozen_compiled_models_are_kept(cache: Path, tmp_path: Path) -> None:
    (source,) = cache.glob("*.compiled")
    made = compiled.read_compiled(source)
    assert made is not None
    for number in range(15):
        compiled.write_compiled(compiled.compiled_path(tmp_path, number), made)
    assert len(list(tmp_path.glob("*.compiled"))) == 12
    assert compiled.compiled_path(tmp_path, 14).exists()


def test_preparing_tells_its_progress_and_can_be_cancelled(
    weights: Path, digest: str, tmp_path: Path
) -> None:
    cancel, steps = CancelToken(), list[Progress]()

    def watch(step: Progress) -> None:
        steps.append(step)
        if step.done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        select.prepare_openvino(weights, digest, tmp_path, watch, cancel)
    assert [s.done for s in steps] == [0, 1, 2]
    assert not list(tmp_path.iterdir())


@pytest.mark.timeout(600)  # its low priority leaves it little of a busy machine
def test_a_child_process_prepares_and_reports(weights: Path, digest: str, tmp_path: Path) -> None:
    steps: list[Progress] = []
    background.prepare_in_child(weights, digest, tmp_path, steps.append)
    assert steps[-1].fraction == 1.0
    assert "OpenVINO" in predictor(weights, digest, tmp_path, "auto").runtime


def test_a_child_process_is_ended_when_cancelled(weights: Path, digest: str, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        background.prepare_in_child(weights, digest, tmp_path, cancel=cancel)
    assert not list(tmp_path.iterdir())


def test_masks_that_are_equal_agree_wholly_and_others_do_not() -> None:
    class Fixed:
        name = description = "fixed"
        device, batch_size = "cpu", 8

        def __init__(self, value: float) -> None:
            self.value = value

        def encode(self, x_13SS: np.ndarray) -> np.ndarray:
            return x_13SS

        def decode(self, _: np.ndarray, tokens: object) -> tuple[np.ndarray, np.ndarray]:
            del tokens
            logits = np.full((16, 4, 32, 32), -1.0, np.float32)
            logits[..., : int(self.value * 32)] = 1.0
            return logits, np.ones((16, 4), np.float32)

        def rest(self) -> None:
            """Holds nothing."""

    inputs = agreement.model_inputs(preset("tiny_test"))
    check = agreement.AgreementCheck(Fixed(1.0), inputs[:1])
    assert check.measure(Fixed(1.0)) == 1.0
    assert check.measure(Fixed(0.0)) == 0.0


def test_made_up_pictures_stand_in_for_missing_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise FileNotFoundError("no resources")

    monkeypatch.setattr(agreement, "resources_dir", missing)
    pictures = agreement.sample_pictures()
    assert len(pictures) == 3
    assert all(p.dtype == np.uint8 and p.std() > 10 for p in pictures)


NO_NETWORK = """
import os, sys
seen = []
def guard(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen", "os.fork"):
        if not (event == "subprocess.Popen" and "uname" in str(args)):
            seen.append((event, str(args)[:200]))
sys.addaudithook(guard)
from pathlib import Path
from slimsam_core.checkpoints import fitting_weights, model_hash, read_checkpoint
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.inference.runtimes import select
path, cache = Path(sys.argv[1]), Path(sys.argv[2])
made = select.prepare_openvino(path, model_hash(path), cache)
choice = select.load_runtime(path, model_hash(path), "cpu", "openvino", cache)
assert "OpenVINO" in choice.runtime.description
assert "openvino" in sys.modules
assert sys.modules["openvino_telemetry"] is None
home = Path(os.environ["HOME"])
assert not [p for p in home.rglob("*") if "intel" in p.name.lower()], list(home.rglob("*"))
print("SEEN", seen)
"""


@pytest.mark.timeout(300)
def test_openvino_sends_nothing_anywhere(weights: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, str(weights), str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "SEEN []"


CONVERTER = """
import sys
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
ov = import_openvino()
assert not [name for name in sys.modules if name.startswith("openvino.tools")]
assert not hasattr(ov, "no_such_thing")
model = ov.Model([], [])
assert ov.convert_model.__module__.startswith("openvino.tools")
from openvino.tools.ovc import convert_model
assert ov.convert_model is convert_model
"""


def test_what_converts_models_of_others_comes_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", CONVERTER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def imported(path: Path) -> set[str]:
    """The modules that a source file imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_openvino_is_imported_through_its_one_door() -> None:
    root = Path(__file__).parents[2]
    sources = [*(root / "slimsam_core").rglob("*.py"), *(root / "slimsam_app").rglob("*.py")]
    users = {path.name for path in sources if any(n.split(".")[0] == "openvino" for n in imported(path))}
    assert users == {"quiet_openvino.py"}


def test_one_core_is_enough(weights: Path, digest: str, cache: Path) -> None:
    script = (
        "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from pathlib import Path\nimport numpy as np\n"
        "from slimsam_core.inference.runtimes import select\n"
        "choice = select.load_runtime(Path(sys.argv[1]), sys.argv[2], 'cpu', 'auto', Path(sys.argv[3]))\n"
        "print(choice.runtime.encode(np.zeros((1, 3, 128, 128), np.float32)).shape, choice.runtime.name)\n"
        "print('torch' in sys.modules)"
    )
    if not hasattr(__import__("os"), "sched_setaffinity"):
        pytest.skip("this system cannot bind a process to a core")
    done = subprocess.run(
        [sys.executable, "-c", script, str(weights), digest, str(cache)],
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == "(1, 32, 8, 8) openvino"
    assert done.stdout.split("\n")[1] == "False", "a prepared model runs without loading torch"


def test_relative_positions_are_kept_once_and_not_for_every_window_and_head(weights: Path) -> None:
    model = load_model(weights)
    checkpoint = read_checkpoint(weights)
    encoder = write_graphs(checkpoint.arch, fitting_weights(checkpoint), lambda _: None)["encoder"]
    constants = [op for op in encoder.get_ops() if op.get_type_name() == "Constant"]
    stored = sum(op.get_byte_size() for op in constants)
    parameters = 4 * sum(p.numel() for p in model.image_encoder.parameters())
    tables = 4 * sum(
        block.attn.rel_pos_h.shape[1] * (block.attn.side**2 * 2) for block in model.image_encoder.blocks
    )
    assert stored < parameters + tables + 4096  # shapes and axes
