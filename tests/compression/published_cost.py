"""Parameters and MACs as the tables of the paper count them."""

from __future__ import annotations

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.models import meta_model
from slimsam_core.models.cost import Cost, _macs, meta_input


def published_cost(arch: ArchSpec) -> Cost:
    """Counted as in the tables of arXiv 2312.05284, which reads "encoder" there.

    Those figures fit the whole model with one point prompt: without the absolute position table among the
    parameters and without the products inside the encoder's attention among the MACs.
    """
    model = meta_model(arch)
    skipped = {"image_encoder.pos_embed"}
    parameters = sum(p.numel() for name, p in model.named_parameters() if name not in skipped)
    encoder = _macs(lambda: model.image_encoder(meta_input(arch)))
    with torch.device("meta"):
        embedding = torch.empty(1, arch.embed_dim, arch.embedding_size, arch.embedding_size)
        point, label = torch.empty(1, 1, 2), torch.ones(1, 1)
    decoder = _macs(lambda: model.decode(embedding, point, label))
    return Cost(
        parameters, sum(count for name, count in encoder.items() if "bmm" not in name) + sum(decoder.values())
    )
