"""Boxes to masks on the nodes of a Ray cluster; one process writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slimsam_core.inference.cluster import ModelOnNodes, shared_out
from slimsam_core.labelling.box_masks import COMMAND, PictureMasks, boxes_in, masks_in_picture
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.progress import Progress
from slimsam_core.project import Project

__all__ = ["masks_of_boxes_on_cluster"]


def masks_of_boxes_on_cluster(project: Project, model: ModelOnNodes) -> Iterator[Progress | PictureMasks]:
    """As ``masks_of_boxes``, in any order; objects come without attributes, which make no mask.

    Raises DeviceUnavailable when ray is missing or no cluster answers, and as ``masks_of_boxes``; the
    pictures must be visible on each node.
    """
    waiting = yield from boxes_in(project)
    images = project.images_by_id(waiting)
    pictures = (picture_work(project, images[i]).bare() for i in waiting if i in images)
    for done, one in enumerate(shared_out(_on_a_node, pictures, model.absolute()), 1):
        yield one
        yield Progress(COMMAND, done, len(images))


def _on_a_node(pictures: Sequence[PictureWork], model: ModelOnNodes) -> list[PictureMasks]:
    """Some pictures on one node."""
    predictor, embed = model.load()
    steps = (masks_in_picture(one, predictor, embed) for one in pictures)
    return [made for step in steps for made in step if made is not None]
