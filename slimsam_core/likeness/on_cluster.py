"""The rest of a project on the nodes of a Ray cluster: learnt and written here, looked for there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slimsam_core.inference.cluster import ModelOnNodes, shared_out
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.likeness.rest import (
    SEARCHING,
    ClassNotYet,
    ClassReady,
    Learnt,
    LikeIn,
    learnt_classes,
    like_in,
)
from slimsam_core.progress import Progress
from slimsam_core.project import Project

__all__ = ["label_rest_on_cluster"]


def label_rest_on_cluster(
    project: Project, model: ModelOnNodes, category_ids: Sequence[int], image_ids: Sequence[int]
) -> Iterator[Progress | ClassReady | ClassNotYet | LikeIn]:
    """As ``label_rest``; the pictures come in any order and must be visible on each node.

    Raises DeviceUnavailable when ray is missing or no cluster answers, and as ``label_rest``.
    """
    learnt = yield from learnt_classes(project, *model.load(), category_ids, len(image_ids))
    if not learnt.classes:
        return
    images = project.images_by_id(image_ids)
    pictures = (picture_work(project, images[i]).bare() for i in image_ids if i in images)
    for done, one in enumerate(shared_out(_on_a_node, pictures, learnt, model.absolute()), 1):
        yield one
        yield Progress(SEARCHING, learnt.steps + done, learnt.steps + len(images))


def _on_a_node(pictures: Sequence[PictureWork], learnt: Learnt, model: ModelOnNodes) -> list[LikeIn]:
    """Some pictures on one node."""
    return like_in(pictures, *model.load(), learnt)
