"""Hiera as the image encoder of SAM 2, for still pictures."""

__all__: list[str] = []
