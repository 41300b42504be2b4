"""Downloading against a local server that speaks the part of the hub's protocol that is used."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, DownloadError, ModelNotFound, OutputError
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken, Progress
from tests.checkpoints.mobile_sam_files import mobile_sam_state
from tests.hub_server import Hub, hub, model_files, running

__all__ = ["hub", "model_files"]  # fixtures


@pytest.fixture
def library(tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "data")


def test_download_installs_the_model_and_leaves_nothing_else(hub: Hub, library: ModelLibrary) -> None:
    seen: list[Progress] = []
    info = library.download("slimsam-77", seen.append)
    assert (info.name, info.licence, info.bundled) == ("slimsam-77", "Apache-2.0", False)
    assert info.source == "https://huggingface.co/Zigeng/SlimSAM-uniform-77"
    assert library.default().name == "slimsam-77"
    library.verify("slimsam-77")
    assert [p.name for p in library.downloads_dir.iterdir()] == []
    total = len(hub.files["config.json"]) + len(hub.files["model.safetensors"])
    assert seen[-1].done == seen[-1].total == total
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert "slimsam-77" not in [m.name for m in library.downloadable()]


def test_an_installed_model_is_not_downloaded_again(hub: Hub, library: ModelLibrary) -> None:
    first = library.download("slimsam-77")
    hub.requests.clear()
    assert library.download("slimsam-77") == first
    assert not hub.requests


def ranges(hub: Hub) -> list[str]:
    return [asked for method, _, asked in hub.requests if method == "GET" and asked]


@pytest.mark.parametrize("honours_ranges", [True, False])
def test_a_broken_download_continues(hub: Hub, library: ModelLibrary, honours_ranges: bool) -> None:
    hub.honours_ranges = honours_ranges
    hub.broken_after = 1_000_000
    with pytest.raises(DownloadError, match=r"slimsam-77 could not be downloaded.*import it under"):
        library.download("slimsam-77")
    assert not [m for m in library.installed() if not m.bundled]
    hub.broken_after = None
    library.download("slimsam-77")
    assert ranges(hub)[0].startswith("bytes=")
    assert int(ranges(hub)[0][6:-1]) > 500_000
    library.verify("slimsam-77")


def test_a_cancelled_download_continues(hub: Hub, library: ModelLibrary) -> None:
    cancel = CancelToken()

    def cancel_half_way(progress: Progress) -> None:
        if (progress.fraction or 0) > 0.5:
            cancel.cancel()

    with pytest.raises(Cancelled):
        library.download("slimsam-77", cancel_half_way, cancel)
    assert not [m for m in library.installed() if not m.bundled]
    seen: list[Progress] = []
    library.download("slimsam-77", seen.append)
    assert len(ranges(hub)) == 1
    library.verify("slimsam-77")


def test_damaged_bytes_are_noticed_and_not_kept(hub: Hub, library: ModelLibrary) -> None:
    hub.corrupt = True
    with pytest.raises(DownloadError, match="arrived damaged"):
        library.download("slimsam-77")
    hub.corrupt = False
    library.download("slimsam-77")
    library.verify("slimsam-77")


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_what_the_server_says_is_told(hub: Hub, library: ModelLibrary, status: int) -> None:
    hub.status = status
    with pytest.raises(DownloadError, match=r"could not be downloaded") as caught:
        library.download("slimsam-77")
    assert str(status) in caught.value.message
    assert "import" in caught.value.hint


def test_no_network(
    library: ModelLibrary, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="refused"):
        library.download("slimsam-77")
    assert main(["models", "download", "slimsam-77"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "slimsam models import FOLDER" in error


def test_names_that_nobody_published(library: ModelLibrary) -> None:
    with pytest.raises(ModelNotFound, match="slimsam-50"):
        library.download("slimsam-99")


def test_a_data_folder_that_cannot_be_written(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    with pytest.raises(OutputError):
        ModelLibrary(tmp_path / "data").download("slimsam-77")
    assert not hub.requests


def test_from_the_shell(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "download", "slimsam-77"]) == 0
    assert "installed slimsam-77" in capsys.readouterr().out
    assert main(["models", "list"]) == 0
    assert "slimsam-77 *" in capsys.readouterr().out
    assert main(["models", "verify", "slimsam-77"]) == 0
    assert main(["models", "delete", "slimsam-77"]) == 0
    assert main(["models", "verify", "slimsam-77"]) == 1
    assert hub.requests


def parts(library: ModelLibrary) -> list[tuple[str, int]]:
    folder = library.downloads_dir / "slimsam-77"
    return [(path.name, path.stat().st_size) for path in sorted(folder.glob("*.part"))]


def test_a_server_that_sends_more_than_it_promised_is_cut_off(hub: Hub, library: ModelLibrary) -> None:
    hub.surplus = 50_000_000
    with pytest.raises(DownloadError, match=r"sends more than the .* bytes that it promised"):
        library.download("slimsam-77")
    assert all(size <= max(map(len, hub.files.values())) for _, size in parts(library))
    assert not [m for m in library.installed() if not m.bundled]


@pytest.mark.parametrize("promised", [0, 10**15])
def test_sizes_that_such_a_file_cannot_have_are_refused(
    hub: Hub, library: ModelLibrary, promised: int
) -> None:
    hub.promised = promised
    with pytest.raises(DownloadError, match=r"does not say the size|is not the size of such a file"):
        library.download("slimsam-77")
    assert not [asked for asked in hub.requests if asked[0] == "GET"]


def test_a_server_that_sends_byte_by_byte_has_stalled(
    hub: Hub, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.library.hub.STALL_S", 0.5)
    hub.pause_s = 0.02
    with pytest.raises(DownloadError, match=r"model\.safetensors: only \d+ bytes came.*what came is kept"):
        library.download("slimsam-77")
    ((name, kept),) = parts(library)
    assert name.startswith("model.safetensors.")
    assert kept > 0
    hub.pause_s = 0.0
    library.download("slimsam-77")
    assert ranges(hub) == [f"bytes={kept}-"]
    library.verify("slimsam-77")


def test_headers_that_come_letter_by_letter_have_an_end(
    hub: Hub, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.library.hub.ANSWER_S", 0.5)
    hub.head_pause_s = 0.02
    with pytest.raises(DownloadError, match="did not answer"):
        library.download("slimsam-77")


def test_waiting_for_headers_can_be_cancelled(hub: Hub, library: ModelLibrary) -> None:
    hub.head_pause_s = 0.02
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        library.download("slimsam-77", cancel=cancel)


def test_a_file_that_changed_meanwhile_begins_anew(hub: Hub, library: ModelLibrary) -> None:
    hub.broken_after = 100_000
    with pytest.raises(DownloadError):
        library.download("slimsam-77")
    (old,) = parts(library)
    hub.broken_after = None
    config = hub.files["config.json"]
    hub.files["config.json"] = config + b"\n"
    data = bytearray(hub.files["model.safetensors"])
    data[-1] ^= 1
    hub.files["model.safetensors"] = bytes(data)
    library.download("slimsam-77")
    assert old not in parts(library)
    assert not ranges(hub)
    library.verify("slimsam-77")


def test_another_part_than_was_asked_is_refused(hub: Hub, library: ModelLibrary) -> None:
    hub.broken_after = 1_000_000
    with pytest.raises(DownloadError):
        library.download("slimsam-77")
    hub.broken_after, hub.other_range = None, True
    with pytest.raises(DownloadError, match="another part than was asked"):
        library.download("slimsam-77")
    library.download("slimsam-77")  # from the beginning
    library.verify("slimsam-77")


def test_no_token_is_sent_to_any_server(
    hub: Hub, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published models need none; a mirror, and where it leads, would learn the user's."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with running(dict(hub.files)) as other:
        hub.elsewhere = other.url
        library.download("slimsam-77")
        assert [asked[0] for asked in other.requests] == ["GET", "GET"]
        assert {*hub.tokens, *other.tokens} == {None}


def test_small_files_are_compared_with_the_hash_of_git(hub: Hub, library: ModelLibrary) -> None:
    hub.git_hashes = True
    hub.corrupt = True
    with pytest.raises(DownloadError, match=r"config\.json arrived damaged"):
        library.download("slimsam-77")
    hub.corrupt = False
    library.download("slimsam-77")


def test_a_published_model_that_is_not_installed_says_how_to_get_it(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command in the hint does what it says."""
    assert main(["models", "info", "slimsam-77"]) == 1
    told = capsys.readouterr().err
    assert "slimsam-77 is not installed. Get it: slimsam models download slimsam-77." in told
    assert main(told.partition("Get it: slimsam ")[2].partition(".")[0].split()) == 0
    assert main(["models", "info", "slimsam-77"]) == 0
    assert hub.requests


def test_a_model_whose_page_has_one_file_of_weights_is_installed_from_it(
    library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(mobile_sam_state(), tmp_path / "mobile_sam.pt")
    with running({"mobile_sam.pt": (tmp_path / "mobile_sam.pt").read_bytes()}) as server:
        server.repo = "dhkim2810/MobileSAM"
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        info = library.download("mobile-sam")
        assert (info.arch.family, info.licence) == ("tiny_vit", "Apache-2.0")
        assert info.source == "https://huggingface.co/dhkim2810/MobileSAM"
        library.verify("mobile-sam")
        assert "mobile-sam" not in [m.name for m in library.downloadable()]
        library.delete("mobile-sam")
        server.status = 500
        with pytest.raises(DownloadError) as caught:
            library.download("mobile-sam")
    assert "copy mobile_sam.pt of" in (caught.value.hint or "")
    assert caught.value.command == "slimsam models import mobile_sam.pt --name mobile-sam"
