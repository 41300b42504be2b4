"""A detector through the pictures of a project on the nodes of a Ray cluster; one process writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from slimsam_core.detecting.detector import Detector
from slimsam_core.detecting.folder import (
    STEP,
    DetectedAs,
    DetectedIn,
    DetectionPlan,
    DetectorRun,
    detected_in,
)
from slimsam_core.inference.cluster import ModelOnNodes, shared_out
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.progress import Progress
from slimsam_core.project import Project

__all__ = ["detect_on_cluster"]


def detect_on_cluster(
    project: Project, detector: Path, plan: DetectionPlan, model: ModelOnNodes, image_ids: Sequence[int]
) -> Iterator[Progress | DetectedIn]:
    """As ``detect_pictures``, in any order; pictures and detector must be visible on each node.

    Raises DeviceUnavailable when ray is missing or no cluster answers, and as ``detect_pictures``.
    """
    images = project.images_by_id(image_ids)
    pictures = (picture_work(project, images[i]).bare() for i in image_ids if i in images)
    found = shared_out(_on_a_node, pictures, detector.absolute(), plan, model.absolute())
    for done, one in enumerate(found, 1):
        yield one
        yield Progress(STEP, done, len(images))


def _on_a_node(
    pictures: Sequence[PictureWork], detector: Path, plan: DetectionPlan, model: ModelOnNodes
) -> list[DetectedIn]:
    """Some pictures on one node; the detector was tried before."""
    opened = Detector.open(detector)
    if plan.outcome is DetectedAs.MASKS:
        return detected_in(pictures, DetectorRun(opened, plan, *model.load()))
    return detected_in(pictures, DetectorRun(opened, plan))
