"""A folder is encoded once, whoever does it and however often they are interrupted."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, DeviceUnavailable, ImageReadError, OutputError
from slimsam_core.inference import cluster
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.preparation import PreparationReport, prepare_pictures
from slimsam_core.judging.summary import COLUMNS
from slimsam_core.pixels.image_io import read_image
from slimsam_core.progress import CancelToken, Progress
from tests.synthetic import write_sa1b
from tests.tiny_models import tiny_sam

COUNT = 6


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "pictures"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for number in range(COUNT):
        rgb = generator.integers(0, 256, (40, 50, 3), np.uint8)
        Image.fromarray(rgb).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(tiny_sam(), model_hash="tiny")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def store(cache: Path) -> EmbeddingStore:
    return EmbeddingStore(0, cache, 1 << 24)


def test_every_picture_is_encoded_and_found_afterwards(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    steps: list[Progress] = []
    report = prepare_pictures(pictures, predictor, store(cache), steps.append)
    assert report == PreparationReport(encoded=COUNT)
    assert [s.done for s in steps] == list(range(1, COUNT + 1))
    assert "left" in steps[0].message
    for path in pictures:
        rgb = read_image(path).rgb
        found = store(cache).get(EmbeddingKey.of(rgb, "tiny", predictor.arch.fit))
        assert found is not None
        np.testing.assert_allclose(found.features, predictor.embed(rgb).features, atol=2e-3)


def test_a_second_run_encodes_and_reads_nothing(
    pictures: list[Path], predictor: Predictor, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_pictures(pictures, predictor, store(cache))

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("slimsam_core.inference.preparation.read_image", refuse)
    assert prepare_pictures(pictures, predictor, store(cache)) == PreparationReport(ready_before=COUNT)


def test_an_interrupted_run_goes_on_where_it_stopped(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        prepare_pictures(
            pictures, predictor, store(cache), lambda p: cancel.cancel() if p.done == 2 else None, cancel
        )
    assert not list(cache.rglob("*.claim"))
    report = prepare_pictures(pictures, predictor, store(cache))
    assert report == PreparationReport(encoded=COUNT - 2, ready_before=2)


def test_a_changed_picture_and_another_model_are_encoded_anew(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    prepare_pictures(pictures, predictor, store(cache))
    Image.new("RGB", (30, 30), "red").save(pictures[0])
    assert prepare_pictures(pictures, predictor, store(cache)).encoded == 1
    other = Predictor(tiny_sam(1), model_hash="other")
    assert prepare_pictures(pictures, other, store(cache)).encoded == COUNT


def test_a_lost_embedding_or_a_damaged_mark_is_made_again(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    prepare_pictures(pictures, predictor, store(cache))
    next(cache.rglob("*.embedding")).unlink()
    assert prepare_pictures(pictures, predictor, store(cache)).encoded == 1
    for mark, text in zip(sorted(cache.rglob("*.json"))[:3], ("", "{", '{"pixels": 3}'), strict=True):
        mark.write_text(text)
    assert prepare_pictures(pictures, predictor, store(cache)) == PreparationReport(ready_before=COUNT)


def test_damaged_embeddings_are_made_again(pictures: list[Path], predictor: Predictor, cache: Path) -> None:
    prepare_pictures(pictures, predictor, store(cache))
    first, second, *_ = sorted(cache.rglob("*.embedding"))
    first.write_bytes(first.read_bytes()[:-100])
    flipped = bytearray(second.read_bytes())
    flipped[-200] ^= 1
    second.write_bytes(flipped)
    again = prepare_pictures(pictures, predictor, store(cache))
    assert (again.encoded, again.ready_before) == (2, COUNT - 2)
    assert prepare_pictures(pictures, predictor, store(cache)) == PreparationReport(ready_before=COUNT)


def test_unreadable_pictures_are_reported_and_the_rest_is_done(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    pictures[1].write_bytes(b"")
    pictures[2].write_bytes(pictures[3].read_bytes()[:100])
    missing = pictures[0].with_name("missing.png")
    report = prepare_pictures([*pictures, missing], predictor, store(cache))
    assert report.encoded == COUNT - 2
    assert [name in str(e) for name, e in zip(("1.png", "2.png", "missing.png"), report.failed, strict=True)]


def test_equal_pictures_are_encoded_once(pictures: list[Path], predictor: Predictor, cache: Path) -> None:
    pictures[1].write_bytes(pictures[0].read_bytes())
    report = prepare_pictures(pictures, predictor, store(cache))
    assert report == PreparationReport(encoded=COUNT - 1, ready_before=1)


def claim_first(cache: Path, pictures: list[Path], predictor: Predictor, content: object) -> Path:
    """Put the claim of another process on the first picture."""
    prepare_pictures(pictures[:1], predictor, store(cache))
    (mark,) = (cache / "prepared").glob("*.json")
    mark.unlink()
    for embedding in cache.rglob("*.embedding"):
        embedding.unlink()
    claim = mark.with_suffix(".claim")
    claim.write_text(json.dumps(content))
    return claim


def test_what_another_process_encodes_is_left_to_it(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    claim = claim_first(cache, pictures, predictor, [socket.gethostname(), os.getpid()])
    report = prepare_pictures(pictures, predictor, store(cache))
    assert report == PreparationReport(encoded=COUNT - 1, elsewhere=1)
    assert claim.exists()


@pytest.mark.parametrize("content", [[socket.gethostname(), 2**22 + 1], ["far away", 1], "nonsense"])
@pytest.mark.parametrize("age", [0, 3600, -3600])
def test_claims_of_dead_processes_are_taken_over(
    pictures: list[Path], predictor: Predictor, cache: Path, content: object, age: float
) -> None:
    claim = claim_first(cache, pictures, predictor, content)
    moment = claim.stat().st_mtime - age
    os.utime(claim, (moment, moment))
    report = prepare_pictures(pictures, predictor, store(cache))
    dead = age != 0 or (content != "nonsense" and content[0] == socket.gethostname())  # type: ignore[index]
    assert report.encoded == (COUNT if dead else COUNT - 1)


HERE = socket.gethostname()


@pytest.mark.parametrize(
    "content",
    [
        5,
        None,
        {},
        [],
        [HERE],
        [HERE, "x"],
        [HERE, 10**30],
        [HERE, -1],
        [HERE, 0],
        [HERE, 1.5],
        [[], {}],
        "ab",
    ],
)
def test_a_claim_that_names_no_process_holds_until_it_is_old(
    pictures: list[Path], predictor: Predictor, cache: Path, content: object
) -> None:
    claim = claim_first(cache, pictures, predictor, content)
    assert prepare_pictures(pictures, predictor, store(cache)).elsewhere == 1
    os.utime(claim, (0, 0))
    assert prepare_pictures(pictures, predictor, store(cache)).encoded == 1


def _prepare(pictures: list[str], cache: str, queue: multiprocessing.Queue[int]) -> None:
    predictor = Predictor(tiny_sam(), model_hash="tiny")
    queue.put(prepare_pictures([Path(p) for p in pictures], predictor, store(Path(cache))).encoded)


def test_two_processes_share_the_work(pictures: list[Path], predictor: Predictor, cache: Path) -> None:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    arguments = ([str(p) for p in pictures], str(cache), queue)
    workers = [context.Process(target=_prepare, args=arguments) for _ in range(2)]
    for worker in workers:
        worker.start()
    encoded = [queue.get(timeout=100) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert sum(encoded) == COUNT
    assert prepare_pictures(pictures, predictor, store(cache)).ready_before == COUNT


def test_a_folder_larger_than_the_quota_is_refused_before_work(
    pictures: list[Path], predictor: Predictor, cache: Path
) -> None:
    with pytest.raises(OutputError, match="Raise the quota"):
        prepare_pictures(pictures, predictor, EmbeddingStore(0, cache, 10_000))
    with pytest.raises(ValueError, match="on disk"):
        prepare_pictures(pictures, predictor, EmbeddingStore())


def test_a_disk_that_fills_up_stops_the_run(
    pictures: list[Path], predictor: Predictor, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OutputError("Cannot write: No space left on device.")

    monkeypatch.setattr("slimsam_core.inference.embedding_store.write_checked", full)
    with pytest.raises(OutputError, match="No space left"):
        prepare_pictures(pictures, predictor, store(cache))
    (cache / "blocked").write_text("")
    with pytest.raises(OutputError):
        prepare_pictures(pictures, predictor, store(cache / "blocked"))


def test_the_command_prepares_a_folder(
    pictures: list[Path], tiny_model: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures[0].write_bytes(b"not a picture")
    arguments = ["prepare", str(pictures[0].parent), "--model", str(tiny_model), "--cache", str(cache)]
    assert main([*arguments, "--runtime", "torch"]) == 0
    out = capsys.readouterr()
    assert f"{COUNT - 1} encoded, 0 ready before, 0 with another process, 1 unreadable" in out.out
    assert "0.png" in out.err
    assert main([*arguments, "--runtime", "torch"]) == 0
    assert f"0 encoded, {COUNT - 1} ready before" in capsys.readouterr().out


@pytest.mark.parametrize("quota", ["0", "-1", "many", "nan"])
def test_a_wrong_quota_is_a_usage_error(tmp_path: Path, quota: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["prepare", str(tmp_path), "--quota-gb", quota])
    assert stopped.value.code == 2


def test_an_empty_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", str(tmp_path)]) == 1
    assert "no pictures" in capsys.readouterr().err


def test_without_ray_its_absence_is_told(
    pictures: list[Path], tiny_model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(DeviceUnavailable, match="pip install"):
        cluster.prepare_on_cluster(pictures, str(tiny_model), "cpu", "torch", cache, quota=1 << 24)


def test_everything_without_ray_tells_its_absence(
    pictures: list[Path],
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    out = tmp_path / "all.json"
    command = ["everything", str(pictures[0].parent), "--model", str(tiny_model), "--out", str(out), "--ray"]
    assert main(command) == 1
    assert "pip install" in capsys.readouterr().err
    assert not out.exists()


def test_ray_reports_nothing_to_its_makers(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED", raising=False)
    started: list[str | None] = []
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", lambda **_: started.append(os.environ.get("RAY_USAGE_STATS_ENABLED")))
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with cluster.connected():
        assert started == ["0"]


@pytest.fixture(scope="module")
def ray_cluster() -> Iterator[None]:
    """One cluster on this machine for all tests: a process starts no second one reliably."""
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.usefixtures("ray_cluster")
def test_a_ray_cluster_segments_everything_as_one_process_does(
    pictures: list[Path], tiny_model: Path, tmp_path: Path
) -> None:
    pictures[1].write_bytes(b"")
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    model = ["--model", str(tiny_model), "--runtime", "torch"]
    options = ["--points-per-side", "3", "--pred-iou-thresh", "0", "--stability-score-thresh", "0"]
    command = ["everything", str(pictures[0].parent), *model, *options]
    assert main([*command, "--out", str(here)]) == 0
    assert main([*command, "--out", str(there), "--ray"]) == 0
    alone, shared = (json.loads(path.read_text()) for path in (here, there))
    assert shared["images"] == alone["images"]
    assert len(shared["images"]) == COUNT - 1
    assert [a["segmentation"] for a in shared["annotations"]] == [
        a["segmentation"] for a in alone["annotations"]
    ]


@pytest.mark.usefixtures("ray_cluster")
def test_a_ray_cluster_shares_the_work(pictures: list[Path], tiny_model: Path, cache: Path) -> None:
    pictures[0].write_bytes(b"")
    report = cluster.prepare_on_cluster(pictures, str(tiny_model), "cpu", "torch", cache, quota=1 << 24)
    assert report.encoded == COUNT - 1
    assert len(report.failed) == 1
    assert threading.active_count() < 50


@pytest.mark.usefixtures("ray_cluster")
def test_what_a_lost_node_had_is_done_again(tmp_path: Path) -> None:
    def dies_once(numbers: list[int], marker: Path) -> list[int]:
        if 3 in numbers and not marker.exists():
            marker.touch()
            os._exit(1)
        return numbers

    marker = tmp_path / "died"
    assert sorted(cluster.shared_out(dies_once, range(40), marker)) == list(range(40))
    assert marker.exists()


@pytest.mark.usefixtures("ray_cluster")
def test_a_ray_cluster_judges_as_one_process_does(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CHUNK", 2)
    data = write_sa1b(tmp_path / "shapes", 5)
    (data / "001.png").write_bytes(b"no picture")
    command = ["evaluate", str(tiny_model), "--data", str(data), "--runtime", "torch", "--clicks", "5"]
    found: list[dict[str, float]] = []
    left_out: list[str] = []
    for name, more in (("alone", []), ("shared", ["--ray"])):
        out = tmp_path / f"{name}.json"
        assert main([*command, "--out", str(out), *more]) == 0
        (values,) = json.loads(out.read_text()).values()
        found.append({key: values[key] for key in ("n_objects", "n_images", "n_skipped_images", *COLUMNS)})
        left_out.append([line for line in capsys.readouterr().err.splitlines() if "001.png" in line][-1])
    assert found[1] == pytest.approx(found[0], abs=1e-2)  # torch's last digits change from run to run
    assert found[1]["n_skipped_images"] == 1
    assert left_out[0] == left_out[1]


@pytest.mark.usefixtures("ray_cluster")
def test_an_error_on_a_node_comes_back_in_its_own_words() -> None:
    def fails(_: list[int]) -> list[int]:
        raise ImageReadError("The picture {name} is gone.", "Look for it.", name="x{y}")

    with pytest.raises(ImageReadError, match=r"^The picture x\{y\} is gone\. Look for it\.$"):
        list(cluster.shared_out(fails, range(3)))
