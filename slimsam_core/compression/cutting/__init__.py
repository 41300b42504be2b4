"""Which channels go: criteria, ranking, and the cut itself."""

__all__: list[str] = []
