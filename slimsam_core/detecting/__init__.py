"""Your own detector: boxes of a network that was trained elsewhere become proposals. Needs no torch."""

__all__ = ["detector", "folder"]
