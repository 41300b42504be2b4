"""Taylor: the loss of the masks at random points against the model's own hard masks as labels.

Source: Molchanov et al., Importance Estimation for Neural Network Pruning, 2019. Labels are not at hand for
unlabelled pictures; the model's thresholded answers take their place.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers, Probe
from slimsam_core.compression.cutting.criteria.disturbed_taylor import first_order


def own_mask_loss(probe: Probe) -> Tensor:
    """Sum over the batch of the mean binary cross-entropy of all candidate masks at the points."""
    return torch.stack([_of_one(probe, index) for index in range(len(probe.points_BN2))]).sum()


def _of_one(probe: Probe, index: int) -> Tensor:
    points_N12 = probe.points_BN2[index][:, None]
    labels_N1 = torch.ones(points_N12.shape[:2], device=points_N12.device)
    embedding_1Chw = probe.embedding_BChw[index : index + 1].float()
    logits_NMhw, _ = probe.model.decode(embedding_1Chw, points_N12, labels_N1, multimask=True)
    hard = (logits_NMhw.detach() > 0).to(logits_NMhw.dtype)
    return F.binary_cross_entropy_with_logits(logits_NMhw, hard)


CRITERION = Criterion(name="taylor", gathers=Gathers.GRADIENTS, objective=own_mask_loss, saliency=first_order)
