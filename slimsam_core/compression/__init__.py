"""Compressing a model: rank channels, cut them, and distil the rest from the original."""

__all__ = ["presets", "recipe", "run"]
