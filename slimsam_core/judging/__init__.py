"""Measuring models on labelled pictures, and comparing two of them."""

__all__ = ["measure", "summary"]
