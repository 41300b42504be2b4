"""A local server that speaks the part of the hub's protocol that is used, and fails as servers do."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.checkpoints.oracle import sam_model


class Hub(ThreadingHTTPServer):
    """``broken_after``: close the connection after that many bytes; ``requests``: what was asked for."""

    daemon_threads = False

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.broken_after: int | None = None
        self.honours_ranges = True
        self.corrupt = False
        self.status = 200
        self.requests: list[tuple[str, str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        hub, asked = self.server, self.headers.get("Range")
        hub.requests.append((self.command, self.path, asked))
        repo, _, name = self.path.lstrip("/").partition("/resolve/main/")
        data = hub.files.get(name)
        if hub.status != 200 or data is None or repo != "Zigeng/SlimSAM-uniform-77":
            self.send_response(hub.status if hub.status != 200 else 404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        if asked and hub.honours_ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", str(len(data) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if not body:
            return
        if hub.corrupt:
            data = data[:-1] + bytes([data[-1] ^ 1])
        end = len(data) if hub.broken_after is None else start + hub.broken_after
        self.wfile.write(data[start:end])
        if end < len(data):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("published")
    sam_model(48, 64, depth=2, heads=4, size=96, global_blocks=(1,)).save_pretrained(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def hub(model_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub(dict(model_files))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
