"""What a server says that lies in its headers, in its redirections and in its answers: told in words."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from slimsam_core.errors import DownloadError
from slimsam_core.library.model_library import ModelLibrary
from tests.hub_server import Hub, hub, model_files

__all__ = ["hub", "model_files"]  # fixtures


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "data")


HEADERS: dict[str, dict[str, str]] = {
    "a size that is no number": {"X-Linked-Size": "abc"},
    "a size of 5,000 digits": {"X-Linked-Size": "9" * 5000},
    "a size below nothing": {"X-Linked-Size": "-5"},
    "a size with decimals": {"X-Linked-Size": "1e6"},
    "two lengths": {"X-Linked-Size": "5, 6"},
    "no hash": {"ETag": ""},
    "a hash that acts": {"ETag": '"\x1b]0;x<img src=x>"'},
    "a place that is none": {"Location": "http://[::1"},
    "a file of this computer": {"Location": "file:///etc/passwd"},
    "a place of another kind": {"Location": "ftp://127.0.0.1:9/x"},
    "a port that is none": {"Location": "http://127.0.0.1:99999/x"},
    "a name of a host that is none": {"Location": "http://" + "a" * 300 + ".invalid/x"},
}


@pytest.mark.parametrize("what", HEADERS)
def test_headers_that_make_no_sense(hub: Hub, library: ModelLibrary, what: str) -> None:
    hub.told = HEADERS[what]
    hub.broken_after = 1000  # what gets as far as the file finds it cut off
    with pytest.raises(DownloadError) as refused:
        library.download("slimsam-77")
    assert not {*str(refused.value)} & {"\x1b"} or "\x1b" not in refused.value.message
    assert not [m for m in library.installed() if not m.bundled]
    hub.told, hub.broken_after = {}, None
    library.download("slimsam-77")
    library.verify("slimsam-77")


def test_a_hash_that_no_header_can_hold_does_not_stop_the_next_try(hub: Hub, library: ModelLibrary) -> None:
    hub.told = {"ETag": '"h\xe4sh \xff"'}
    for _ in range(2):  # the second time there is a part that it would go on with
        hub.broken_after = 1000
        with pytest.raises(DownloadError):
            library.download("slimsam-77")


ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "leads to itself": (302, {"Location": "/Zigeng/SlimSAM-uniform-77/resolve/main/config.json"}),
    "leads nowhere": (302, {}),
    "leads to what is no address": (302, {"Location": "http://[::1"}),
    "leads to a file of this computer": (302, {"Location": "file:///etc/passwd"}),
    "leads to another kind": (307, {"Location": "data:,x"}),
    "has no content": (204, {}),
    "has not changed": (304, {}),
    "is a part that was not asked for": (206, {"Content-Range": "bytes 5-9/10"}),
    "is a part of a stranger size": (206, {"Content-Range": "bytes 0-9/" + "9" * 400}),
    "is many parts": (206, {"Content-Type": "multipart/byteranges; boundary=x"}),
    "is packed": (200, {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_answers_that_are_not_the_file(hub: Hub, library: ModelLibrary, what: str) -> None:
    hub.gets, hub.told_with_get = ANSWERS[what]
    with pytest.raises(DownloadError):
        library.download("slimsam-77")
    assert len(hub.requests) < 100
    hub.gets = None
    library.download("slimsam-77")
    library.verify("slimsam-77")


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_packed_answer_without_an_end_is_not_unpacked(hub: Hub, library: ModelLibrary, status: int) -> None:
    """It stops at the size that was promised, or is not read at all."""
    hub.gets, hub.endless = status, True
    hub.told_with_get = {"Content-Encoding": "gzip"}
    with pytest.raises(DownloadError):
        library.download("slimsam-77")
    folder = library.downloads_dir / "slimsam-77"
    assert all(path.stat().st_size <= len(hub.files["config.json"]) for path in folder.glob("config.json*"))


def test_a_file_that_is_packed_on_the_way_is_damaged(hub: Hub, library: ModelLibrary) -> None:
    """A bomb of the right length: what came is compared as it came."""
    hub.corrupt = True
    hub.files["config.json"] = gzip.compress(bytes(10_000_000))
    with pytest.raises(DownloadError, match="damaged"):
        library.download("slimsam-77")


def test_what_the_user_keeps_for_a_host_is_not_sent(
    hub: Hub, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    library.download("slimsam-77")
    assert {*hub.tokens} == {None}
