"""PyTorch for the stand-alone program, which has no pip: downloaded, checked, unpacked into its own folder.

The program brings a list of wheels with their sizes and hashes (``packaging/torch_wheels.py`` writes it when
the program is built), and looks for packages in ``user_folders.packages_dir`` (``packaging/frozen.py``).
"""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slimsam_core.errors import DeviceUnavailable, DownloadError, OutputError
from slimsam_core.files.atomic import output_error
from slimsam_core.files.foreign import read_json
from slimsam_core.files.listing import files_below
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.files.user_folders import packages_dir
from slimsam_core.library.hub import RemoteFile, fetch_file, network_errors
from slimsam_core.progress import CancelToken, Progress, ProgressSink
from slimsam_core.torch_part import gpu_driver_present

LIST = "torch.json"
"""Among the resources of a stand-alone program; a package of Python has none."""

_DATA = re.compile(r"[^/]+\.data/(?P<kind>[^/]+)/(?P<rest>.+)")
"""Where wheels keep what does not go beside their packages; of that only these two kinds do:"""
_BESIDE = frozenset({"purelib", "platlib"})
_AGAIN = "Try again; what came is kept."


class Build(StrEnum):
    """Which PyTorch."""

    CPU = "cpu"
    CUDA = "cuda"


class AddStage(StrEnum):
    """What adding does, in order; the ``stage`` of its progress."""

    DOWNLOAD = "download"
    """In bytes."""
    UNPACK = "unpack"
    """In wheels."""


@dataclass(frozen=True)
class Offer:
    """What can be added here."""

    build: Build
    wheels: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(wheel.size for wheel in self.wheels)

    @property
    def words(self) -> str:
        """Which build, in words."""
        return "PyTorch with CUDA" if self.build is Build.CUDA else "PyTorch for processors"


def offered() -> Offer | None:
    """The build that suits this machine: with CUDA where a driver is. None where the program has no list."""
    try:
        path = resources_dir() / LIST
        if not path.is_file():
            return None
        lists = read_json(path)
    except (FileNotFoundError, OSError, ValueError):
        return None
    build = Build.CUDA if gpu_driver_present() and lists.get(Build.CUDA) else Build.CPU
    wheels = tuple(
        RemoteFile(
            name=str(w["name"]), url=str(w["url"]), size=int(w["size"]), etag=str(w["sha256"]), pinned=True
        )
        for w in lists.get(build, ())
    )
    return Offer(build, wheels) if wheels else None


def offer_or_refuse() -> Offer:
    """The same. Raises DeviceUnavailable where there is nothing to add, and says how PyTorch comes there."""
    found = offered()
    if found is None and getattr(sys, "frozen", False):
        raise DeviceUnavailable(
            "This program was built without the list of what PyTorch consists of.",
            "Use a program of a release, or Python with pip.",
        )
    if found is None:
        raise DeviceUnavailable(
            "PyTorch can be added so only to the stand-alone program.",
            "Add it to this Python with pip.",
            command=("slimsam", "doctor"),
        )
    return found


def added_bytes() -> int:
    """What was added takes on disk; 0 = nothing was."""
    return sum(path.stat().st_size for path in files_below(packages_dir(), ""))


def add(offer: Offer, progress: ProgressSink, cancel: CancelToken) -> Path:
    """Download and unpack; returns the folder, which is whole or not there. What was there is replaced.

    Raises DownloadError, OutputError, Cancelled; what was downloaded stays for the next try.
    """
    target = packages_dir()
    downloads = target.with_name(f"{target.name}-download")
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        _download(offer, downloads, progress, cancel)
        with temporary_folder(beside=target) as work:
            for i, wheel in enumerate(offer.wheels):
                progress(Progress(AddStage.UNPACK, i, len(offer.wheels), wheel.name))
                _unpack(downloads / wheel.name, work, cancel)
            if target.exists():
                shutil.rmtree(target)
            work.chmod(0o755)
            work.replace(target)
        progress(Progress(AddStage.UNPACK, len(offer.wheels), len(offer.wheels)))
        shutil.rmtree(downloads, ignore_errors=True)
    except OSError as error:
        raise output_error(target, error) from error
    importlib.invalidate_caches()
    return target


def remove() -> None:
    """Take away what was added, and what of it was downloaded. Raises OutputError."""
    target = packages_dir()
    for folder in (target, target.with_name(f"{target.name}-download")):
        try:
            if folder.is_dir():
                shutil.rmtree(folder)
        except OSError as error:
            raise OutputError(
                "{path} cannot be removed: {reason}.",
                "Close the other windows of this program and try again.",
                path=folder,
                reason=error.strerror or error,
            ) from error
    importlib.invalidate_caches()


def _download(offer: Offer, folder: Path, progress: ProgressSink, cancel: CancelToken) -> None:
    before = 0
    for wheel in offer.wheels:

        def report(done: int, before: int = before, name: str = wheel.name) -> None:
            progress(Progress(AddStage.DOWNLOAD, before + done, offer.size, name))

        if (folder / wheel.name).is_file():  # checked when it came
            report(wheel.size)
        else:
            with network_errors(wheel.name, _AGAIN):
                fetch_file(wheel, folder, report, cancel)
        before += wheel.size


def _unpack(wheel: Path, folder: Path, cancel: CancelToken) -> None:
    """Raises DownloadError for a file that is no wheel, OSError, Cancelled."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                cancel.raise_if_cancelled()
                name = member.filename
                if (other := _DATA.fullmatch(name)) is not None:
                    if other["kind"] not in _BESIDE:
                        continue
                    name = other["rest"]
                if not member.is_dir():
                    _extract(archive, member, folder, name)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        wheel.unlink(missing_ok=True)
        raise DownloadError("{name} is no package of Python.", _AGAIN, name=wheel.name) from error


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> None:
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise zipfile.BadZipFile(name)
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
