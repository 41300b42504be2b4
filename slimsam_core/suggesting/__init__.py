"""Classes suggested: what an object looks like, learnt from those that a person named. Needs no torch."""

__all__ = ["class_doubts", "class_memory", "description"]
