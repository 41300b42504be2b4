from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.cli import main
from slimsam_core.errors import CheckpointError, ModelNotFound, OutputError
from slimsam_core.families import preset
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.models import build_model


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    model = build_model(preset("tiny_test"))
    path = tmp_path / "my weights.pth"
    torch.save(model.state_dict(), path)
    return path


@pytest.fixture
def native(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.safetensors"
    save_model(build_model(preset("tiny_test")), path, dtype="float16", metadata={"licence": "CC0-1.0"})
    return path


def test_import_list_info_delete(native: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "import", str(native)]) == 0
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    assert "tiny *" in capsys.readouterr().out
    assert main(["models", "info", "tiny", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["licence"] == "CC0-1.0"
    assert facts["arch"] == preset("tiny_test").to_json()
    assert facts["encoder_parameters"] > 0
    assert main(["models", "info", "tiny"]) == 0
    assert "128" in capsys.readouterr().out
    assert main(["models", "delete", "tiny"]) == 0
    assert main(["models", "info", "tiny"]) == 1


def test_half_precision_stays_half_and_the_same_model(native: Path, tmp_path: Path) -> None:
    library = ModelLibrary(tmp_path / "data")
    info = library.import_file(native, "copy")
    assert info.model_hash == library.resolve(native).model_hash
    assert abs(info.size_bytes - native.stat().st_size) < 1000


def test_state_dicts_are_converted(weights: Path, tmp_path: Path) -> None:
    library = ModelLibrary(tmp_path / "data")
    with pytest.raises(OutputError, match="cannot be the name"):
        library.import_file(weights)
    info = library.import_file(weights, "mine")
    assert info.path.suffix == ".safetensors"
    assert info.source == str(weights)
    library.verify("mine")


def test_taken_names_and_bundled_models_are_safe(native: Path, tmp_path: Path) -> None:
    library = ModelLibrary(tmp_path / "data")
    library.import_file(native)
    with pytest.raises(OutputError, match="already a model named 'tiny'"):
        library.import_file(native)
    for bundled in [m.name for m in library.installed() if m.bundled]:
        with pytest.raises(ModelNotFound, match="ships with the program"):
            library.delete(bundled)
    with pytest.raises(ModelNotFound, match="no installed model"):
        library.delete("nobody")


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "x" * 81, "a b", "nul\0"])
def test_names_stay_in_the_folder(native: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        ModelLibrary(tmp_path / "data").import_file(native, name)


def test_a_broken_file_is_not_imported(native: Path, tmp_path: Path) -> None:
    native.write_bytes(native.read_bytes()[:-100])
    library = ModelLibrary(tmp_path / "data")
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors"):
        library.import_file(native)
    assert not any(library.models_dir.iterdir())


def test_changed_weights_are_noticed(native: Path, tmp_path: Path) -> None:
    data = bytearray(native.read_bytes())
    data[-3] ^= 0x01
    native.write_bytes(data)
    with pytest.raises(CheckpointError, match="changed after it was saved"):
        ModelLibrary(tmp_path / "data").verify(native)


@pytest.mark.parametrize("action", ["info", "verify"])
@pytest.mark.parametrize("kept", [0, 5, 100, -100])
def test_a_cut_off_file_is_named(
    native: Path, action: str, kept: int, capsys: pytest.CaptureFixture[str]
) -> None:
    native.write_bytes(native.read_bytes()[:kept])
    assert main(["models", action, str(native)]) == 1
    error = capsys.readouterr().err
    assert str(native) in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("argv", [["models"], ["models", "shine"], ["models", "info"]])
def test_wrong_usage(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
