"""Annotation formats: readers that stream records, writers that check what they wrote."""
