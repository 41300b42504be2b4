"""Labelled pictures to learn from and to judge by."""
