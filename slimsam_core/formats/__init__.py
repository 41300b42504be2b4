"""Annotation formats: readers that stream records, writers that check what they wrote."""

__all__ = ["registry", "transfer"]
