"""Supervised training of promptable models: from scratch, or adapted to the user's own masks."""

__all__ = ["recipe", "run"]
