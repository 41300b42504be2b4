"""The run folder: a state comes back bit by bit, a killed run leaves nothing torn behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from slimsam_core.errors import CheckpointError, OutputError
from slimsam_core.files.runs import RunFolder
from tests.full_disk import files_up_to


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", {"seed": 1})


def test_optimizer_state_comes_back_bit_by_bit(run: RunFolder) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.1)
    layer(torch.randn(4, 3)).square().sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    state = {"optimizer": optimizer.state_dict(), "best": (0.5, None), "rng": torch.get_rng_state()}
    run.save_checkpoint(7, state)
    loaded = RunFolder.open(run.path).load_checkpoint()
    assert loaded is not None
    assert loaded.step == 7
    assert loaded.state["best"] == (0.5, None)
    assert torch.equal(loaded.state["rng"], state["rng"])
    fresh = torch.optim.AdamW(layer.parameters(), lr=0.9)
    fresh.load_state_dict(loaded.state["optimizer"])
    assert fresh.param_groups[0]["lr"] == 0.1
    for index, values in optimizer.state_dict()["state"].items():
        assert torch.equal(values["exp_avg"], fresh.state_dict()["state"][index]["exp_avg"])


def test_a_full_disk_is_an_error_in_words_and_leaves_the_older_state(run: RunFolder) -> None:
    run.save_checkpoint(1, {"weights": torch.zeros(10)})
    with (
        files_up_to(4_000),
        pytest.raises(
            OutputError, match=r"^Cannot write .*step-000000002\.safetensors: File too large\. Free"
        ),
    ):
        run.save_checkpoint(2, {"weights": torch.zeros(10_000)})
    state = run.load_checkpoint()
    assert state is not None
    assert state.step == 1
    assert [path.name for path in run.checkpoints_dir.iterdir()] == ["step-000000001.safetensors"]


def test_only_one_module_writes_safetensors_files() -> None:
    """Elsewhere a full disk would be an exception that nobody knows."""
    core = Path(__file__).parents[2] / "slimsam_core"
    writers = {path.name for path in core.rglob("*.py") if "save_file" in path.read_text("utf-8")}
    assert writers == {"safetensors_writing.py"}


def test_only_the_newest_states_are_kept(run: RunFolder) -> None:
    for step in (1, 2, 10):
        run.save_checkpoint(step, {"x": torch.ones(1)}, keep=2)
    assert [path.stem for path in run.checkpoints()] == ["step-000000002", "step-000000010"]


def test_a_torn_line_is_ignored_and_later_steps_are_forgotten(run: RunFolder) -> None:
    run.log("start")
    run.log("step", step=1, loss=float("nan"))
    run.log("step", step=2, loss=0.5)
    with run.events_path.open("a") as file:
        file.write('{"event": "step", "st')
    assert [event.get("step") for event in run.events()] == [None, 1, 2]
    run.rewind(1)
    run.log("step", step=2, loss=0.25)
    events = list(run.events())
    assert [event.get("loss") for event in events] == [None, None, 0.25]


def test_a_folder_with_a_run_is_not_overwritten(run: RunFolder) -> None:
    with pytest.raises(OutputError, match="already holds a run"):
        RunFolder.create(run.path, {})
    assert run.recipe() == {"seed": 1}


def test_a_folder_without_a_run_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no run to resume"):
        RunFolder.open(tmp_path)


def test_a_damaged_state_is_named(run: RunFolder) -> None:
    path = run.save_checkpoint(1, {"x": torch.ones(1)})
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(CheckpointError, match="step-000000001"):
        run.load_checkpoint()
