from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.checkpoints import model_hash, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.transformers_tensors import to_transformers
from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, CheckpointError, DeviceUnavailable, OutputError
from slimsam_core.export import FORMATS, export_model, transformers_folder
from slimsam_core.export.graphs import plans
from slimsam_core.export.local_paths import without_folders
from slimsam_core.export.onnx_runtime import OnnxRuntime, OnnxSessions, is_onnx_pair, onnx_predictor
from slimsam_core.export.transformers_config import preprocessor_config
from slimsam_core.families import preset
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.progress import CancelToken
from slimsam_core.training.loop import set_image_size

pytestmark = pytest.mark.timeout(300)  # converting takes tens of seconds on a busy machine


@pytest.fixture(scope="module")
def onnx_folder(free: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("onnx") / "deep" / "free"
    export_model(free, "onnx", out, int8=True)
    return out


def test_onnx_pair_has_the_files_names_and_shapes_of_transformers_js(onnx_folder: Path) -> None:
    import onnxruntime

    found = {p.relative_to(onnx_folder).as_posix() for p in onnx_folder.rglob("*") if p.is_file()}
    assert found == {
        "README.md",
        "config.json",
        "preprocessor_config.json",
        "onnx/vision_encoder.onnx",
        "onnx/vision_encoder_quantized.onnx",
        "onnx/prompt_encoder_mask_decoder.onnx",
        "onnx/prompt_encoder_mask_decoder_quantized.onnx",
    }
    b, p, n = "batch_size", "point_batch_size", "nb_points_per_image"
    expected = {
        "vision_encoder": (
            {"pixel_values": [b, 3, 128, 128]},
            {"image_embeddings": [b, 32, 8, 8], "image_positional_embeddings": [b, 32, 8, 8]},
        ),
        "prompt_encoder_mask_decoder": (
            {
                "input_points": [b, p, n, 2],
                "input_labels": [b, p, n],
                "image_embeddings": [b, 32, 8, 8],
                "image_positional_embeddings": [b, 32, 8, 8],
            },
            {"iou_scores": [b, p, 3], "pred_masks": [b, p, 3, 32, 32]},
        ),
    }
    for name, (inputs, outputs) in expected.items():
        session = onnxruntime.InferenceSession(str(onnx_folder / "onnx" / f"{name}.onnx"))
        assert {i.name: i.shape for i in session.get_inputs()} == inputs
        assert {o.name: o.shape for o in session.get_outputs()} == outputs
    config = json.loads((onnx_folder / "preprocessor_config.json").read_text())
    assert config["size"] == {"longest_edge": 128}
    np.testing.assert_allclose(config["image_mean"], [0.485, 0.456, 0.406], atol=1e-6)
    assert json.loads((onnx_folder / "config.json").read_text())["model_type"] == "sam"


def test_onnx_pair_equals_torch_for_any_number_of_clicks(free: Path, onnx_folder: Path) -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal((1, 3, 128, 128), np.float32)
    ours, theirs = TorchRuntime(load_model(free)), OnnxRuntime(OnnxSessions(onnx_folder))
    f = ours.encode(x)
    np.testing.assert_allclose(theirs.encode(x), f, atol=1e-4)
    for prompts, points in ((1, 1), (1, 4), (5, 2)):
        coords = generator.uniform(0, 128, (prompts, points + 1, 2)).astype(np.float32)
        labels = generator.integers(0, 2, (prompts, points + 1))
        labels[:, -1] = -1
        coords[:, -1] = 0
        expected, expected_iou = ours.decode(f, TokenBatch(coords, labels))
        logits, iou = theirs.decode(f, TokenBatch(coords, labels))
        np.testing.assert_allclose(logits[:, 1:], expected[:, 1:], atol=1e-4)
        np.testing.assert_allclose(iou[:, 1:], expected_iou[:, 1:], atol=1e-4)


def test_ignored_points_and_missing_files(onnx_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"vision_encoder\.onnx"):
        OnnxSessions(tmp_path)
    runtime = OnnxRuntime(OnnxSessions(onnx_folder))
    coords, labels = np.zeros((1, 1, 2), np.float32), np.ones((1, 1), np.int64)
    with pytest.raises(ValueError, match="first"):
        runtime.decode(np.zeros((1, 32, 8, 8), np.float32), TokenBatch(coords, labels))


def test_an_exported_pair_predicts_as_the_model_does(free: Path, onnx_folder: Path) -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (90, 120, 3), np.uint8)
    prompts = PromptSet((PointPrompt(40, 30),))
    assert is_onnx_pair(onnx_folder)
    predictors = onnx_predictor(onnx_folder), Predictor(load_model(free))
    theirs, ours = (p.predict(p.embed(rgb), prompts) for p in predictors)
    assert theirs.best == ours.best
    for a, b in zip(theirs.candidates, ours.candidates, strict=True):
        np.testing.assert_allclose(a.low_res_logits, b.low_res_logits, atol=1e-4)


def test_a_foreign_pair_is_refused(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "config.json").write_text('{"model_type": "sam"}')
    with pytest.raises(CheckpointError, match="slimsam_arch"):
        onnx_predictor(tmp_path)


def test_int8_is_measured_and_smaller(onnx_folder: Path) -> None:
    card = (onnx_folder / "README.md").read_text()
    assert "int8: mean IoU" in card
    assert "int8: size" in card
    full = onnx_folder / "onnx" / "prompt_encoder_mask_decoder.onnx"
    small = full.with_name("prompt_encoder_mask_decoder_quantized.onnx")
    assert small.stat().st_size < full.stat().st_size
    OnnxRuntime(OnnxSessions(onnx_folder, "_quantized")).encode(np.zeros((1, 3, 128, 128), np.float32))


def test_model_card_tells_origin_and_checks(onnx_folder: Path) -> None:
    card = (onnx_folder / "README.md").read_text()
    for text in ("# free", "CC0-1.0", "made by a test", "d4ta", "`pred_masks`", "SamModel.from_pretrained"):
        assert text in card


@torch.inference_mode()
def test_hugging_face_folder_is_loaded_by_transformers_with_equal_outputs(
    uniform: Path, tmp_path: Path
) -> None:
    from transformers import SamModel

    report = export_model(uniform, "hf", tmp_path / "hf")
    theirs, ours = SamModel.from_pretrained(tmp_path / "hf").eval(), load_model(uniform)
    x = torch.linspace(-2, 2, 3 * 128 * 128).reshape(1, 3, 128, 128)
    f = ours.image_encoder(x)
    torch.testing.assert_close(theirs.get_image_embeddings(x), f, atol=1e-5, rtol=0)
    points, labels = torch.tensor([[[40.0, 50], [90, 100]]]), torch.tensor([[1, 0]])
    out = theirs(image_embeddings=f, input_points=points[:, None], input_labels=labels[:, None])
    logits, iou = ours.decode(f, points, labels, multimask=True)
    torch.testing.assert_close(out.pred_masks[:, 0], logits, atol=1e-5, rtol=0)
    torch.testing.assert_close(out.iou_scores[:, 0], iou, atol=1e-5, rtol=0)
    assert model_hash(tmp_path / "hf") == model_hash(uniform)
    assert {name for name, _ in report.files} == {
        "README.md",
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    }


def test_transformers_itself_checks_the_folder_where_it_is_installed(
    uniform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    checks = export_model(uniform, "hf", tmp_path / "hf").checks
    program = f"transformers {transformers.__version__}"
    compared = {check: float(value) for check, value in checks.items() if check.endswith(program)}
    assert len(compared) == 4
    assert max(compared.values()) < 1e-4
    assert f"`pred_masks` from PyTorch in {program}" in (tmp_path / "hf" / "README.md").read_text()

    def without_a_layer(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {k: v for k, v in to_transformers(tensors).items() if "vision_encoder.neck" not in k}

    monkeypatch.setattr(transformers_folder, "_deviation", lambda *_: 0.0)  # only transformers looks
    monkeypatch.setattr(transformers_folder, "to_transformers", without_a_layer)
    with pytest.raises(OutputError, match=rf"{program} does not find .*vision_encoder\.neck"):
        export_model(uniform, "hf", tmp_path / "broken")
    assert not (tmp_path / "broken").exists()


def test_without_transformers_the_card_says_that_nobody_checked(
    uniform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    report = export_model(uniform, "hf", tmp_path / "hf")
    assert report.checks["loaded by transformers"] == "not checked: it is not installed"


def test_hugging_face_says_why_free_widths_do_not_fit(free: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"different widths \(q/k/v 16 to 24, MLP 40 to 48\)"):
        export_model(free, "hf", tmp_path / "hf")
    assert list(tmp_path.iterdir()) == []


def test_openvino_files_have_the_names_of_the_pair(free: Path, tmp_path: Path) -> None:
    from slimsam_core.inference.runtimes.quiet_openvino import import_openvino

    report = export_model(free, "openvino", tmp_path / "ov")
    assert any("OpenVINO" in check for check in report.checks)
    model = import_openvino().Core().read_model(str(tmp_path / "ov" / "vision_encoder.xml"))
    assert model.inputs[0].get_any_name() == "pixel_values"
    assert [o.get_any_name() for o in model.outputs] == ["image_embeddings", "image_positional_embeddings"]


def test_an_openvino_without_its_converter_says_so(
    free: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slimsam_core.inference.runtimes.quiet_openvino import import_openvino

    monkeypatch.delitem(vars(import_openvino()), "convert_model", raising=False)
    for name in ("openvino.tools", "openvino.tools.ovc"):  # as in the stand-alone program
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DeviceUnavailable, match="cannot convert models") as told:
        export_model(free, "openvino", tmp_path / "ov")
    assert "safetensors" in str(told.value.hint)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "program"),
    [("openvino", "OpenVINO"), pytest.param("onnx", "ONNX Runtime", marks=pytest.mark.nightly)],
)
@pytest.mark.parametrize("family", ["mobile", pytest.param("hiera", marks=pytest.mark.nightly)])
def test_other_families_are_exported_and_equal(
    family: str, tmp_path: Path, request: pytest.FixtureRequest, form: str, program: str
) -> None:
    report = export_model(request.getfixturevalue(family), form, tmp_path / form)
    deviations = {check: float(value) for check, value in report.checks.items()}
    assert len([check for check in deviations if program in check]) == 4
    assert max(deviations.values()) < 1e-3


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_executorch_programs_take_any_number_of_points(free: Path, tmp_path: Path) -> None:
    runtime = pytest.importorskip("executorch.runtime")
    report = export_model(free, "executorch", tmp_path / "phone")
    deviations = [float(value) for check, value in report.checks.items() if "ExecuTorch" in check]
    assert len(deviations) == 4
    assert max(deviations) < 1e-4
    program = runtime.Runtime.get().load_program(tmp_path / "phone" / "prompt_encoder_mask_decoder.pte")
    _, decoder = plans(load_model(free))
    picture = [torch.randn(1, 32, 8, 8), torch.randn(1, 32, 8, 8)]
    for count in (1, 5, 16):
        inputs = [128 * torch.rand(1, 1, count, 2), torch.ones(1, 1, count, dtype=torch.int64), *picture]
        found = program.load_method("forward").execute(inputs)
        for one, wanted in zip(found, decoder.module(*inputs), strict=True):
            torch.testing.assert_close(one, wanted, atol=1e-4, rtol=0)


def test_without_executorch_its_export_says_what_is_missing(
    free: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "executorch", None)
    with pytest.raises(DeviceUnavailable, match="needs the package executorch"):
        export_model(free, "executorch", tmp_path / "phone")
    assert not (tmp_path / "phone").exists()


def test_a_tiny_vit_is_no_hugging_face_sam(mobile: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"family tiny_vit, not SAM's ViT"):
        export_model(mobile, "hf", tmp_path / "hf")


def test_safetensors_folder_is_the_same_model(free: Path, tmp_path: Path) -> None:
    assert main(["models", "export", str(free), "--format", "safetensors", "--out", str(tmp_path / "s")]) == 0
    assert model_hash(tmp_path / "s" / "model.safetensors") == model_hash(free)


def test_run_folder_goes_into_the_card(free: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "model.safetensors").write_bytes(free.read_bytes())
    (run / "recipe.json").write_text('{"ratio": 0.5}')
    (run / "metrics.json").write_text("not json")
    export_model(run / "model.safetensors", "safetensors", tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text()
    assert '"ratio": 0.5' in card
    assert "not json" not in card


def test_no_path_of_this_machine_is_given_away(free: Path, tmp_path: Path) -> None:
    private = tmp_path / "ann-private" / "secret"
    private.mkdir(parents=True)
    weights, out = private / "model.safetensors", tmp_path / "out"
    about = {"licence": "CC0-1.0", "source": str(private / "old.pt"), "recipe": json.dumps([str(private)])}
    save_model(load_model(free), weights, metadata=about)
    recipe = {"teacher": str(private / "sam.pth"), "data": {"images": ["secret/cats", str(private / "dogs")]}}
    (private / "metrics.json").write_text(json.dumps({"teacher": "sam", "by_dataset": {str(private): 0.5}}))
    about.pop("recipe")
    export_model(weights, "safetensors", out)
    save_model(load_model(free), weights, metadata=about)
    (private / "recipe.json").write_text(json.dumps(recipe))
    export_model(weights, "safetensors", tmp_path / "again")
    for folder in (out, tmp_path / "again"):
        for file in folder.iterdir():
            data = file.read_bytes()
            assert b"ann-private" not in data
            assert b"secret/" not in data
    card = (tmp_path / "again" / "README.md").read_text()
    for text in ('"teacher": "sam.pth"', '"cats"', '"dogs"', '"teacher": "sam"', "| source | old.pt |"):
        assert text in card


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/my photos/sam.pth", "sam.pth"),
        ("C:\\Users\\Ann\\sam.pth", "sam.pth"),
        ("C:/Users/Ann/sam.pth", "sam.pth"),
        ("\\\\server\\ann\\sam.pth", "sam.pth"),
        ("~/ann/sam.pth", "sam.pth"),
        ("../ann/cats/", "cats"),
        ("file:///home/ann/sam.pth", "sam.pth"),
        ("trained from /home/ann/sam.pth (seed 3)", "trained from sam.pth (seed 3)"),
        ("compressed from 'D:\\ann\\sam.pth'", "compressed from 'sam.pth'"),
        ("https://huggingface.co/Zigeng/SlimSAM-uniform-77", None),
        ("see https://example.org/a/b, version 1/2", None),
        ("Apache-2.0 and/or MIT", None),
        ("5 ms / picture", None),
    ],
)
def test_of_a_path_only_the_last_name_stays(text: str, expected: str | None) -> None:
    assert without_folders(text) == (text if expected is None else expected)


def test_nothing_is_overwritten_and_nothing_is_left(free: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    for out in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(OutputError, match="not an empty folder"):
            export_model(free, "safetensors", out)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        export_model(free, "safetensors", tmp_path / "new", cancel=cancel)
    with pytest.raises(OutputError):
        export_model(free, "safetensors", tmp_path / "file" / "below")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "full"]


def test_command_line_knows_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["models", "export", "--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in FORMATS)
    with pytest.raises(ValueError, match="known: hf"):
        export_model("x", "tflite", "y")


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(5)
    path = tmp_path_factory.mktemp("lite") / "lite.safetensors"
    save_model(build_model(efficientnet_lite(0, image_size=96)), path)
    return path


@torch.inference_mode()
def test_graphs_of_any_size_compute_what_the_model_of_that_size_does(lite: Path) -> None:
    encoder, decoder = (plan.module for plan in plans(load_model(lite), any_size=True))
    other = load_model(lite)
    set_image_size(other, 160)
    expected_encoder, expected_decoder = (plan.module for plan in plans(other))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 3, 160, 160, generator=generator)
    found, expected = encoder(x), expected_encoder(x)
    points, labels = 160 * torch.rand(1, 4, 3, 2, generator=generator), torch.tensor([[[1, 0, 1]] * 4])
    pairs = (*zip(found, expected, strict=True), *zip(
        decoder(points, labels, *found), expected_decoder(points, labels, *expected), strict=True
    ))  # fmt: skip
    for one, wanted in pairs:
        assert one.shape == wanted.shape
        torch.testing.assert_close(one, wanted)


@pytest.mark.nightly
def test_a_pair_of_any_size_is_the_model_at_each_and_takes_prompts(lite: Path, tmp_path: Path) -> None:
    report = export_model(lite, "onnx", tmp_path / "any", any_size=True)
    assert any("64 px" in check for check in report.checks)
    sessions = OnnxSessions(tmp_path / "any")
    generator = np.random.default_rng(0)
    for size in (96, 160):
        model = load_model(lite)
        set_image_size(model, size)
        ours, theirs = TorchRuntime(model), OnnxRuntime(sessions)
        x = generator.standard_normal((1, 3, size, size), np.float32)
        f = ours.encode(x)
        np.testing.assert_allclose(theirs.encode(x), f, atol=1e-3)
        coords = generator.uniform(0, size, (4, 3, 2)).astype(np.float32)
        labels = generator.integers(0, 2, (4, 3))
        coords[:, -1], labels[:, -1] = 0, -1
        expected, expected_iou = ours.decode(f, TokenBatch(coords, labels))
        logits, iou = theirs.decode(f, TokenBatch(coords, labels))
        assert logits.shape[-1] == size // 4
        np.testing.assert_allclose(logits[:, 1:], expected[:, 1:], atol=1e-3)
        np.testing.assert_allclose(iou[:, 1:], expected_iou[:, 1:], atol=1e-3)


def test_a_model_of_one_size_says_so(free: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--format", "onnx", "--any-size", "--out", str(tmp_path / "out")]
    assert main(["models", "export", str(free), *arguments]) == 1
    assert "squares of 128 pixels only" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_other_programs_are_told_how_pictures_come_in() -> None:
    padded, stretched = (preprocessor_config(preset(name)) for name in ("sam_vit_b", "sam2_hiera_tiny"))
    assert (padded["size"], padded["do_pad"]) == ({"longest_edge": 1024}, True)
    assert (stretched["size"], stretched["do_pad"]) == ({"height": 1024, "width": 1024}, False)
