"""EfficientNet-Lite with a neck of our own as image encoder: the bundled models."""

__all__: list[str] = []
