"""EfficientNet-Lite with a neck of our own as image encoder: the bundled models."""
