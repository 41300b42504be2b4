"""What judging does, in order, and on how much at most; without torch."""

from __future__ import annotations

from enum import StrEnum

MOST_OBJECTS = 300
"""At most so many labelled objects are asked for, drawn by a hash of their keys."""


MOST_HELD_OUT = 20
"""At most so many pictures without labels are compared on."""


class JudgeStep(StrEnum):
    """What judging does, in order; the ``stage`` of its progress."""

    MODELS = "models"
    """Both are made ready and measured."""
    TEACHER = "teacher"
    STUDENT = "student"
    """Asked about the labelled objects."""
    PICTURES = "pictures"
    """Both are asked on pictures without labels."""
