"""Downloading published models from the Hugging Face hub, resumable, verified, into a folder.

The server is ``HF_ENDPOINT`` when that is set. huggingface-hub resolves names, certificates and proxies; the
transfer itself is done here because a partial file must survive a cancelled or broken download.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slimsam_core.errors import DownloadError
from slimsam_core.files.atomic import output_error
from slimsam_core.progress import CancelToken, Progress, ProgressSink

TIMEOUT_S = 20.0
CHUNK_BYTES = 1 << 18
FILES = ("config.json", "model.safetensors")
_OFFLINE_HINT = (
    "Check the network, the proxy (HTTPS_PROXY) or a mirror (HF_ENDPOINT) and try again; what came is kept. "
    "Without a network: copy a folder with {files} of {url} to this machine and run: "
    "slimsam models import FOLDER --name {name}"
)


@dataclass(frozen=True)
class Downloadable:
    """A published model: its name here, what it is, its repository, its licence."""

    name: str
    title: str
    repo: str
    licence: str

    @property
    def url(self) -> str:
        """Its page."""
        return f"https://huggingface.co/{self.repo}"


CATALOGUE = (
    Downloadable(
        "slimsam-77", "SlimSAM-77: SAM-B slimmed by 77 %", "Zigeng/SlimSAM-uniform-77", "Apache-2.0"
    ),
    Downloadable(
        "slimsam-50", "SlimSAM-50: SAM-B slimmed by 50 %", "Zigeng/SlimSAM-uniform-50", "Apache-2.0"
    ),
)


@dataclass(frozen=True)
class _RemoteFile:
    name: str
    url: str
    size: int
    etag: str

    @property
    def sha256(self) -> str:
        """The hash that the server promises; empty for small files, which have a git hash."""
        return self.etag if re.fullmatch(r"[0-9a-f]{64}", self.etag) else ""


def fetch(model: Downloadable, folder: Path, progress: ProgressSink, cancel: CancelToken) -> None:
    """Put the files of ``model`` into ``folder``, continuing where an earlier attempt stopped.

    Raises DownloadError for the network and the server, OutputError for the disk, Cancelled; partial files
    stay in the folder in these cases.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise output_error(folder, e) from e
    with _network_errors(model):
        files = [_resolve(model, name) for name in FILES]
        total = sum(file.size for file in files)
        before = 0
        for file in files:

            def report(done: int, before: int = before, name: str = file.name) -> None:
                progress(Progress("download", before + done, total, name))

            _fetch_file(file, folder, report, cancel)
            before += file.size


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _resolve(model: Downloadable, name: str) -> _RemoteFile:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(model.repo, name, endpoint=_endpoint())
    found = get_hf_file_metadata(url, endpoint=_endpoint(), timeout=TIMEOUT_S)
    if found.size is None or not found.etag:
        raise DownloadError(
            f"{url}: the server does not say the size of the file.", "Try another HF_ENDPOINT."
        )
    return _RemoteFile(name, found.location, found.size, found.etag)


@contextmanager
def _network_errors(model: Downloadable) -> Iterator[None]:
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    http_error: Any = HfHubHTTPError.__bases__[0]  # the base of all errors of the hub's HTTP client
    try:
        yield
    except (http_error, OfflineModeIsEnabled) as e:
        hint = _OFFLINE_HINT.format(files=" and ".join(FILES), url=model.url, name=model.name)
        words = " ".join(str(e).split()) or type(e).__name__
        raise DownloadError(f"{model.name} could not be downloaded: {words.rstrip('.')}.", hint) from e


def _fetch_file(file: _RemoteFile, folder: Path, report: Callable[[int], None], cancel: CancelToken) -> None:
    target = folder / file.name
    part = folder / f"{file.name}.{hashlib.sha256(file.etag.encode()).hexdigest()[:16]}.part"
    done = part.stat().st_size if part.exists() else 0
    if done > file.size:
        part.unlink()
        done = 0
    report(done)
    if done < file.size:
        _transfer(file, part, done, report, cancel)
    digest = _sha256(part)
    if part.stat().st_size != file.size or (file.sha256 and digest != file.sha256):
        found = f"{part.stat().st_size} bytes with SHA-256 {digest}"
        part.unlink()
        raise DownloadError(
            f"{file.name} arrived damaged: {file.size} bytes with {file.sha256 or file.etag} were promised, "
            f"{found} came.",
            "Run the same command again.",
        )
    part.replace(target)


def _transfer(
    file: _RemoteFile, part: Path, done: int, report: Callable[[int], None], cancel: CancelToken
) -> None:
    from huggingface_hub import get_session

    headers = {"Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    with get_session().stream(
        "GET", file.url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True
    ) as response:
        response.raise_for_status()
        if response.status_code != 206:
            done = 0  # the server sends the whole file whatever was asked
        with _opened(part, "ab" if done else "wb") as write:
            for chunk in response.iter_raw(CHUNK_BYTES):
                cancel.raise_if_cancelled()
                write(chunk)
                done += len(chunk)
                report(done)


@contextmanager
def _opened(part: Path, mode: str) -> Iterator[Callable[[bytes], None]]:
    """A writer whose own errors are OutputError, not the network's."""

    def write(data: bytes) -> None:
        try:
            file.write(data)
        except OSError as e:
            raise output_error(part, e) from e

    try:
        file = part.open(mode)
    except OSError as e:
        raise output_error(part, e) from e
    with file:
        yield write


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
