"""An object is refined with the tool for points; the hand has its former tool back when that is over."""

from __future__ import annotations

from PySide6.QtCore import QObject

from slimsam_app.canvas.view import CanvasView
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.signals import tie
from slimsam_core.annotation import Annotation


class Refining(QObject):
    """Whoever chooses a tool meanwhile keeps that one."""

    def __init__(self, canvas: CanvasView, prompts: PromptSession) -> None:
        super().__init__(canvas)
        self._canvas, self._prompts = canvas, prompts
        self._former, self._of_outline = "", ""
        """The tool in use before, and the one that an outline had put aside before that."""
        tie(canvas.tool_changed, self, lambda _: self._forget())
        tie(prompts.changed, self, self._look)

    def start(self, annotation: Annotation) -> None:
        """Open the mask of an object; clicks correct it."""
        former = self._former or self._canvas.tool.id
        of_outline = self._canvas.former_tool
        self._canvas.set_tool("point")
        self._prompts.refine(annotation)
        if self._prompts.refined is not None and former != self._canvas.tool.id:
            self._former, self._of_outline = former, of_outline
            self._canvas.former_tool = of_outline or former  # with it the project opens next time

    def _forget(self) -> None:
        self._former = ""

    def _look(self) -> None:
        if self._former and self._prompts.refined is None:
            of_outline = self._of_outline
            self._canvas.set_tool(self._former)
            self._canvas.former_tool = of_outline
