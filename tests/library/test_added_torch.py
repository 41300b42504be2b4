"""PyTorch added to the stand-alone program: from a server of our own, wheels that are tiny."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, DownloadError
from slimsam_core.files.user_folders import packages_dir
from slimsam_core.library import added_torch
from slimsam_core.library.added_torch import Build, Offer
from slimsam_core.library.hub import RemoteFile
from slimsam_core.progress import CancelToken, Progress, ignore_progress
from tests.hub_server import Hub, running

TORCH, PRUNING = "torch-9.0-cp311.whl", "torch_pruning-1.0-py3-none-any.whl"


def wheel(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


FILES = {
    TORCH: wheel({
        "torch/__init__.py": "VERSION = 9\n", "torch/lib/big.so": "x" * 50_000,
        "torch-9.0.data/purelib/functorch/__init__.py": "", "torch-9.0.data/scripts/torchrun": "#!python",
    }),
    PRUNING: wheel({"torch_pruning/__init__.py": "import torch\nSEEN = torch.VERSION\n"}),
}  # fmt: skip


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running(FILES) as found:
        yield found


def offer_of(hub: Hub) -> Offer:
    address = f"{hub.url}/{hub.repo}/resolve/main"
    wheels = [
        RemoteFile(
            name=name,
            url=f"{address}/{name}",
            size=len(data),
            etag=hashlib.sha256(data).hexdigest(),
            pinned=True,
        )
        for name, data in FILES.items()
    ]
    return Offer(Build.CPU, tuple(wheels))


def add(hub: Hub) -> Path:
    return added_torch.add(offer_of(hub), ignore_progress, CancelToken())


def test_what_was_added_is_imported_and_can_be_removed(hub: Hub) -> None:
    told: list[Progress] = []
    folder = added_torch.add(offer_of(hub), told.append, CancelToken())
    assert folder == packages_dir()
    script = "import sys; sys.path.append(sys.argv[1]); import torch_pruning as p, functorch; print(p.SEEN)"
    command = [sys.executable, "-S", "-c", script, str(folder)]
    assert subprocess.run(command, capture_output=True, check=True, timeout=60).stdout == b"9\n"
    assert not list(folder.rglob("torchrun"))
    downloads = [step for step in told if step.stage == "download"]
    assert downloads[-1].done == downloads[-1].total == sum(map(len, FILES.values()))
    assert added_torch.added_bytes() > 50_000
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    added_torch.remove()
    assert added_torch.added_bytes() == 0
    assert not list(folder.parent.iterdir())


def test_a_broken_download_goes_on_where_it_stopped(hub: Hub) -> None:
    hub.broken_after = 20_000
    with pytest.raises(DownloadError, match=r"torch-9\.0"):
        add(hub)
    assert added_torch.added_bytes() == 0
    hub.broken_after = None
    add(hub)
    assert [asked for _, path, asked in hub.requests if path.endswith(TORCH)][-1] == "bytes=20000-"
    assert added_torch.added_bytes() > 50_000


def test_other_bytes_than_the_list_names_are_refused(hub: Hub) -> None:
    hub.corrupt = True
    with pytest.raises(DownloadError, match="arrived damaged"):
        add(hub)
    assert not packages_dir().exists()


def test_cancelled_while_unpacking_leaves_what_was_there(hub: Hub) -> None:
    add(hub)
    (packages_dir() / "mark").touch()
    token = CancelToken()

    def cancel(step: Progress) -> None:
        if step.stage == "unpack":
            token.cancel()

    with pytest.raises(Cancelled):
        added_torch.add(offer_of(hub), cancel, token)
    assert (packages_dir() / "mark").exists()


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "torch/../../evil.py"])
def test_a_wheel_writes_nothing_beside_its_folder(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(FILES, TORCH, wheel({name: "raise SystemExit"}))
    with running(FILES) as hub, pytest.raises(DownloadError, match="no package of Python"):
        add(hub)
    assert not list(packages_dir().parent.rglob("evil.py"))


def test_the_shell_adds_and_removes(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(added_torch, "resources_dir", lambda: tmp_path)
    assert main(["models", "add-torch"]) == 1
    assert "only to the stand-alone program" in capsys.readouterr().err
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert main(["models", "add-torch"]) == 1
    assert "built without the list" in capsys.readouterr().err
    monkeypatch.delattr(sys, "frozen")
    wheels = [{"name": w.name, "url": w.url, "size": w.size, "sha256": w.etag} for w in offer_of(hub).wheels]
    (tmp_path / added_torch.LIST).write_text(json.dumps({"cpu": wheels}))
    assert main(["models", "add-torch"]) == 0
    assert " kB to download" in capsys.readouterr().err
    assert packages_dir().is_dir()
    assert main(["models", "remove-torch"]) == 0
    assert not packages_dir().exists()
