"""Where a cluster and a model are looked for, before any work."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference import cluster
from slimsam_core.library.model_library import ModelLibrary
from tests.inference.one_node import pretend_ray


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "ray://127.0.0.1:{port}"])
def test_a_cluster_that_is_not_there_is_told_at_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray would ask for minutes."""
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(ray, "init", lambda **_: pytest.fail("Ray was asked to wait"))
    with socket.socket() as bound:  # nothing listens at it, and nobody else gets it meanwhile
        bound.bind(("127.0.0.1", 0))
        where = address.format(port=bound.getsockname()[1])
        monkeypatch.setenv("RAY_ADDRESS", where)
        with pytest.raises(DeviceUnavailable, match=re.escape(where)), cluster.connected():
            pass
        assert not ray.is_initialized()


@pytest.mark.parametrize("address", ["", "auto", "local", "1.2.3.4", "[::1:6379"])
def test_an_address_that_names_no_port_is_left_to_ray(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")
    started: list[str] = []
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", lambda **_: started.append("asked"))
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    monkeypatch.setenv("RAY_ADDRESS", address)
    if address.startswith("["):
        with pytest.raises(DeviceUnavailable, match="No Ray cluster answers"), cluster.connected():
            pass
    else:
        with cluster.connected():
            assert started == ["asked"]


told: list[str | None] = []


def listen(chunk: list[str], model: str | None, *_: object, **__: object) -> tuple[int, int, int, list[str]]:
    """In the place of a node's work; at the top of a module, as what is sent to nodes must be."""
    told.append(model)
    return len(chunk), 0, 0, []


def test_nodes_find_a_folder_of_weights_from_where_they_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in the ``transformers`` layout was given on as it was typed."""
    (tmp_path / "form").mkdir()
    monkeypatch.chdir(tmp_path)
    pretend_ray(monkeypatch)
    monkeypatch.setattr(cluster, "_work", listen)
    monkeypatch.setattr(cluster, "check_quota", lambda *_: None)
    monkeypatch.setattr(ModelLibrary, "resolve", lambda *_: SimpleNamespace(arch=None))
    told.clear()
    cluster.prepare_on_cluster([Path("1.png")], "form", "cpu", "torch", tmp_path, quota=1 << 24)
    assert told == [str(tmp_path / "form")]
