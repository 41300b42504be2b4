"""Which channels go: criteria, ranking, and the cut itself."""
