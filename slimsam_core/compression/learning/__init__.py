"""Distillation: what the smaller model is compared with, and how it learns."""

__all__: list[str] = []
