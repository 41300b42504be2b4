"""The errors that a user or a machine can cause, each with a message and a hint.

::

    SlimSamError                 shown to the user, logged, the program goes on
    ├── ImageReadError           a picture that cannot be read
    ├── ProjectError             the project file cannot be opened or written
    │   ├── ProjectReadOnly      somebody else holds it, or the folder is read-only
    │   └── ProjectUnavailable   it cannot be written now; the same command may succeed later
    ├── FormatError              an annotation file is wrong; ``where`` is the way inside the file
    ├── CheckpointError          weights that cannot be used; ``expected`` and ``found``
    ├── DownloadError            the network or the server
    ├── ModelNotFound            no installed model has this name
    ├── OutOfMemory              RAM or GPU memory
    ├── DeviceUnavailable        the wanted GPU or runtime cannot be used
    │   └── TorchMissing         what is asked for needs PyTorch, which is not installed
    ├── PromptError              no prompt, or one outside the picture
    ├── RecipeError              a training or compression recipe is wrong; ``where`` is the key
    └── OutputError              a result cannot be written (disk full, read-only, vanished folder)

``Cancelled`` is not an error: it is how a cancelled job leaves its loops.
``ValueError`` and ``TypeError`` are for wrong use of the API by a programmer.
"""

from __future__ import annotations

import shlex

from slimsam_core.sentences import joined, sentence

__all__ = [
    "Cancelled",
    "CheckpointError",
    "DeviceUnavailable",
    "DownloadError",
    "FormatError",
    "ImageReadError",
    "ModelNotFound",
    "OutOfMemory",
    "OutputError",
    "ProjectError",
    "ProjectReadOnly",
    "ProjectUnavailable",
    "PromptError",
    "RecipeError",
    "SlimSamError",
    "TorchMissing",
]


class SlimSamError(Exception):
    """What went wrong and where (``message``), and what to do about it (``hint``).

    Both may have blanks ``{name}``, filled with ``values``: a window can say them in another language.
    ``command`` is what does it in a shell, word by word; only the shell shows it, quoted as it is typed.
    """

    def __init__(
        self, message: str, hint: str = "", *, command: tuple[object, ...] = (), **values: object
    ) -> None:
        self.message: str = sentence(message, **values)
        self.hint: str = sentence(hint, **values)
        self.command = shlex.join(map(str, command))
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ImageReadError(SlimSamError):
    """A picture is missing, broken, too large, or not a picture."""


class ProjectError(SlimSamError):
    """The project file cannot be opened, read or written."""


class ProjectReadOnly(ProjectError):
    """The project is open elsewhere or lies where nothing can be written."""


class ProjectUnavailable(ProjectError):
    """Disk full, file or share gone, locked for a moment: nothing was changed, try the same again later."""


class FormatError(SlimSamError):
    """An annotation file is malformed; ``where`` leads to the culprit, e.g. ``annotations[3].bbox``."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        where: str = "",
        *,
        command: tuple[object, ...] = (),
        **values: object,
    ) -> None:
        self.reason: str = sentence(message, **values)
        """What is wrong, without the place in front."""
        super().__init__(_placed(where, self.reason), sentence(hint, **values), command=command)
        self.where = where


class CheckpointError(SlimSamError):
    """Weights cannot be used; says what was expected and what was found."""

    def __init__(
        self, message: str, hint: str = "", *, expected: str = "", found: str = "", **values: object
    ) -> None:
        parts = [sentence(message, **values)]
        if expected:
            parts.append(sentence("Expected {what}.", what=expected))
        if found:
            parts.append(sentence("Found {what}.", what=found))
        super().__init__(joined(" ", parts), sentence(hint, **values))
        self.expected = expected
        self.found = found


class DownloadError(SlimSamError):
    """A download failed; the message keeps the server's or the network's own words."""


class ModelNotFound(SlimSamError):
    """No installed model has this name and no file lies at this path."""


class OutOfMemory(SlimSamError):
    """Main or GPU memory is exhausted."""


class DeviceUnavailable(SlimSamError):
    """The wanted device or runtime cannot be used here; the message has the reason."""


class TorchMissing(DeviceUnavailable):
    """PyTorch is not installed: labelling works, compressing, training and exporting models do not."""


class PromptError(SlimSamError):
    """There is no prompt, or one lies outside the picture."""


class RecipeError(SlimSamError):
    """A recipe is wrong; ``where`` is the key, e.g. ``stages[1].epochs``."""

    def __init__(self, message: str, hint: str = "", where: str = "", **values: object) -> None:
        super().__init__(_placed(where, sentence(message, **values)), sentence(hint, **values))
        self.where = where


class OutputError(SlimSamError):
    """A result cannot be written; what existed before is untouched."""


def _placed(where: str, message: str) -> str:
    """The message behind the place that it is about."""
    return joined(": ", [where, message]) if where else message


class Cancelled(Exception):
    """The user cancelled; raised by ``CancelToken.raise_if_cancelled``."""
