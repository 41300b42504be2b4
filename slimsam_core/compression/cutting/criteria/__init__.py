"""Ways to tell which channels matter least, one module each, found by name."""

from __future__ import annotations

__all__: list[str] = []
