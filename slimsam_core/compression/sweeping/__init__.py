"""Many compressions that differ in a few settings, and the curve of what they cost and keep."""

__all__: list[str] = []
