"""Objects carried from a picture of a sequence into the next one: motion, then the model."""

__all__ = ["motion", "objects", "through"]
