"""Labelled pictures to learn from and to judge by."""

__all__ = ["opening"]
