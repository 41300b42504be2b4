"""Uploading an exported model, against a server on this machine that speaks the hub's protocol."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints import model_hash, save_model
from slimsam_core.cli import main
from slimsam_core.families import preset
from slimsam_core.models import build_model

REPOSITORY = "somebody/slim"


class WritableHub(ThreadingHTTPServer):
    """Keeps what is committed. ``token``: the one that may write; ``status``: what all else is answered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.token = "hf_test"
        self.made: list[dict[str, object]] = []
        self.stored: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        self.large = 10_000
        self.status = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: WritableHub

    def do_GET(self) -> None:
        self.answer(404, {"error": "nothing here"})

    def do_PUT(self) -> None:
        self.server.stored[self.path.rsplit("/", 1)[1]] = self.body()
        self.answer(200, {})

    def do_POST(self) -> None:
        hub, body = self.server, self.body()
        if self.headers.get("Authorization") != f"Bearer {hub.token}":
            return self.answer(401, {"error": "Invalid credentials"})
        if hub.status:
            return self.answer(hub.status, {"error": "Storage limit reached"})
        if self.path == "/api/validate-yaml":
            return self.answer(200, {"errors": [], "warnings": []})
        if self.path == "/api/repos/create":
            hub.made.append(json.loads(body))
            return self.answer(200, {"url": f"{hub.url}/{REPOSITORY}"})
        if self.path == f"/api/models/{REPOSITORY}/preupload/main":
            files = json.loads(body)["files"]
            modes = {True: "lfs", False: "regular"}
            told = [
                {"path": f["path"], "uploadMode": modes[f["size"] > hub.large], "shouldIgnore": False}
                for f in files
            ]
            return self.answer(200, {"files": told})
        if self.path == f"/{REPOSITORY}.git/info/lfs/objects/batch":
            return self.answer(
                200, {"transfer": "basic", "objects": self.places(json.loads(body)["objects"])}
            )
        if self.path == f"/api/models/{REPOSITORY}/commit/main":
            self.commit([json.loads(line) for line in body.splitlines()])
            return self.answer(200, {"commitUrl": f"{hub.url}/{REPOSITORY}/commit/1", "commitOid": "1" * 40})
        return self.answer(404, {"error": f"unknown {self.path}"})

    def places(self, objects: list[dict[str, object]]) -> list[dict[str, object]]:
        return [
            {**one, "actions": {"upload": {"href": f"{self.server.url}/put/{one['oid']}"}}} for one in objects
        ]

    def commit(self, entries: list[dict[str, object]]) -> None:
        for entry in entries:
            value = entry["value"]
            assert isinstance(value, dict)
            if entry["key"] == "file":
                self.server.files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                self.server.files[value["path"]] = self.server.stored[value["oid"]]

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WritableHub]:
    server = WritableHub()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_TOKEN", server.token)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)  # as HF_HUB_DISABLE_XET=1
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("push") / "slim.safetensors"
    save_model(build_model(preset("tiny_test")), path)
    return path


def export(model: Path, out: Path, *more: str) -> int:
    return main(["models", "export", str(model), "--format", "safetensors", "--out", str(out), *more])


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the hub's client warns of itself
def test_what_is_uploaded_is_what_was_exported(
    hub: WritableHub, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert export(model, out, "--push-to-hub", REPOSITORY, "--private") == 0
    assert f"uploaded: {hub.url}/{REPOSITORY}" in capsys.readouterr().out
    assert [made["name"] for made in hub.made] == ["slim"]
    assert hub.made[0].get("private") or hub.made[0].get("visibility") == "private"
    written = {
        path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }
    assert {name: hashlib.sha256(data).hexdigest() for name, data in hub.files.items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in written.items()
    }
    assert hub.stored, "the weights went as a large file"
    back = tmp_path / "back.safetensors"
    back.write_bytes(hub.files["model.safetensors"])
    assert model_hash(back) == model_hash(model)


def test_a_token_that_may_not_write_is_one_clear_line_and_the_export_stays(
    hub: WritableHub, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.token = "another"
    assert export(model, tmp_path / "out", "--push-to-hub", REPOSITORY) == 1
    said = capsys.readouterr().err
    assert f"The model was not uploaded as {REPOSITORY}" in said
    assert "HF_TOKEN" in said
    assert "Traceback" not in said
    assert (tmp_path / "out" / "model.safetensors").is_file()
    assert not hub.files


def test_what_the_server_says_is_told(
    hub: WritableHub, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.status = 413
    assert export(model, tmp_path / "out", "--push-to-hub", REPOSITORY) == 1
    assert "Storage limit reached" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["slim", "a/b/c", "some body/slim", "../x"])
def test_a_name_that_is_none_is_refused_before_the_export(
    hub: WritableHub, model: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(model, tmp_path / "out", "--push-to-hub", name) == 1
    assert "OWNER/NAME" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert not hub.made


def test_nothing_is_sent_without_being_asked(hub: WritableHub, model: Path, tmp_path: Path) -> None:
    assert export(model, tmp_path / "out") == 0
    assert not hub.made
    assert not hub.files
