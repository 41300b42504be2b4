"""Downloading published models from the Hugging Face hub, resumable, verified, into a folder.

The server is ``HF_ENDPOINT`` when that is set. huggingface-hub resolves names, certificates and proxies; the
transfer itself is done here because a partial file must survive a cancelled or broken download. The server is
not trusted: it gets no token (published models need none), a time to answer, a least speed, and room for what
it promised and no more.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import huggingface_hub  # loads what is asked of it when it is asked

from slimsam_core.errors import DownloadError
from slimsam_core.families import families
from slimsam_core.families.declaration import Downloadable
from slimsam_core.files.atomic import make_folder, output_error
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.plain_file import open_plain
from slimsam_core.library.redirects import check_step, open_following
from slimsam_core.progress import CancelToken, Progress, ProgressSink
from slimsam_core.sentences import Sentence, mark, sentence

TIMEOUT_S = 20.0
"""Without a single byte."""
ANSWER_S = 60.0
"""For the whole head of an answer, whose single bytes may come slowly."""
STALL_S = 30.0
STALL_BYTES = 30_000
"""Fewer in ``STALL_S`` is a stall: at 1 kB/s the smaller model would take a day."""
_AGAIN_HINT = mark("Try again; what came is kept.")


CATALOGUE: tuple[Downloadable, ...] = tuple(
    model for family in families().values() for model in family.published
)
"""The published models of every family."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file to download, of which size and hash are known before."""

    name: str
    url: str
    size: int
    etag: str
    """What the server calls this version of it: a hash, or any other word."""
    asked: str = ""
    """The address that this program asked for it, which led to ``url``; empty = ``url`` itself."""
    pinned: bool = False
    """``etag`` is the SHA-256 that this program brings, not the server's word."""

    @property
    def hash(self) -> str:
        """The hash that the server promises: SHA-256, or git's SHA-1 of small files; empty for others."""
        return self.etag if re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{40}", self.etag) else ""


def fetch(model: Downloadable, folder: Path, progress: ProgressSink, cancel: CancelToken) -> None:
    """Put the files of ``model`` into ``folder``, continuing where an earlier attempt stopped.

    Raises DownloadError for the network and the server, OutputError for the disk, Cancelled; partial files
    stay in the folder in these cases.
    """
    make_folder(folder)
    with network_errors(
        model.name,
        _offline_hint(model),
        command=("slimsam", "models", "import", model.weights or "FOLDER", "--name", model.name),
    ):
        files = [_resolve(model, name, cancel) for name in model.files]
        total = sum(file.size for file in files)
        before = 0
        for file in files:

            def report(done: int, before: int = before, name: str = file.name) -> None:
                progress(Progress("download", before + done, total, name))

            fetch_file(file, folder, report, cancel)
            before += file.size


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _resolve(model: Downloadable, name: str, cancel: CancelToken) -> RemoteFile:
    url = huggingface_hub.hf_hub_url(model.repo, name, endpoint=_endpoint())
    found = _answer(
        lambda: huggingface_hub.get_hf_file_metadata(
            url, endpoint=_endpoint(), timeout=TIMEOUT_S, token=False
        ),
        url,
        cancel,
    )
    if not found.size or not found.etag:
        raise DownloadError(
            "{url}: the server does not say the size of the file.", "Try another HF_ENDPOINT.", url=url
        )
    if not 0 < found.size <= model.files[name]:
        raise DownloadError(
            "{url}: the server promises {size:,} bytes, which is not the size of such a file "
            "(at most {files:,}).",
            "Try another HF_ENDPOINT.",
            url=url,
            size=found.size,
            files=model.files[name],
        )
    file = RemoteFile(name=name, url=url, size=found.size, etag=found.etag, asked=url)
    return replace(file, url=check_step(name, url, url, found.location, hashed=bool(file.hash)))


def _answer(call: Callable[[], Any], url: str, cancel: CancelToken) -> Any:
    """What ``call`` gets from the server. Raises what it raises, DownloadError when the answer takes longer
    than ``ANSWER_S``, Cancelled. The call has a thread of its own because a server that sends its headers
    letter by letter never exceeds a timeout between two of them."""
    found: Future[Any] = Future()

    def run() -> None:
        try:
            found.set_result(call())
        except BaseException as e:  # handed to the caller, whatever it is
            found.set_exception(e)

    threading.Thread(target=run, name="download-answer", daemon=True).start()
    end = time.monotonic() + ANSWER_S
    while not wait([found], timeout=0.1).done:
        cancel.raise_if_cancelled()
        if time.monotonic() > end:
            raise DownloadError(
                sentence("{url}: the server did not answer in {answer_s:.0f} s.", url=url, answer_s=ANSWER_S),
                _AGAIN_HINT,
            )
    return found.result()


def _offline_hint(model: Downloadable) -> Sentence:
    files = " and ".join(model.files)
    return sentence(
        "Check the network, the proxy (HTTPS_PROXY) or a mirror (HF_ENDPOINT) and try again; what came is"
        " kept. Without a network: copy {files} of {url} to this machine and import it under the name"
        " {name}.",
        files=files if model.weights else sentence("a folder with {files}", files=files),
        url=model.url,
        name=model.name,
    )


@contextmanager
def network_errors(name: str, hint: str, *, command: tuple[object, ...] = ()) -> Iterator[None]:
    """What the hub's client raises within the block is DownloadError of ``name`` with ``hint``."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    http_error: Any = HfHubHTTPError.__bases__[0]  # the base of all errors of the hub's HTTP client
    try:
        yield
    except (http_error, OfflineModeIsEnabled) as e:
        words = " ".join(str(e).split()) or type(e).__name__
        raise DownloadError(
            sentence("{name} could not be downloaded: {value}.", name=name, value=words.rstrip(".")),
            hint,
            command=command,
        ) from e


def fetch_file(file: RemoteFile, folder: Path, report: Callable[[int], None], cancel: CancelToken) -> None:
    """Put a file into a folder, whole and with the hash that was promised; goes on with a part that is there.

    ``report`` hears the bytes that are there. Raises as ``fetch``; to be called within ``network_errors``.
    """
    target = folder / file.name
    part = folder / f"{file.name}.{hashlib.sha256(file.etag.encode()).hexdigest()[:16]}.part"
    for old in folder.glob(f"{file.name}.*.part"):
        if old != part:  # of a version that the server no longer has
            old.unlink()
    done = part.stat().st_size if part.exists() else 0
    if done > file.size or (done and not file.hash):  # without a hash nothing tells what it is a part of
        part.unlink()
        done = 0
    report(done)
    if done < file.size:
        _transfer(file, part, done, report, cancel)
    size, digest = part.stat().st_size, _digest(part, file)
    if size != file.size or digest != file.hash:
        found = f"{size} bytes with {digest}"
        part.unlink()
        raise DownloadError(
            "{name} arrived damaged: {size} bytes with {hash} were promised, {seen} came.",
            _AGAIN_HINT,
            name=file.name,
            size=file.size,
            hash=file.hash,
            seen=found,
        )
    part.replace(target)


def _transfer(
    file: RemoteFile, part: Path, done: int, report: Callable[[int], None], cancel: CancelToken
) -> None:
    headers = {"Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
        if not file.pinned:
            headers["If-Range"] = f'"{file.etag}"'
    client = huggingface_hub.get_session()

    def check(here: str, there: str) -> None:
        check_step(file.name, file.asked or file.url, here, there, hashed=bool(file.hash))

    with _address_errors(file, client):
        request = client.build_request("GET", file.url, headers=headers, timeout=TIMEOUT_S)
        response = _answer(lambda: open_following(client, request, check), file.url, cancel)
    try:
        response.raise_for_status()
        if response.status_code != 206:
            done = 0  # the server sends the whole file whatever was asked
        elif response.headers.get("Content-Range") != f"bytes {done}-{file.size - 1}/{file.size}":
            part.unlink(missing_ok=True)
            raise DownloadError(
                sentence("{name}: the server sends another part than was asked.", name=file.name), _AGAIN_HINT
            )
        with _opened(part, done) as write:
            pace = _Pace(file.name)
            for chunk in response.iter_raw():
                cancel.raise_if_cancelled()
                pace.came(len(chunk))
                if done + len(chunk) > file.size:
                    raise DownloadError(
                        "{name}: the server sends more than the {size:,} bytes that it promised.",
                        "Try another HF_ENDPOINT.",
                        name=file.name,
                        size=file.size,
                    )
                write(chunk)
                done += len(chunk)
                report(done)
    finally:
        response.close()


@contextmanager
def _address_errors(file: RemoteFile, client: Any) -> Iterator[None]:
    """Where the server says that a file lies may be no address; the client of the hub raises for each part of
    one another error."""
    package = sys.modules[type(client).__module__.partition(".")[0]]
    invalid: Any = getattr(package, "InvalidURL", ValueError)
    try:
        yield
    except (invalid, UnicodeError) as error:
        raise DownloadError(
            "{name}: the server names a place that is no address ({error}).",
            "Try another HF_ENDPOINT.",
            name=file.name,
            error=error,
        ) from error


class _Pace:
    """Notices a server that sends, but so slowly that it never ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._since = time.monotonic()
        self._count = 0

    def came(self, count: int) -> None:
        """So many bytes arrived. Raises DownloadError at a stall."""
        self._count += count
        now = time.monotonic()
        if now - self._since < STALL_S:
            return
        if self._count < STALL_BYTES:
            raise DownloadError(
                sentence(
                    "{name}: only {count:,} bytes came in {now:.0f} s.",
                    name=self._name,
                    count=self._count,
                    now=now - self._since,
                ),
                _AGAIN_HINT,
            )
        self._since, self._count = now, 0


@contextmanager
def _opened(part: Path, kept: int) -> Iterator[Callable[[bytes], None]]:
    """A writer behind the first ``kept`` bytes, whose own errors are OutputError, not the network's."""

    def write(data: bytes) -> None:
        try:
            file.write(data)
        except OSError as e:
            raise output_error(part, e) from e

    try:
        file = os.fdopen(open_plain(part, os.O_WRONLY | os.O_CREAT), "wb")
        file.truncate(kept)
        file.seek(kept)
    except OSError as e:
        raise output_error(part, e) from e
    with file:
        yield write


def _digest(path: Path, promised: RemoteFile) -> str:
    """The hash of a file, of the kind that the server promised; empty when it promised none."""
    digest = hashlib.sha256()
    if len(promised.hash) == 40:
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with open_regular(path) as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.hexdigest() if promised.hash else ""
