"""Files and folders dropped on the window: pictures and projects open, labels and weights come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from slimsam_app.i18n import tr
from slimsam_app.sessions.workbench import Workbench
from slimsam_core.errors import FormatError, SlimSamError
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.suffixes import LABEL_SUFFIXES
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.pixels.video import SUFFIXES
from slimsam_core.project import PROJECT_SUFFIX

WEIGHT_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")
"""As people know them, the usual one first; ``checkpoints`` goes by the content."""


def annotation_filters() -> str:
    """For a file dialog: first the files that annotations may be in, else every file."""
    return _filters(tr("Annotation files"), sorted(LABEL_SUFFIXES))


def weight_filters() -> str:
    """For a file dialog: first the files that weights may be in, else every file."""
    return _filters(tr("Weights"), WEIGHT_SUFFIXES)


def _filters(wanted: str, suffixes: Sequence[str]) -> str:
    patterns = " ".join(f"*{suffix}" for suffix in suffixes)
    return f"{wanted} ({patterns});;{tr('All files')} (*)"


@dataclass(frozen=True)
class Dropped:
    """Paths by what can be done with them."""

    to_open: tuple[Path, ...] = ()
    """Folders, pictures, projects."""
    labels: tuple[Path, ...] = ()
    weights: tuple[Path, ...] = ()
    unknown: tuple[Path, ...] = ()


def sort_out(paths: Sequence[Path]) -> Dropped:
    """Tell by the suffix what each path is for."""
    kinds: dict[str, list[Path]] = {"to_open": [], "labels": [], "weights": [], "unknown": []}
    for path in paths:
        suffix = path.suffix.lower()
        if is_folder(path) or suffix == PROJECT_SUFFIX or suffix in (*IMAGE_SUFFIXES, *SUFFIXES):
            kinds["to_open"].append(path)
        elif suffix in LABEL_SUFFIXES:
            kinds["labels"].append(path)
        elif suffix in WEIGHT_SUFFIXES:
            kinds["weights"].append(path)
        else:
            kinds["unknown"].append(path)
    return Dropped(**{kind: tuple(found) for kind, found in kinds.items()})


class Dropper:
    """Does with dropped paths what a person wants who drops them; what cannot be done is told by name."""

    def __init__(
        self,
        workbench: Workbench,
        show_models: Callable[[], object],
        tell: Callable[[SlimSamError], object],
    ) -> None:
        self._workbench, self._show_models, self._tell = workbench, show_models, tell

    def take(self, paths: Sequence[Path]) -> None:
        """Open, import or install the paths; pictures go before labels, since those need a project."""
        found = sort_out(paths)
        for path in found.unknown:
            self._tell(
                FormatError(
                    tr("{name} cannot be opened here.").format(name=path.name),
                    tr("Folders, pictures, films, SlimSAM projects, annotation files and weights can."),
                )
            )
        if found.to_open:
            self._workbench.open(list(found.to_open))
            if found.labels:
                self._tell(_later(found.labels[0]))
        elif len(found.labels) == 1 and self._workbench.document.is_open:
            self._workbench.transfer.import_annotations(found.labels[0])
        elif len(found.labels) == 1:
            self._tell(_later(found.labels[0]))
        elif found.labels:
            self._tell(
                FormatError(
                    tr("Several annotation files were dropped; none of them was imported."),
                    tr("Drop one, or use File > Import a folder of annotations."),
                )
            )
        if found.weights:
            self._show_models()
            self._workbench.models.import_file(found.weights[0])


def _later(path: Path) -> FormatError:
    return FormatError(
        tr("{name} has labels, and the pictures that they belong to are not open yet.").format(
            name=path.name
        ),
        tr("Open the folder of the pictures, then drop the file again."),
    )


def local_paths(data: QMimeData) -> list[Path]:
    """Files and folders of a drag from this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
