"""Judging promptable models on photographs with masks."""
