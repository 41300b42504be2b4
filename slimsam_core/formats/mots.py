"""MOTS as text: a line an object and frame with frame, number, class, height, width and a run-length code.

``<sequence>/gt/gt.txt`` and ``<sequence>/img1/000001.jpg``, as the MOTS Challenge lays it out, are a folder
of pictures; KITTI's ``0000.txt`` is read too. The number is class * 1000 + a number in the class.
``labels.txt`` names the classes, ``frames.json`` the pictures. Objects of a frame do not overlap.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from slimsam_core.annotation import NO_EXTRA
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import is_file
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.formats.context import ReadContext, clean_text, is_one_line, lost, lost_by, read_size
from slimsam_core.formats.finding import Named, take_name
from slimsam_core.formats.folder_export import Rules, Staging, each_picture, export_folder
from slimsam_core.formats.json_stream import load_json
from slimsam_core.formats.json_text import json_text
from slimsam_core.formats.label_images import paint, take_apart
from slimsam_core.formats.per_image import PerImage, each_file, free_id
from slimsam_core.formats.records import Dataset, Record
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.sequences import Identity, PictureSequence, folder_of, identities, sequences_of
from slimsam_core.formats.sniff import first_files
from slimsam_core.formats.text_files import read_text
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import from_compressed
from slimsam_core.project.tracks import TRACK_KEY
from slimsam_core.sentences import mark

TRUTH, PICTURES, LABELS, FRAMES = "gt/gt.txt", "img1", "labels.txt", "frames.json"
_ROW = re.compile(r"(\d{1,9}) (\d{1,15}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\S+)\s*")
_IGNORED = 10
_KITTI = {1: "car", 2: "pedestrian", _IGNORED: "ignore"}
"""The classes where no file names them, as in KITTI MOTS and the MOTS Challenge."""
_OWN_NAME = "sequence"
"""Of pictures that lie in no folder."""
_MOST = 65_535
"""Objects of a picture, which are painted as 16 bits."""
_PER_CLASS = 1000
"""Numbers of things that a class has, as the format's own programs take them apart; more where needed."""


# reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A line of a file. ``where`` leads to it."""

    where: str
    track: int
    class_number: int
    size: tuple[int, int]
    """Height and width."""
    code: str


@dataclass
class _Run:
    """What the files of a folder share."""

    pictures: PerImage
    names: dict[int, str]
    tracks: dict[int, None] = field(default_factory=dict)

    def label(self, number: int) -> str:
        """The class of this number."""
        return self.names.get(number) or f"class {number}"


def read_mots(source: Path, context: ReadContext) -> Iterator[Record]:
    """Yield the records of a file, or of all below a folder. Raises FormatError without any."""
    run = _Run(PerImage(source, context, "mots"), _class_names(source))
    for number in sorted(run.names) if run.names is not _KITTI else ():
        yield from run.pictures.category(run.names[number])
    foreign = mark("is no file of MOTS; left out")
    yield from each_file(run.pictures, ".txt", _is_ours, foreign, functools.partial(_file, run))


def is_mots(path: Path) -> bool:
    """Whether the first line of a file is one of MOTS."""
    return _ROW.fullmatch(_first_line(path)) is not None


def _is_ours(path: Path) -> bool:
    """Also the list of classes, and what lies where these files lie, whatever its first line is."""
    return path.name == LABELS or path.as_posix().endswith(f"/{TRUTH}") or is_mots(path)


def _first_line(path: Path) -> str:
    try:
        with open_regular(path) as file:
            return file.readline(1 << 20).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _class_names(source: Path) -> dict[int, str]:
    """Number -> class, from the list beside the files or above them."""
    folders = [source, *source.absolute().parents[:2]] if is_file(source) else [source]
    for folder in folders:
        path = folder / LABELS
        if is_file(path):
            lines = [clean_text(line).strip() for line in read_text(path).splitlines()]
            start = 0 if lines[:1] == ["background"] else 1
            return {number: name for number, name in enumerate(lines, start) if name and number}
    return _KITTI


def _file(run: _Run, file: Path, where: str) -> Iterator[Record]:
    """The frames of a sequence, those without objects too where the pictures are listed."""
    if file.name == LABELS:
        return
    frames = yield from _rows(run, file, where)
    sequence = file.parent.parent if file.as_posix().endswith(f"/{TRUTH}") else file.parent
    listed = _listed(sequence / FRAMES)
    often = Counter(row.track for rows in frames.values() for row in rows)
    tracks = {track: free_id(track, run.tracks) for track, count in often.items() if count > 1 and track}
    for number in sorted({*frames, *listed}):
        rows, place = frames.get(number, []), f"{where}: frame {number}"
        said, hw = listed.get(number, (None, (0, 0)))
        try:
            name = _picture(run.pictures, _sequence_of(run.pictures, file), number, said, place)
            if rows:  # one line may be wrong
                ((hw, _),) = Counter(row.size for row in rows).most_common(1)
            height, width = hw
            size, issue = read_size(width, height, place)
            if issue:
                yield issue
            yield from run.pictures.open(None, name, size, place)
        except FormatError as error:
            for _ in rows:
                run.pictures.context.met("Reading objects")
            yield lost_by(error, "image", len(rows))
            continue
        for one in rows:
            yield from _object(run, name, one, tracks.get(one.track, 0))


def _rows(run: _Run, file: Path, where: str) -> Generator[Record, None, dict[int, list[_Row]]]:
    """Yield what is no row; returns the rows of each frame."""
    frames: dict[int, list[_Row]] = {}
    for number, line in enumerate(read_text(file).splitlines(), 1):
        row = _ROW.fullmatch(line)
        if row is not None:
            frame, track, class_number, height, width = map(int, row.groups()[:5])
            found = _Row(
                where=f"{where}:{number}",
                track=track,
                class_number=class_number,
                size=(height, width),
                code=row[6],
            )
            frames.setdefault(frame, []).append(found)
        elif line.strip():
            run.pictures.context.met("Reading objects")
            yield lost("row", f"{where}:{number}", "is not five whole numbers and a run-length code")
    return frames


def _object(run: _Run, name: Named, row: _Row, track: int) -> Iterator[Record]:
    run.pictures.context.met("Reading objects")
    opened = run.pictures.opened(name)
    try:
        if row.size != opened.size.hw:
            raise FormatError(
                "says {width}x{height}, but its picture has {size}",
                where=row.where, width=row.size[1], height=row.size[0], size=opened.size,
            )  # fmt: skip
        mask = from_compressed(row.code, opened.size, row.where)
        if not mask.area:
            raise FormatError("covers no pixel of the picture", where=row.where)
    except FormatError as error:
        yield lost_by(error, "row")
        return
    label = run.label(row.class_number)
    yield from run.pictures.category(label)
    yield run.pictures.annotation(
        opened,
        label,
        mask,
        iscrowd=run.names is _KITTI and row.class_number == _IGNORED,
        extra={TRACK_KEY: track} if track else NO_EXTRA,
    )


def _listed(path: Path) -> dict[int, tuple[str, tuple[int, int]]]:
    """Frame -> name, and height and width, as our exports list them."""
    data = load_json(path) if is_file(path) else {}
    found: dict[int, tuple[str, tuple[int, int]]] = {}
    if not isinstance(data, dict) or not isinstance(data.get("frames"), dict):
        return found
    size = (data.get("height"), data.get("width"))
    for number, name in data["frames"].items():
        if re.fullmatch(r"\d{1,9}", number) and isinstance(name, str):
            height, width = (side if type(side) is int else 0 for side in size)
            found[int(number)] = (name, (height, width))
    return found


def _sequence_of(pictures: PerImage, file: Path) -> str:
    """The folder of a sequence below the source, or the stem of its file."""
    place = PurePosixPath(pictures.where(file))
    if place.as_posix() == TRUTH or place.as_posix().endswith(f"/{TRUTH}"):
        return "" if len(place.parts) == 2 else place.parent.parent.as_posix()
    return place.stem


def _picture(pictures: PerImage, sequence: str, number: int, listed: str | None, where: str) -> Named:
    """The picture that is a frame: by the list, by where these data sets have it, by its number alone."""
    named = take_name(listed, where) if listed is not None else None
    base = PurePosixPath(sequence).name
    for place in pictures.places:
        if named is not None and place.has(named.path):
            return named
        for digits in (6, 10, 1):
            frame = f"{number:0{digits}d}"
            stems = (
                *((f"{sequence}/{PICTURES}/{frame}", f"{sequence}/{frame}") if sequence else ()),
                *(f"{folder}/{base}/{frame}" for folder in ("images", "image_02", "training/image_02")),
                f"{PICTURES}/{frame}",
            )
            found = next((f for stem in stems if (f := place.with_stem(stem))), ())
            if len(found) == 1:
                return Named(found[0], found[0])
    if named is not None:
        return named
    name = f"{sequence}/{number:06d}.png" if sequence else f"{number:06d}.png"
    return Named(name, name)


# writing -------------------------------------------------------------------------------------------------


def write_mots(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the sequences through the gate; what is covered by other objects is lost.

    Raises OutputError where the pictures of a folder differ in size, or a class name has a line break.
    """
    categories = dataset.meta.categories
    if any(not is_one_line(c.name) or c.name == "background" for c in categories):
        raise OutputError(
            "The export was refused: a class name has a line break or outer spaces, or is 'background'.",
            "Rename the class.",
        )
    classes = {category.id: number for number, category in enumerate(categories, 1)}
    sequences = sequences_of(dataset, options.all_pictures)
    own = _own_name(sequences)

    def fill(staging: Staging) -> None:
        with temporary_folder() as aside, (aside / "codes").open("w+b") as store:
            lines: dict[str, _Lines] = {folder: _Lines(store) for folder in sequences}
            for image, objects in each_picture(dataset, options, "Writing MOTS"):
                folder = folder_of(image.file_name)
                frame = sequences[folder].frames[image.file_name] + 1
                kept = staging.with_pixels(objects)
                staging.omitted |= {a.id: LossKind.MANY_IDS for a in kept[_MOST:]}
                labels, visible = paint(kept[:_MOST], image.size)
                staging.omit_hidden(kept[:_MOST], visible)
                masks, found = take_apart(labels), {a.id: identity for identity, a in identities(objects)}
                for number, one in enumerate(visible, 1):
                    lines[folder].add(frame, found[one.id], masks[number].counts)
                suffix = PurePosixPath(image.file_name).suffix
                place = f"{folder or own}/{PICTURES}/{frame:06d}{suffix}"
                staging.place(place, image, options, Placement.NONE)
            for folder, sequence in sequences.items():
                prefix = folder or own
                with staging.stream(f"{prefix}/{TRUTH}") as file:
                    lines[folder].write(file, classes, sequence.size)
                staging.write(f"{prefix}/{FRAMES}", _frames(sequence))
                staging.write(f"{prefix}/seqinfo.ini", _about(PurePosixPath(prefix).name, sequence))
            staging.write(LABELS, "".join(f"{category.name}\n" for category in categories).encode())

    rules = Rules(read=read_mots, exact=False, loss=LossKind.COVERED)
    return export_folder(dataset, target, fill, rules, options)


def _own_name(folders: Iterable[str]) -> str:
    """The sequence of pictures that lie in no folder, which no folder is called."""
    taken, name = {folder.split("/")[0] for folder in folders}, _OWN_NAME
    while name in taken:
        name += "_"
    return name


class _Lines:
    """The objects of a sequence; their codes wait in a file."""

    def __init__(self, store: BinaryIO) -> None:
        self._store = store
        self._found: list[tuple[int, Identity, int, int]] = []

    def add(self, frame: int, identity: Identity, code: str) -> None:
        """An object of a frame, in the order of its picture."""
        data = code.encode("ascii")
        self._found.append((frame, identity, self._store.tell(), len(data)))
        self._store.write(data)

    def write(self, file: BinaryIO, classes: dict[int, int], size: Size) -> None:
        """All of them, frame by frame. ``classes``: id -> number."""
        numbers: dict[Identity, int] = {}
        counts: Counter[int] = Counter()
        for _, identity, _, _ in self._found:
            if identity not in numbers:
                counts[identity[2]] += 1
                numbers[identity] = counts[identity[2]]
        step = _PER_CLASS
        while step <= max(counts.values(), default=0):
            step *= 10
        for frame, identity, place, length in sorted(self._found, key=lambda row: row[0]):
            self._store.seek(place)
            number = classes[identity[2]]
            head = f"{frame} {number * step + numbers[identity]} {number} {size.height} {size.width} "
            file.write(head.encode() + self._store.read(length) + b"\n")


def _frames(sequence: PictureSequence) -> bytes:
    frames = {str(number + 1): name for name, number in sequence.frames.items()}
    size = sequence.size
    return json_text({"height": size.height, "width": size.width, "frames": frames}, indent=1).encode()


def _about(name: str, sequence: PictureSequence) -> bytes:
    """What programs for this format ask for; nobody knows how many frames a second that were."""
    size = sequence.size
    suffix = PurePosixPath(next(iter(sequence.frames))).suffix
    values = {"name": name, "imDir": PICTURES, "seqLength": sequence.count,
              "imWidth": size.width, "imHeight": size.height, "imExt": suffix}  # fmt: skip
    lines = ["[Sequence]", *(f"{key}={value}" for key, value in values.items())]
    return ("\n".join(lines) + "\n").encode()


def _recognises(path: Path) -> bool:
    if is_file(path / LABELS) and any(file.name == FRAMES for file in first_files(path, ".json")):
        return True
    return any(map(is_mots, first_files(path, ".txt")))


register(
    Format(
        name="mots",
        title="MOTS, masks of tracks (txt)",
        is_folder=True,
        suffix=".txt",
        read=read_mots,
        write=write_mots,
        recognises=_recognises,
        numbers_classes=True,
        numbers_frames=True,
    )
)
