"""What a tool is: the answer to the mouse, while it is chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Qt

from slimsam_app.canvas.surface import Surface

DRAG_PX = 4.0
"""A press that moves less than this on the screen is a click."""


@dataclass(frozen=True, kw_only=True)
class Mouse:
    """Where the mouse is, in image pixels, and what is held."""

    x: float
    y: float
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    """The button of this press or release; of a move: the one held by the gesture, if any."""
    shift: bool = False
    ctrl: bool = False
    alt: bool = False


class Tool:
    """One gesture of the mouse. A tool draws its draft in the scene and emits the canvas's signals.

    A press makes the tool owner of the mouse until the release.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    """Name in the Phosphor set."""
    hint: ClassVar[str] = ""
    """What the mouse does, for the status bar."""
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor
    drags: ClassVar[bool] = False
    """Whether the way between press and release matters: keys then press and let go one after the other."""

    paints: ClassVar[bool] = False
    """Whether it has a size and goes on with the object that is being painted."""

    def __init__(self, canvas: Surface) -> None:
        self.canvas = canvas
        self.category_id = 0
        """The class of the outline that is begun, when it came back with one; 0 = that of new objects."""

    def clamped(self, mouse: Mouse) -> tuple[float, float]:
        """The point of the picture nearest to the mouse."""
        rect = self.canvas.layers.image_rect
        return (min(max(mouse.x, 0.0), rect.width()), min(max(mouse.y, 0.0), rect.height()))

    def far(self, place: tuple[float, float], mouse: Mouse, pixels: float = DRAG_PX) -> bool:
        """Whether the mouse is more than so many screen pixels away from a point of the picture."""
        return math.hypot(place[0] - mouse.x, place[1] - mouse.y) * self.canvas.zoom > pixels

    def press(self, mouse: Mouse) -> None:
        """A button went down."""

    def move(self, mouse: Mouse) -> None:
        """The mouse moved, with or without a button."""

    def release(self, mouse: Mouse) -> None:
        """The button of the gesture went up."""

    def double_click(self, mouse: Mouse) -> None:
        """The second press of a double click; a release follows."""

    def alt_wheel(self, up: bool) -> None:
        """The wheel turned with Alt held."""
        self.canvas.cycle_requested.emit(-1 if up else 1)

    def leave(self) -> None:
        """The mouse left the canvas."""

    def modifiers_changed(self, ctrl: bool) -> None:
        """Ctrl went down or up."""

    def refresh(self) -> None:
        """Zoom, style, selection or objects changed."""

    def finish(self) -> bool:
        """Enter: complete what is open. False when nothing was."""
        return False

    def cancel(self) -> bool:
        """Esc: drop what is open. False when nothing was."""
        return False

    def drop_gesture(self) -> bool:
        """Esc or undo with a button held: drop what the press began. False when it began nothing."""
        return self.cancel()

    def put_aside(self) -> None:
        """Another tool is chosen, or the picture is left: complete what the hand is doing, hide the rest.

        What ``outline`` gives stays; ``take_up`` goes on with it.
        """
        self.cancel()

    def reset(self) -> None:
        """Another picture is shown: forget what was open on the former one, without a signal."""
        self.cancel()

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Points of an outline that is begun and not complete, in image pixels; empty when there is none."""
        return ()

    def take_up(self, points: tuple[tuple[float, float], ...], category_id: int = 0) -> None:
        """Go on with an outline that ``outline`` gave, of this class (0 = that of new objects)."""

    def step_back(self) -> bool:
        """Backspace: take back the last step of what is open. False when nothing was."""
        return False
