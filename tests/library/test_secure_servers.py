"""Downloads from a plain to a secure server and back: certificates count, and no token goes along."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_core.errors import DownloadError
from slimsam_core.library.model_library import ModelLibrary
from tests.hub_server import Hub, hub, model_files, running

__all__ = ["hub", "model_files"]  # fixtures

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "data")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and the certificate of 127.0.0.1 that it signed itself, in one file."""
    path = tmp_path_factory.mktemp("certificate") / "local.pem"
    key = path.with_suffix(".key")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", str(key), "-out", str(path), "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return path


@contextlib.contextmanager
def secure(files: dict[str, bytes], certificate: Path) -> Iterator[tuple[Hub, str]]:
    """The same server behind TLS, and its address."""
    with running(files) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        yield server, f"https://127.0.0.1:{server.server_port}"


@pytest.fixture(autouse=True)
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server would like to learn: the user's token, and what is kept for its host."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine trusts that certificate."""
    from huggingface_hub import close_session

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    close_session()  # it was made with what was trusted before
    yield
    close_session()


@pytest.mark.usefixtures("trusted")
def test_from_a_plain_to_a_secure_server(hub: Hub, library: ModelLibrary, certificate: Path) -> None:
    with secure(dict(hub.files), certificate) as (other, address):
        hub.elsewhere = address
        library.download("slimsam-77")
        library.verify("slimsam-77")
        assert [asked[0] for asked in other.requests] == ["GET", "GET"]
        assert {*hub.tokens, *other.tokens} == {None}


@pytest.mark.usefixtures("trusted")
def test_from_a_secure_to_a_plain_server(
    hub: Hub, library: ModelLibrary, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, also when the file itself is asked for: nothing is asked on the plain way."""
    with secure(dict(hub.files), certificate) as (first, address):
        monkeypatch.setenv("HF_ENDPOINT", address)
        first.elsewhere = hub.url
        with pytest.raises(DownloadError, match="from a secure to a plain address"):
            library.download("slimsam-77")
        first.elsewhere = ""
        first.gets, first.told_with_get = 302, {"Location": f"{hub.url}/x"}
        with pytest.raises(DownloadError, match="from a secure to a plain address"):
            library.download("slimsam-77")
        assert not hub.requests
        first.gets = None
        library.download("slimsam-77")
        library.verify("slimsam-77")
        assert {*first.tokens} == {None}


def test_a_certificate_that_nobody_trusts(hub: Hub, library: ModelLibrary, certificate: Path) -> None:
    with secure(dict(hub.files), certificate) as (other, address):
        hub.elsewhere = address
        with pytest.raises(DownloadError, match=r"(?i)certificate"):
            library.download("slimsam-77")
        assert not other.requests
