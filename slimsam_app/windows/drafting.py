"""What is open on the picture: kept with it when it is left, there again when it is shown again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer

from slimsam_app import figures
from slimsam_app.canvas.outline_drafts import as_draft, begun_outlines, take_up
from slimsam_app.canvas.view import CanvasView
from slimsam_app.i18n import counted, tr
from slimsam_app.messages import SHOW_MS
from slimsam_app.sessions.prompt_steps import FinishedMask
from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_core.annotation import Category, DrawnShape, ImageEntry, ImageState
from slimsam_core.errors import ProjectError
from slimsam_core.labelling.drafts import (
    BoxesDraft,
    OutlineDraft,
    Part,
    PromptDraft,
    Proposal,
    ProposalsDraft,
)
from slimsam_core.project import Change

_FINISHED = (ImageState.DONE, ImageState.EMPTY_CHECKED)
KEEP_MS = 400
"""After the last change, before what is open is written: a crash costs no more than this."""

OFFER_SECONDS = 2 * SHOW_MS / 1000
"""So long a line with a way back is shown."""


class Drafting(QObject):
    """Collects what prompts, boxes, tools and proposals have open, and gives it back to them."""

    def __init__(self, canvas: CanvasView, workbench: Workbench) -> None:
        super().__init__(canvas)
        self._canvas, self._workbench, self._drafts = canvas, workbench, workbench.drafts
        prompts, boxes, everything = workbench.prompts, workbench.boxes, workbench.everything
        self._prompts, self._boxes, self._everything = prompts, boxes, everything
        self._shown: int | None = None
        self._parked: list[Part] = []
        """What belongs to the shown picture and waits until nothing else is open there."""
        self._finished: tuple[str, Callable[[], None] | None] = "", None
        """What was told of the picture that was finished last: the next one leaves the way back in sight."""
        self._finished_at = 0.0
        self._left: dict[int, ProposalsDraft] = {}
        """Finished picture -> the proposals that nobody accepted."""
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self.keep)
        for change in (
            prompts.changed,
            boxes.changed,
            everything.changed,
            canvas.worked,
            workbench.objects.category_changed,
        ):
            change.connect(self._keep_later)
        canvas.tool_changed.connect(self._tool_chosen)
        self._drafts.look = self._remember
        workbench.document.changed.connect(self._follow_classes)
        workbench.document.changed.connect(self._follow_states)
        tie(workbench.document.closed, self, lambda: self._left.clear())
        workbench.masks.settled.connect(self._drawn)
        workbench.masks.not_drawn.connect(self._not_drawn)
        workbench.navigator.leaving.connect(self.leave)
        for source in (prompts, boxes):
            source.put_back.connect(self.put_back)
            source.settled.connect(self._settled)
        for giver in (prompts, boxes, everything):
            giver.dropped.connect(self._dropped)
        canvas.outline_dropped.connect(self._outline_dropped)
        prompts.doubted.connect(self._doubted)
        prompts.active_changed.connect(self._open_parked_later)
        boxes.changed.connect(self._open_parked_after_boxes)
        everything.found.connect(self._found)
        carriers = (workbench.carrying, workbench.carrying_through)
        for finder in (workbench.detection, workbench.likeness, *carriers):
            finder.offered.connect(self._offered)
        workbench.carrying_through.joined.connect(self._joined)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that is open on the shown picture."""
        if self._shown is None:
            return ()
        proposals = self._everything.draft(self._shown)
        return (
            *self._prompts.drafts,
            *self._boxes.drafts,
            *self._outlines,
            *self._being_made(),
            *((proposals,) if proposals else ()),
            *self._parked,
        )

    @property
    def drawing(self) -> bool:
        """Whether an outline is begun."""
        return bool(self._outlines)

    @property
    def _outlines(self) -> tuple[OutlineDraft, ...]:
        return begun_outlines(self._canvas, self._workbench.objects.category_id)

    def give_class(self, category_id: int) -> bool:
        """Give the outline in hand, which came back with a class, another one; False = it has none."""
        tool = self._canvas.tool
        if not (tool.category_id and tool.outline()):
            return False
        tool.category_id = category_id
        self._canvas.worked.emit()
        return True

    def keep(self) -> None:
        """Keep what is open now."""
        if self._shown is not None:
            self._drafts.keep(self._shown, self.parts)

    def _follow_classes(self, change: Change) -> None:
        """What is open has the class that took over from a deleted one, or that of new objects."""
        if not change.bulk and not any(isinstance(edit.entity, Category) for edit in change.edits):
            return
        now = self._workbench.objects.class_moves.now
        for source in (self._prompts, self._boxes):
            if source.active and source.has_own_class and now(source.category_id) != source.category_id:
                source.give_class(now(source.category_id))
        for tool in self._canvas.tools.values():
            tool.category_id = now(tool.category_id)

    def _remember(self) -> None:
        if self._shown is not None:
            self._drafts.remember(self._shown, self.parts)

    def _being_made(self) -> tuple[OutlineDraft, ...]:
        """Outlines that are complete and not objects yet."""
        found = (as_draft(*drawn[1:]) for drawn in self._workbench.masks.drawn if drawn[0] == self._shown)
        return tuple(draft for draft in found if draft is not None)

    def _drawn(self, image_id: int, shape: DrawnShape, category_id: int) -> None:
        draft = as_draft(shape, category_id)
        if draft is not None:
            self._settled(image_id, draft)

    def _not_drawn(self, image_id: int, shape: DrawnShape, category_id: int) -> None:
        draft = as_draft(shape, category_id)
        if draft is not None:
            self.put_back(image_id, draft)

    def show(self, image_id: int) -> None:
        """A picture is shown: what was open on it is open again."""
        self._shown = image_id
        waiting = {
            *self._prompts.drafts,
            *self._boxes.drafts,
            *self._being_made(),
        }  # is being accepted at this moment
        parts = [part for part in self._drafts.parts(image_id) if part not in waiting]
        for part in parts:
            self._open(part)
        (words, way_back), self._finished = self._finished, ("", None)
        if any(not isinstance(part, ProposalsDraft) for part in parts):
            again = tr("What was open on this picture is open again.")
            if way_back is None or time.monotonic() - self._finished_at > OFFER_SECONDS:
                words, way_back = "", None
            self._workbench.noted.emit(f"{words} {again}".lstrip(), way_back)

    def leave(self) -> None:
        """What is open goes from the picture in a moment: keep it, and say so."""
        image_id = self._shown
        if image_id is None:
            return
        self._canvas.tool.put_aside()
        self._timer.stop()
        self.keep()
        if any(not isinstance(part, ProposalsDraft) for part in self.open_parts):
            self._workbench.noted.emit(
                tr("What is open is kept with {name}.").format(name=self._name(image_id)), None
            )
        self._shown, self._parked = None, []
        if self._canvas.former_tool:  # the outline goes with its picture, and so does the tool of it
            self._canvas.set_tool(self._canvas.former_tool)

    def _tool_chosen(self) -> None:
        self._canvas.former_tool = ""

    def settle_open(self) -> None:
        """The picture is finished: all that is open and complete enough is an object, no proposal is left.

        Nobody looked at the masks of proposals that were not accepted: they are dropped. Both is told, with a
        way back.
        """
        count = 0
        for tool in self._canvas.tools.values():
            count += bool(tool.outline()) and tool.finish()
        if self._prompts.begun:
            self._prompts.accept()
            count += 1
        count += len(self._boxes.boxes)
        self._boxes.accept()
        words = ""
        if count:
            one = tr("What was open was accepted: 1 object.")
            many = tr("What was open was accepted: {n} objects.")
            words = (one if count == 1 else many).format(n=figures.count(count))
        self.drop_proposals(words)

    def take_back_proposals(self) -> bool:
        """Bring back the proposals that were taken away, if that was the last thing that was done."""
        if not (self._everything.was_last and self._everything.restore()):
            return False
        self._workbench.noted.emit(tr("The proposals that were taken away last are back."), None)
        return True

    def drop_proposals(self, words: str = "") -> None:
        """Take what nobody accepted off the finished picture, and tell it behind these words."""
        left, image_id, way_back = self._everything.clear(), self._shown, None
        self._left.pop(image_id or 0, None)
        if left is not None and image_id is not None:
            one, many = tr("1 proposal was dropped with it."), tr("{count} proposals were dropped with it.")
            words = f"{words} {counted(one, many, len(left.proposals))}".lstrip()
            way_back = self._way_back(image_id, left)
            self._left[image_id] = left
        if words:
            self._workbench.noted.emit(words, way_back)
            self._finished, self._finished_at = (words, way_back), time.monotonic()

    def _follow_states(self, change: Change) -> None:
        """A picture that is finished no more has its proposals again: the search took minutes."""
        for edit in change.edits:
            before, after = edit.before, edit.after
            if not (isinstance(before, ImageEntry) and isinstance(after, ImageEntry)):
                continue
            if before.state in _FINISHED and after.state not in _FINISHED:
                left = self._left.pop(after.id, None)
                if left is not None and not self._drafts.has_proposals(after.id):
                    self.put_back(after.id, left)

    def put_back(self, image_id: int, part: Part) -> None:
        """Something is to be open again; on another picture, or when its place is taken, it is kept there."""
        if isinstance(part, ProposalsDraft):
            self._left.pop(image_id, None)
        if image_id == self._shown:
            self._open(part)
            self.keep()
        else:
            kept = self._drafts.parts(image_id)
            self._drafts.keep(image_id, kept if part in kept else (*kept, part))

    def _open(self, part: Part) -> None:
        part = self._drafts.with_known_class(part)
        match part:
            case PromptDraft() if self._prompts.active:
                self._parked.append(part)
            case PromptDraft():
                objects = self._workbench.objects.objects
                refined = next((a for a in objects if a.id == part.refines_id), None)
                self._prompts.restore(part, refined)
            case BoxesDraft() if self._boxes.active and part.category_id not in (0, self._boxes.category_id):
                self._parked.append(part)
            case BoxesDraft():
                self._boxes.restore(part)
            case OutlineDraft():
                self._take_up(part)
            case ProposalsDraft() if self._shown is not None:
                self._everything.take_up(self._shown, part)

    def _take_up(self, outline: OutlineDraft) -> None:
        former = self._canvas.former_tool or self._canvas.tool.id
        if not take_up(self._canvas, outline):
            self._parked.append(outline)
        self._canvas.former_tool = former if former != self._canvas.tool.id else ""

    def _open_parked_later(self) -> None:
        if self._parked:  # the session that tells has not finished yet
            QTimer.singleShot(0, self, self._open_parked)

    def _open_parked_after_boxes(self) -> None:
        if not self._boxes.active:
            self._open_parked_later()

    def _open_parked(self) -> None:
        parked, self._parked = self._parked, []
        for part in parked:  # what is in its way still waits again
            opens = isinstance(part, PromptDraft) and not self._prompts.active
            self._open(part)
            if opens:
                self._prompts.surfaced()

    def _keep_later(self) -> None:
        if self._shown is not None and not self._timer.isActive():
            self._timer.start()

    @property
    def open_parts(self) -> list[Part]:
        """What is open and not on its way to be accepted."""
        opened = [*self._outlines, *self._parked]
        return [
            *opened,
            *(self._prompts.drafts[-1:] if self._prompts.begun else ()),
            *(self._boxes.drafts[-1:] if self._boxes.active else ()),
        ]

    def _settled(self, image_id: int, part: Part) -> None:
        if image_id == self._shown:
            self._keep_later()
        else:
            rest = [kept for kept in self._drafts.parts(image_id) if kept != part]
            self._drafts.remember(image_id, rest)
            self._drafts.save_soon()

    def _found(self, found: FoundProposals) -> None:
        draft = self._everything.draft(found.image_id)
        if found.image_id != self._shown and draft is not None:
            kept = self._drafts.parts(found.image_id)
            others = [part for part in kept if not isinstance(part, ProposalsDraft)]
            self._drafts.keep(found.image_id, [*others, draft])

    def _offered(self, image_id: int, draft: ProposalsDraft) -> None:
        """Proposals for any picture; where some wait already, those stay."""
        self._remember()
        if not self._drafts.has_proposals(image_id):
            self.put_back(image_id, draft)

    def _joined(self, image_ids: frozenset[int], now: Callable[[Proposal], Proposal | None]) -> None:
        """What waits in these images becomes what ``now`` says of it."""
        self._remember()
        self._everything.change(image_ids, now)
        for image_id in sorted(image_ids):
            parts = [changed for part in self._drafts.parts(image_id) if (changed := _changed(part, now))]
            self._drafts.keep(image_id, parts)

    def _dropped(self, part: Part) -> None:
        if self._shown is not None:
            self._workbench.noted.emit(tr("What was open was dropped."), self._way_back(self._shown, part))

    def _outline_dropped(
        self, tool_id: str, points: tuple[tuple[float, float], ...], category_id: int
    ) -> None:
        category_id = category_id or self._workbench.objects.category_id
        self._dropped(OutlineDraft(tool_id, points, category_id))

    def _way_back(self, image_id: int, part: Part) -> Callable[[], None]:
        project = self._workbench.document.project

        def put_back() -> None:
            if self._workbench.document.is_open and self._workbench.document.project is project:
                self.put_back(image_id, part)

        return partial(put_back)

    def _doubted(self, finished: FinishedMask) -> None:
        """Where it is not open in sight, say where it waits."""
        name = self._name(finished.image_id)
        if finished.image_id != self._shown:
            lost = tr("The refined mask keeps only {percent} % of its object: it waits on {name}.")
            other = tr("The mask became another one than you saw when you accepted it: it waits on {name}.")
            words = other if finished.another else lost
        elif self._parked:
            words = tr("A mask became another one than you saw: it opens again after the one you are at.")
        else:
            return
        self._workbench.noted.emit(words.format(percent=round(100 * finished.kept), name=name), None)

    def _name(self, image_id: int) -> str:
        try:
            return self._workbench.document.image(image_id).path.rsplit("/", 1)[-1]
        except ProjectError:  # it was removed meanwhile
            return f"#{image_id}"


def _changed(part: Part, now: Callable[[Proposal], Proposal | None]) -> Part | None:
    """The part with what became of its proposals; None when none is left."""
    if not isinstance(part, ProposalsDraft):
        return part
    left = tuple(after for one in part.proposals if (after := now(one)) is not None)
    return replace(part, proposals=left) if left else None
