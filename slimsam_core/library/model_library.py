"""The models on this machine: those that ship with the program and those that the user installed.

A model is one safetensors file of our own form; its header alone answers every question asked here, so that
listing does not load torch. Installed models win over bundled ones of the same name.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints import (
    content_hash,
    fitting_weights,
    read_checkpoint,
    save_weights,
)
from slimsam_core.checkpoints import model_hash as hash_of_any_form
from slimsam_core.checkpoints.checkpoint import ENCODER_OF
from slimsam_core.checkpoints.reading import check_header
from slimsam_core.errors import CheckpointError, ModelNotFound, OutputError, SlimSamError
from slimsam_core.families import read_arch
from slimsam_core.families.declaration import Downloadable
from slimsam_core.files import user_folders
from slimsam_core.files.atomic import make_folder, output_error
from slimsam_core.files.foreign import open_regular, parse_json
from slimsam_core.files.listing import entries_of
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.safetensors_header import native_digest, read_header
from slimsam_core.library.hub import CATALOGUE, fetch
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.sentences import mark, sentence

__all__ = ["ModelInfo", "ModelLibrary", "check_weights", "describe"]

SUFFIX = ".safetensors"
_NAME = re.compile(r"\w[\w.-]{0,79}")


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """One model file."""

    name: str
    path: Path
    arch: ArchSpec
    size_bytes: int
    licence: str
    source: str
    bundled: bool
    model_hash: str
    """Content hash of the weights (``checkpoints.content_hash``), hex."""

    def sha256(self) -> str:
        """SHA-256 of the file, hex; reads it. Raises CheckpointError."""
        try:
            with open_regular(self.path) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise CheckpointError(
                "{path} cannot be read: {strerror}.", path=self.path, strerror=error.strerror
            ) from error


class ModelLibrary:
    """Models below a data folder (default: the user's own) and the bundled ones."""

    def __init__(self, data_dir: Path | None = None) -> None:
        data_dir = data_dir or user_folders.data_dir()
        self.models_dir = data_dir / "models"
        self.downloads_dir = data_dir / "downloads"

    def installed(self) -> tuple[ModelInfo, ...]:
        """Usable models by name, installed ones first. Broken files are left out; ``problems`` names them."""
        return self._scan()[0]

    def problems(self) -> tuple[CheckpointError, ...]:
        """Why files in the models folder cannot be used."""
        return self._scan()[1]

    def _scan(self) -> tuple[tuple[ModelInfo, ...], tuple[CheckpointError, ...]]:
        found: dict[str, ModelInfo] = {}
        problems: list[CheckpointError] = []
        for folder, bundled in ((self.models_dir, False), (resources_dir() / "models", True)):
            listed = entries_of(folder, lambda _, error: problems.extend(_not_listed(error)))
            for path in (Path(entry.path) for entry in listed if entry.name.endswith(SUFFIX)):
                try:
                    _check_ordinary(path)
                    found.setdefault(path.stem, describe(path, bundled=bundled))
                except SlimSamError as error:
                    problems.append(_named(path, error))
                except (ValueError, TypeError, KeyError, RecursionError) as error:  # a header of odd content
                    problems.append(
                        CheckpointError("{path} is no usable model: {error}.", path=path, error=error)
                    )
        return tuple(found.values()), tuple(problems)

    def resolve(self, name_or_path: str | Path | None) -> ModelInfo:
        """The model of this name, or in this file; without either the default one.

        Raises ModelNotFound, CheckpointError.
        """
        if not name_or_path:
            return self.default()
        models = self.installed()
        for info in models:
            if info.name == str(name_or_path):
                return info
        path = Path(name_or_path)
        if path.exists():
            return describe(path)
        names = ", ".join(info.name for info in models) or "none"
        if any(model.name == str(name_or_path) for model in CATALOGUE):
            raise ModelNotFound(
                "{name_or_path} is not installed.",
                "Installed: {names}.",
                command=("slimsam", "models", "download", name_or_path),
                name_or_path=name_or_path,
                names=names,
            )
        raise ModelNotFound(
            "There is no model named {name_or_path!r} and no file at this path.",
            "Installed: {names}.",
            name_or_path=str(name_or_path),
            names=names,
        )

    def absolute(self, name_or_path: str) -> str:
        """What ``resolve`` finds from any working folder: a file or folder that is no installed model by its
        whole path, all else as it is."""
        installed = any(info.name == name_or_path for info in self.installed())
        path = Path(name_or_path)
        return str(path.absolute()) if path.exists() and not installed else name_or_path

    def default(self) -> ModelInfo:
        """What nobody had to choose: an installed SlimSAM, else another installed model, else the bundled."""
        models = self.installed()
        if not models:
            raise ModelNotFound("No model is installed.", "Import one.")
        return min(models, key=lambda m: (m.bundled, not m.arch.name.startswith("slimsam"), m.name))

    def import_file(
        self,
        path: Path | str,
        name: str | None = None,
        *,
        licence: str = "",
        source: str = "",
        trained_here: bool = False,
    ) -> ModelInfo:
        """Copy a model in any known form (a file or a ``transformers`` folder) into the library, in our form.

        ``trained_here``: this program wrote it just now, and what it says of its encoder is believed.
        ``name`` defaults to the file's or folder's. Raises CheckpointError, OutputError.
        """
        path = Path(path).resolve()
        name = name or (path.name if path.is_dir() else path.stem)
        target = self._free_path(name)
        try:
            checkpoint = read_checkpoint(path)
            weights = fitting_weights(checkpoint)
        except CheckpointError as error:
            raise CheckpointError(
                sentence("{path}: {words}", path=path, words=error.message), error.hint
            ) from error
        metadata = dict(checkpoint.metadata)
        if not trained_here:
            metadata.pop(ENCODER_OF, None)
        metadata["name"] = name
        metadata["licence"] = licence or checkpoint.metadata.get("licence", "")
        metadata["source"] = source or checkpoint.metadata.get("source", "") or str(path)
        save_weights(
            checkpoint.arch,
            weights,
            target,
            dtype=checkpoint.written_as,
            metadata=metadata,
        )
        return describe(target)

    def _free_path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise OutputError(
                "{name!r} cannot be the name of a model.",
                "Choose a name of letters, digits, dots, dashes and underscores, at most 80.",
                name=name,
            )
        target = self.models_dir / f"{name}{SUFFIX}"
        if target.exists():
            raise OutputError(
                "There is already a model named {name!r}.",
                "Choose another name, or delete that model first.",
                name=name,
            )
        make_folder(self.models_dir)
        return target

    def delete(self, name: str) -> None:
        """Remove an installed model. Raises ModelNotFound (also for bundled ones), OutputError."""
        info = next((m for m in self.installed() if m.name == name), None)
        if info is None or info.bundled:
            ships = mark("It ships with the program and stays.")
            reason = ships if info else mark("Look at the list of models.")
            raise ModelNotFound(
                sentence("There is no installed model named {name!r} to delete.", name=name), reason
            )
        try:
            info.path.unlink()
        except OSError as error:
            raise output_error(info.path, error) from error

    def verify(self, name_or_path: str | Path) -> ModelInfo:
        """Read a model and compare its weights with the hash in its header. Raises CheckpointError."""
        info = self.resolve(name_or_path)
        check_weights(info.path, info.model_hash)
        fitting_weights(read_checkpoint(info.path))
        return info

    def downloadable(self) -> tuple[Downloadable, ...]:
        """Published models that are not installed yet."""
        names = {info.name for info in self.installed()}
        return tuple(model for model in CATALOGUE if model.name not in names)

    def download(
        self, name: str, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
    ) -> ModelInfo:
        """Install a model of the catalogue; one that is installed already is returned as it is.

        A broken or cancelled download continues at the next call. Raises ModelNotFound, DownloadError,
        OutputError, CheckpointError, Cancelled.
        """
        model = next((m for m in CATALOGUE if m.name == name), None)
        if model is None:
            known = ", ".join(m.name for m in CATALOGUE)
            raise ModelNotFound(
                "No published model is named {name!r}.", "Published: {known}.", name=name, known=known
            )
        for info in self.installed():
            if info.name == name:
                return info
        folder = self.downloads_dir / name
        fetch(model, folder, progress, cancel or CancelToken())
        info = self.import_file(folder / model.weights, name, licence=model.licence, source=model.url)
        shutil.rmtree(folder, ignore_errors=True)
        return info


def _named(path: Path, error: SlimSamError) -> CheckpointError:
    """A file that needs more memory than there is hides no other model."""
    if isinstance(error, CheckpointError):
        return error
    return CheckpointError(sentence("{path}: {words}", path=path, words=error.message), error.hint)


def _not_listed(error: OSError) -> Iterator[CheckpointError]:
    if not isinstance(error, FileNotFoundError):  # nobody has put a model there yet
        yield CheckpointError(
            "{path} cannot be listed: {strerror}.",
            "Check the permissions of the folder.",
            path=error.filename,
            strerror=error.strerror,
        )


def _check_ordinary(path: Path) -> None:
    """Raise CheckpointError for a pipe or a device, which would be waited for."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise CheckpointError(
            "{path} cannot be read: {strerror}.", "Check the path.", path=path, strerror=error.strerror
        ) from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise CheckpointError("{path} is no ordinary file.", "Remove it from the folder.", path=path)


def describe(path: Path, *, bundled: bool = False) -> ModelInfo:
    """What a weights file says about itself; files of other forms are read whole. Raises CheckpointError."""
    metadata = read_header(path)
    if metadata is None or "arch" not in metadata or "model_hash" not in metadata:
        try:
            checkpoint = read_checkpoint(path)
        except CheckpointError as error:
            raise CheckpointError(
                sentence("{path}: {words}", path=path, words=error.message), error.hint
            ) from error
        arch, digest = checkpoint.arch, content_hash(checkpoint.arch, checkpoint.state_dict)
        metadata = dict(checkpoint.metadata)
    else:
        arch, digest = _arch(path, metadata["arch"]), _hash(path, metadata["model_hash"])
    return ModelInfo(
        name=path.stem,
        path=path,
        arch=arch,
        size_bytes=path.stat().st_size if path.is_file() else 0,
        licence=metadata.get("licence", ""),
        source=metadata.get("source", ""),
        bundled=bundled,
        model_hash=digest,
    )


def check_weights(path: Path, model_hash: str) -> None:
    """Read a model's file and raise CheckpointError unless it holds the weights that ``model_hash`` names.

    What was kept for a model (embeddings, compiled graphs) is found by its hash, and a header can be wrong:
    copied by the tool that changed the weights, or of a file that was replaced meanwhile.
    """
    try:
        check_header(path)
    except CheckpointError as error:
        raise CheckpointError(
            sentence("{path}: {words}", path=path, words=error.message), error.hint
        ) from error
    found = native_digest(path)
    if found is None:
        found = hash_of_any_form(path)
    if found != model_hash:
        raise CheckpointError(
            "{path} was changed after it was saved.",
            "If the change is wanted, import the file under another name; else download or copy it again.",
            expected=sentence("weights whose hash begins with {start}", start=model_hash[:16]),
            found=found[:16],
            path=path,
        )


def _hash(path: Path, text: str) -> str:
    """Caches are found by it, so it must be nothing but a hash. Raises CheckpointError."""
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise CheckpointError(
            "{path}: the hash in the header is not usable.",
            expected=sentence("64 hex digits"),
            found=repr(text[:80]),
            path=path,
        )
    return text


def _arch(path: Path, text: str) -> ArchSpec:
    try:
        return read_arch(parse_json(text))
    except (ValueError, CheckpointError) as error:
        raise CheckpointError(
            "{path}: the architecture in the header is not usable: {error}", path=path, error=error
        ) from error
