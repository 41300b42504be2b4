"""TinyViT (arXiv 2207.10666) as SAM's image encoder, as MobileSAM (arXiv 2306.14289) has it."""

__all__: list[str] = []
