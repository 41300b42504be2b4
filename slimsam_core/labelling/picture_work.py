"""A picture as a model is asked about it, here or on another machine: where it lies and what is labelled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.errors import ImageReadError, ProjectError
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.project import Project

__all__ = ["PictureWork", "picture_work"]


@dataclass(frozen=True, kw_only=True)
class PictureWork:
    """What is needed of a project to look at one of its pictures."""

    image: ImageEntry
    objects: tuple[Annotation, ...]
    path: Path | None
    trouble: str = ""
    """Why there is no path."""

    def bare(self) -> PictureWork:
        """The same without attributes and further keys, which no model looks at and nothing can pickle."""
        objects = tuple(replace(one, attributes={}, extra={}) for one in self.objects)
        return replace(self, image=replace(self.image, extra={}), objects=objects)

    def read(self) -> RgbImage:
        """The pixels, uint8 HxWx3. Raises ImageReadError."""
        if self.path is None:
            raise ImageReadError(self.trouble)
        return read_image(self.path).rgb


def picture_work(project: Project, image: ImageEntry) -> PictureWork:
    """The picture and its objects as they are now. Raises ProjectError when the project cannot be read."""
    objects = tuple(project.annotations(image.id))
    try:
        return PictureWork(image=image, objects=objects, path=project.image_path(image))
    except ProjectError as error:
        return PictureWork(image=image, objects=objects, path=None, trouble=error.message)
