"""A local server that speaks the part of the hub's protocol that is used, and fails as servers do."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.checkpoints.oracle import sam_model


class Hub(ThreadingHTTPServer):
    """``broken_after``: close the connection after that many bytes; ``requests``: what was asked for, and
    ``tokens``: with which. ``promised``: the size that is told instead of the true one; ``surplus``: more
    bytes than the file has; ``pause_s``: bytes come one by one; ``head_pause_s``: headers too;
    ``other_range``: another part is sent than was asked; ``elsewhere``: where downloads are sent to;
    ``told``: headers that are sent in place of the true ones when it is asked what a file is; ``gets``: how a
    request for a file is answered instead, and ``told_with_get`` with which headers; ``endless``: the body of
    such an answer has no end."""

    daemon_threads = False

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.repo = "Zigeng/SlimSAM-uniform-77"
        self.broken_after: int | None = None
        self.honours_ranges = True
        self.corrupt = False
        self.status = 200
        self.requests: list[tuple[str, str, str | None]] = []
        self.tokens: list[str | None] = []
        self.promised: int | None = None
        self.surplus = 0
        self.pause_s = 0.0
        self.head_pause_s = 0.0
        self.other_range = False
        self.elsewhere = ""
        self.git_hashes = False
        self.told: dict[str, str] = {}
        self.gets: int | None = None
        self.told_with_get: dict[str, str] = {}
        self.endless = False
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def hash_of(self, name: str) -> str:
        """What the real server tells: git's hash of small files when ``git_hashes``, SHA-256 of others."""
        data = self.files[name]
        if self.git_hashes and name == "config.json":
            return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        return hashlib.sha256(data).hexdigest()


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        hub, asked = self.server, self.headers.get("Range")
        hub.requests.append((self.command, self.path, asked))
        hub.tokens.append(self.headers.get("Authorization"))
        repo, _, name = self.path.lstrip("/").partition("/resolve/main/")
        data = hub.files.get(name)
        if hub.status != 200 or data is None or repo != hub.repo:
            self.send_response(hub.status if hub.status != 200 else 404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if hub.elsewhere and not body:
            self.send_response(302)
            self.send_header("Location", hub.elsewhere + self.path)
            self.send_header("X-Linked-Size", str(len(data)))
            self.send_header("X-Linked-ETag", f'"{hub.hash_of(name)}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if body and hub.gets is not None:
            self.refuse(hub.gets)
            return
        if hub.head_pause_s:
            self.drip(b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 10_000, hub.head_pause_s)
            return
        length = len(data) if body or hub.promised is None else hub.promised
        start = 0
        if asked and hub.honours_ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        head = {"ETag": f'"{hub.hash_of(name)}"', "X-Repo-Commit": "0" * 40} | hub.told
        for key, value in head.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(length - start + hub.surplus * body))
        if start:
            shown = start - 1 if hub.other_range else start
            self.send_header("Content-Range", f"bytes {shown}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if not body:
            return
        if hub.corrupt:
            data = data[:-1] + bytes([data[-1] ^ 1])
        if hub.pause_s and name == "model.safetensors":
            self.drip(data[start:], hub.pause_s)
            return
        data += bytes(hub.surplus)
        end = len(data) if hub.broken_after is None else start + hub.broken_after
        with contextlib.suppress(OSError):  # nobody listens any more
            self.wfile.write(data[start:end])
        if end < len(data):
            self.close_connection = True

    def refuse(self, status: int) -> None:
        """Another answer than the file."""
        self.close_connection = True
        self.send_response(status)
        for key, value in self.server.told_with_get.items():
            self.send_header(key, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # nobody listens any more
            while self.server.endless and not self.server.ended.is_set():
                self.wfile.write(gzip.compress(bytes(1 << 20)))

    def drip(self, data: bytes, pause_s: float) -> None:
        """Byte by byte, until nobody listens any more."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            for i in range(len(data)):
                self.wfile.write(data[i : i + 1])
                if self.server.ended.wait(pause_s):
                    return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("published")
    sam_model(48, 64, depth=2, heads=4, size=96, global_blocks=(1,)).save_pretrained(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextlib.contextmanager
def running(files: dict[str, bytes]) -> Iterator[Hub]:
    """A server, until the block ends."""
    server = Hub(files)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub(model_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running(dict(model_files)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server
