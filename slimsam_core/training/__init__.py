"""Supervised training of promptable models: from scratch, or fine-tuned on the user's own masks."""

__all__ = ["recipe", "run"]
