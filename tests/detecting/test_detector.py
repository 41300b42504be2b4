"""Each family finds what is there, where it is; files that are none are told apart."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from slimsam_core import own_process
from slimsam_core.detecting.class_names import given_names, usual_names
from slimsam_core.detecting.detector import Detection, Detector
from slimsam_core.detecting.found import Found
from slimsam_core.detecting.trial import tried_detector
from slimsam_core.errors import Cancelled, CheckpointError
from slimsam_core.files.onnx_file import open_onnx
from slimsam_core.progress import CancelToken
from tests.detecting import networks
from tests.detecting.networks import CELL, NAMES, SIDE, Writer, levels, save

RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(width: int, height: int, *squares: tuple[tuple[int, int, int], int, int, int, int]) -> np.ndarray:
    """A grey picture with squares: colour, x, y, width, height."""
    rgb = np.full((height, width, 3), 90, np.uint8)
    for colour, x, y, w, h in squares:
        rgb[y : y + h, x : x + w] = colour
    return rgb


def found(detector: Detector, rgb: np.ndarray, *, masks: bool = False) -> list[Detection]:
    return detector.find(rgb, 0.5, 0.5, masks=masks)


def named(detector: Detector, rgb: np.ndarray) -> dict[str, tuple[float, ...]]:
    return {
        detector.names[one.class_index]: tuple(round(v, 3) for v in one.box.as_tuple())
        for one in found(detector, rgb)
    }


@pytest.mark.parametrize("family", networks.FAMILIES)
def test_each_family_is_known_and_finds_what_is_there(family: str, tmp_path: Path) -> None:
    detector = Detector.open(networks.FAMILIES[family](tmp_path / "a.onnx"))
    assert detector.title.startswith(family.split(" of ")[0].split(" from ")[0].split(" in ")[0])
    assert len(detector.names) == 2
    rgb = picture(SIDE, SIDE, (RED, 16, 24, CELL, CELL), (BLUE, 40, 8, CELL, CELL))
    (first, second) = sorted(found(detector, rgb), key=lambda one: one.class_index)
    assert first.box.as_tuple() == pytest.approx((16, 24, 24, 32), abs=1e-3)
    assert second.box.as_tuple() == pytest.approx((40, 8, 48, 16), abs=1e-3)
    assert [first.class_index, second.class_index] == [0, 1]
    assert first.score > 0.99
    assert found(detector, picture(SIDE, SIDE)) == []


@pytest.mark.parametrize(
    ("make", "rgb", "expected"),
    [
        # half as large, and centred: 16 rows of grey above; red lies in the cell in row 3, column 2
        (networks.yolo_v8, picture(128, 64, (RED, 32, 16, 16, 16)), (32, 16, 48, 32)),
        (networks.yolo_v5, picture(128, 64, (RED, 32, 16, 16, 16)), (32, 16, 48, 32)),
        # a picture that is higher than wide
        (networks.yolo_v8, picture(64, 128, (RED, 16, 32, 16, 16)), (16, 32, 32, 48)),
        # twice as large
        (networks.yolo_v8, picture(32, 32, (RED, 8, 12, 4, 4)), (8, 12, 12, 16)),
        # in the corner: no grey above
        (networks.yolox, picture(128, 64, (RED, 32, 16, 16, 16)), (32, 16, 48, 32)),
        # stretched: half as wide and as high as before
        (networks.rf_detr, picture(128, 64, (RED, 32, 16, 16, 8)), (32, 16, 48, 24)),
        (networks.rt_detr_makers, picture(128, 64, (RED, 32, 16, 16, 8)), (32, 16, 48, 24)),
    ],
)
def test_boxes_come_back_to_where_things_are(make, rgb, expected, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (one,) = found(Detector.open(make(tmp_path / "a.onnx")), rgb)
    assert one.box.as_tuple() == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("family", ["YOLOv8, 11 or 12 with masks", "RF-DETR with masks"])
def test_masks_of_the_detector_cover_the_thing(family: str, tmp_path: Path) -> None:
    detector = Detector.open(networks.FAMILIES[family](tmp_path / "a.onnx"))
    assert detector.has_masks
    square = (RED, 32, 32, 16, 16)
    rgb = picture(128, 128, square)
    (one,) = found(detector, rgb, masks=True)
    truth = np.zeros((128, 128), bool)
    truth[32:48, 32:48] = True
    assert one.mask is not None
    pixels = one.mask.decode()
    assert (pixels & truth).sum() / (pixels | truth).sum() > 0.85  # its corners are round
    assert np.argwhere(pixels).mean(0) == pytest.approx(np.argwhere(truth).mean(0), abs=0.1)
    (plain,) = found(detector, rgb)
    assert plain.mask is None


def test_of_boxes_of_one_thing_the_best_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [0, 0, 10, 10], [30, 30, 40, 40]], np.float32)
    scores = np.array([0.6, 0.9, 0.5, 0.7], np.float32)
    rows = Found(boxes, scores, np.array([0, 0, 1, 0])).chosen(0.3, 0.5)
    assert rows.tolist() == [1, 3, 2]  # the third is of another class
    assert Found(boxes, scores, np.array([0, 0, 1, 0])).chosen(0.55, None).tolist() == [1, 3, 0]


@pytest.mark.parametrize(
    "description", ["Ultralytics rtdetr-l model trained on two.yaml", "Ultralytics RT-DETR-x model", ""]
)
def test_an_rt_detr_of_two_classes_is_no_yolo(description: str, tmp_path: Path) -> None:
    """Both answer with rows of six; where nothing says the family, the values do."""
    detector = Detector.open(networks.rt_detr_ultralytics(tmp_path / "a.onnx", description))
    assert detector.title == "RT-DETR"
    rgb = picture(SIDE, SIDE, (RED, 16, 24, CELL, CELL), (BLUE, 40, 8, CELL, CELL))
    assert named(detector, rgb) == {"red": (16, 24, 24, 32), "blue": (40, 8, 48, 16)}


@pytest.mark.parametrize("make", [networks.rt_detr_makers, networks.yolo_end_to_end])
def test_classes_that_nothing_names_or_counts_are_numbers(make: Callable[..., Path], tmp_path: Path) -> None:
    """They were called person and bicycle, after COCO."""
    detector = Detector.open(make(tmp_path / "a.onnx", {}))
    assert not detector.names_classes
    rgb = picture(SIDE, SIDE, (RED, 16, 24, CELL, CELL), (BLUE, 40, 8, CELL, CELL))
    assert set(named(detector, rgb)) == {"class 0", "class 1"}
    assert Detector.open(make(tmp_path / "b.onnx")).names_classes


def test_numbers_that_are_none_find_nothing() -> None:
    boxes = np.array([[np.nan, 0, 10, 10], [0, 0, np.inf, 10], [5, 5, 5, 9], [0, 0, 9, 9]], np.float32)
    scores = np.array([0.9, 0.9, 0.9, np.nan], np.float32)
    assert Found(boxes, scores, np.zeros(4, np.int64)).chosen(0.1, 0.5).size == 0


def test_the_classes_are_those_of_the_file_or_the_usual_ones() -> None:
    assert given_names({"names": "{0: 'cat', 1: \"dog's bed\"}"}) == ("cat", "dog's bed")
    assert given_names({"names": "['cat', 'dog']"}) == ("cat", "dog")
    assert given_names({"names": "{0: 'cat', 2: 'dog\\x1b'}"}) == ("cat", "class 1", "class 2")
    for nonsense in (
        "",
        "__import__('os')",
        "{'a': 'b'}",
        "[" * 5000,
        "{-1: 'a'}",
        "{99999999: 'a'}",
        "7",
        "{}",
    ):
        assert given_names({"names": nonsense}) == (), nonsense[:20]
    assert usual_names(80)[::79] == ("person", "toothbrush")
    assert usual_names(91)[1] == "person"
    assert usual_names(91)[90] == "toothbrush"
    assert usual_names(3) == ("class 0", "class 1", "class 2")


def test_a_network_that_takes_any_size_is_computed_at_the_one_it_was_trained_with(tmp_path: Path) -> None:
    notes = {**NAMES, "imgsz": f"[{SIDE}, {SIDE}]"}
    detector = Detector.open(networks.yolo_v8(tmp_path / "a.onnx", notes, side="any"))
    assert detector.input_size.hw == (SIDE, SIDE)


def other(path: Path, shape: tuple[int, ...], side: object = SIDE, **notes: str) -> Path:
    """A network that answers with zeros of this shape."""
    writer = Writer()
    total = writer.add("Mul", writer.add("ReduceMean", "images", keepdims=0), writer.constant(0.0))
    writer.add("Add", writer.constant(np.zeros(shape)), total, out="output0")
    return save(path, writer, {"output0": onnx.TensorProto.FLOAT}, notes, side=side)


@pytest.mark.parametrize(
    ("shape", "notes", "words"),
    [
        ((1, 1000), {}, "no detector that this program knows"),
        ((1, 17, 123), {}, None),  # a DETR of 119 classes, for all that can be known
        ((1, 56, 84), {"task": "pose"}, "another task: pose"),
        ((1, 3, 16, 16), {}, "no detector that this program knows"),
        ((1, 84, 3), {}, "no detector that this program knows"),
    ],
)
def test_other_networks_are_told_apart(
    shape: tuple[int, ...], notes: dict[str, str], words: str | None, tmp_path: Path
) -> None:
    path = other(tmp_path / "a.onnx", shape, **notes)
    if words is None:
        assert Detector.open(path).title == "RT-DETR"
        return
    with pytest.raises(CheckpointError, match=words):
        Detector.open(path)


def test_files_that_are_no_networks(tmp_path: Path) -> None:
    good = networks.yolo_v8(tmp_path / "good.onnx").read_bytes()
    for name, content in {
        "empty": b"",
        "text": b"hello " * 100,
        "half": good[: len(good) // 2],
        "endless number": b"\xff" * 30,
        "deep": _nested(60),
        "no graph": b"\x08\x08",
    }.items():
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(content)
        with pytest.raises(CheckpointError):
            Detector.open(path)
    with pytest.raises(CheckpointError, match="cannot be read"):
        Detector.open(tmp_path / "missing.onnx")
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(CheckpointError, match="cannot be read"):
        Detector.open(tmp_path / "folder.onnx")
    with pytest.raises(CheckpointError, match="not an ONNX file"):
        Detector.open(tmp_path / "weights.pt")


def _nested(depth: int) -> bytes:
    """Graphs in attributes of nodes of graphs."""
    content = b""
    for _ in range(depth):
        for key in (b"\x32", b"\x2a", b"\x0a"):  # attribute.g, node.attribute, graph.node
            content = key + _length(content) + content
    return b"\x3a" + _length(content) + content


def _length(content: bytes) -> bytes:
    left, out = len(content), b""
    while left >= 0x80:
        out += bytes([left & 0x7F | 0x80])
        left >>= 7
    return out + bytes([left])


def test_weights_beside_the_file_are_read_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "detector"
    folder.mkdir()
    model = onnx.load(networks.yolo_v8(folder / "a.onnx"))
    onnx.save(
        model, folder / "a.onnx", save_as_external_data=True, location="a.data", size_threshold=0,
    )  # fmt: skip
    detector = Detector.open(folder / "a.onnx")
    assert open_onnx(folder / "a.onnx").beside == ("a.data",)
    rgb = picture(SIDE, SIDE, (RED, 16, 24, CELL, CELL))
    assert named(detector, rgb) == {"red": (16, 24, 24, 32)}
    (folder / "a.data").rename(tmp_path / "a.data")
    with pytest.raises(CheckpointError, match=r"a\.data, which cannot be read"):
        Detector.open(folder / "a.onnx")
    for place in ("../a.data", str(tmp_path / "a.data"), "link/a.data"):
        bad = onnx.load(folder / "a.onnx", load_external_data=False)
        for tensor in bad.graph.initializer:
            for entry in tensor.external_data:
                entry.value = place if entry.key == "location" else entry.value
        (folder / "b.onnx").write_bytes(bad.SerializeToString())
        if not (folder / "link").exists():
            (folder / "link").symlink_to(tmp_path)
        with pytest.raises(CheckpointError, match="outside its folder"):
            Detector.open(folder / "b.onnx")


def test_a_batch_other_inputs_and_absurd_sizes_are_refused(tmp_path: Path) -> None:
    for side in (8, 10_000):
        with pytest.raises(CheckpointError, match="pictures of another shape"):
            Detector.open(other(tmp_path / "a.onnx", (1, 6, 84), side))
    writer = Writer()
    levels(writer)
    writer.add("ReduceMean", "orig_target_sizes", out="output0", keepdims=0)
    writer.nodes = writer.nodes[-1:]
    model = save(tmp_path / "b.onnx", writer, {"output0": onnx.TensorProto.INT64}, takes_size=True)
    loaded = onnx.load(model)
    del loaded.graph.input[0]
    onnx.save(loaded, model)
    with pytest.raises(CheckpointError, match="something else than one picture"):
        Detector.open(model)


def test_the_name_of_a_folder_says_nothing_about_the_trial(tmp_path: Path) -> None:
    folder = tmp_path / "allocated memory"
    folder.mkdir()
    with pytest.raises(CheckpointError, match="no detector that this program knows"):
        tried_detector(other(folder / "other.onnx", (1, 3, 16, 16)))


def test_a_file_that_asks_for_any_memory_is_refused_in_its_trial(tmp_path: Path) -> None:
    """A constant that is repeated to 60 GB: a reader computes it at once."""
    writer = Writer()
    much = writer.add("Tile", writer.constant(np.ones((1, 4))), writer.constant([1 << 20, 1 << 12], np.int64))
    writer.add("Add", much, writer.add("ReduceMean", "images", keepdims=0), out="output0")
    path = save(tmp_path / "a.onnx", writer, {"output0": onnx.TensorProto.FLOAT})
    with pytest.raises(CheckpointError, match=r"too much memory or time|too many numbers"):
        tried_detector(path)
    good = tried_detector(networks.yolo_v8(tmp_path / "good.onnx"))
    assert good.names == ("red", "blue")
    with pytest.raises(CheckpointError, match="no detector that this program knows"):
        tried_detector(other(tmp_path / "other.onnx", (1, 3, 16, 16)))


def test_a_trial_that_is_cancelled_ends_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It computed on for two minutes beside everything else."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *_: object, **more: object) -> None:
            super().__init__([sys.executable, "-c", "import time; time.sleep(60)"], **more)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(own_process.subprocess, "Popen", Noted)
    token, begun = CancelToken(), time.monotonic()
    threading.Timer(0.5, token.cancel).start()
    with pytest.raises(Cancelled):
        tried_detector(networks.yolo_v8(tmp_path / "good.onnx"), token)
    assert time.monotonic() - begun < 30
    (child,) = started
    assert child.wait(10) != 0


def test_a_part_says_what_it_printed_and_ends_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(code: str, seconds: float) -> tuple[int | None, str]:
        monkeypatch.setattr(own_process, "part_command", lambda *_: [sys.executable, "-c", code])
        return own_process.try_part("slimsam_core.detecting.trial", seconds=seconds)

    assert run("import time; print('x' * 300_000); time.sleep(0.4); exit(3)", 60) == (3, "x" * 300_000 + "\n")
    assert run("import time; time.sleep(60)", 0.3) == (None, "")
