"""Where a server may lead a download, with servers of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.errors import DownloadError
from slimsam_core.library import redirects
from slimsam_core.library.model_library import ModelLibrary
from tests.hub_server import Hub, hub, model_files, running

__all__ = ["hub", "model_files"]  # fixtures


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "data")


def lead(hub: Hub, place: str) -> None:
    """Whoever asks for the file itself is sent there."""
    hub.gets, hub.told_with_get = 302, {"Location": place}


CONFIG = "/Zigeng/SlimSAM-uniform-77/resolve/main/config.json"


def test_another_server_may_send_what_is_compared_with_a_hash(hub: Hub, library: ModelLibrary) -> None:
    with running(dict(hub.files)) as other:
        lead(hub, other.url + CONFIG)
        other.corrupt = True
        with pytest.raises(DownloadError, match="damaged"):
            library.download("slimsam-77")
        other.corrupt = False
        with pytest.raises(DownloadError, match="damaged"):  # the weights come from that place too
            library.download("slimsam-77")
        assert {kind for kind, _, _ in other.requests} == {"GET"}
        assert {*hub.tokens, *other.tokens} == {None}
    assert (library.downloads_dir / "slimsam-77/config.json").read_bytes() == hub.files["config.json"]


def test_without_a_hash_only_the_server_that_was_asked_sends(hub: Hub, library: ModelLibrary) -> None:
    hub.told = {"ETag": '"version 3"'}
    with running(dict(hub.files)) as other:
        lead(hub, other.url + CONFIG)
        with pytest.raises(DownloadError, match="promises no hash"):
            library.download("slimsam-77")
        assert not other.requests
    hub.gets = None
    library.download("slimsam-77")


def test_no_name_and_password_are_sent(hub: Hub, library: ModelLibrary) -> None:
    with running(dict(hub.files)) as other:
        lead(hub, other.url.replace("//", "//me:secret@") + CONFIG)
        with pytest.raises(DownloadError, match="a name and a password") as refused:
            library.download("slimsam-77")
        assert not other.requests
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize("told_first", [False, True])
def test_a_public_server_does_not_lead_into_the_users_network(
    hub: Hub, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch, told_first: bool
) -> None:
    """The first server stands for a public one; the other one has another address of this machine."""
    is_public = redirects._is_public
    monkeypatch.setattr(redirects, "_is_public", lambda address: address == "127.0.0.1" or is_public(address))
    place = f"http://127.0.0.2:{hub.server_port}{CONFIG}"
    if told_first:
        hub.told = {"Location": place}
    else:
        lead(hub, place)
    with pytest.raises(DownloadError, match="into your own network"):
        library.download("slimsam-77")
    assert [kind for kind, _, _ in hub.requests] == (["HEAD"] if told_first else ["HEAD", "HEAD", "GET"])


def test_a_way_without_an_end(hub: Hub, library: ModelLibrary) -> None:
    lead(hub, CONFIG)
    with pytest.raises(DownloadError, match="on and on"):
        library.download("slimsam-77")
    assert len(hub.requests) == 2 + redirects.MOST_STEPS


LOCAL = (
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1", "::", "fd00::1", "fe80::1", "::ffff:10.0.0.1",
    "2002:7f00:1::", "localhost",
)  # fmt: skip


@pytest.mark.parametrize("host", LOCAL)
def test_addresses_that_are_not_public(host: str) -> None:
    assert redirects.is_local(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "no.such.host.invalid", "a" * 300, ""])
def test_addresses_that_are_public_or_unknown(host: str) -> None:
    assert not redirects.is_local(host)
