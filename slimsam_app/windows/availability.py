"""Which actions work now, and why the others do not: what a grey entry and its key say."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from slimsam_app.actions import ACTIONS, Scope
from slimsam_app.canvas.tools.review import ReviewTool
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.prompt_steps import MaskQuestion
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.drafting import Drafting
from slimsam_app.windows.workspace import Workspace
from slimsam_core.annotation import Annotation, ImageEntry, ImageState, ReviewState
from slimsam_core.project.tracks import track_of
from slimsam_core.torch_part import why_not

NO_PROPOSALS = _("There are no proposals: Segment everything makes them.")
NO_CLASS = _("There is no class yet.")
NEED_TWO = ("mask.merge", "mask.subtract", "mask.intersect")
CHANGE_MASKS = (
    *NEED_TWO,
    "mask.split",
    "mask.fill",
    "mask.specks",
    "mask.largest",
    "mask.smooth",
    "mask.simplify",
    "object.delete",
)
"""What a locked object is kept from."""
CHANGE_WITH_OTHERS = frozenset({"project.name", "project.merge", "tool.note"})
"""Of the actions for several people those that change the project."""
STATES = {"image.new": ImageState.NEW, "image.review": ImageState.NEEDS_REVIEW}
"""Actions that only set a state: nothing happens where it is set already."""


class Availability(QObject):
    """Looks again at every change that may matter."""

    def __init__(
        self,
        actions: ActionSet,
        workbench: Workbench,
        workspace: Workspace,
        drafting: Drafting,
        menus: Iterable[QMenu],
        *,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._workbench, self._workspace = actions, workbench, workspace
        self._drafting = drafting
        self._menu_open = self._drawing = False
        self._entry: ImageEntry | None = None
        self._no_torch = in_words(why_not())
        navigator, objects, stack = workbench.navigator, workbench.objects, workbench.document.undo_stack
        for signal in (
            workbench.document.opened,
            workbench.document.closed,
            workbench.opener.left_out_changed,
            navigator.order_changed,
            navigator.picture_failed,
            objects.objects_changed,
            objects.selection_changed,
            objects.copied,
            stack.indexChanged,
            stack.cleanChanged,
            workbench.prompts.active_changed,
            workbench.prompts.doubted,
            workbench.boxes.changed,
            workbench.everything.changed,
            workbench.everything.selection_changed,
            workbench.compare.changed,
            workbench.review.queue_changed,
            workbench.review.current_changed,
            workspace.canvas.tool_changed,
        ):
            tie(signal, self, lambda *_: self.look())
        tie(workspace.canvas.worked, self, self._look_at_outline)
        tie(navigator.image_changed, self, self._image_changed)
        for menu in menus:
            tie(menu.aboutToShow, self, lambda: self._look_for_menu(True))
            tie(menu.aboutToHide, self, lambda: self._look_for_menu(False))
        self.look()

    def look(self) -> None:
        """Switch every action on or off."""
        empty = self._workbench.prompts.doubt is MaskQuestion.EMPTY
        self._actions.set_state(self._scope(), self._refusals(), {"object.delete"} if empty else ())

    def _image_changed(self, entry: ImageEntry | None) -> None:
        self._entry = entry
        self.look()

    def _look_at_outline(self) -> None:
        if self._drafting.drawing != self._drawing:
            self._drawing = not self._drawing
            self.look()

    def _look_for_menu(self, is_open: bool) -> None:
        """What is begun changes with every move of the hand: it counts when somebody looks at the menu.

        The keys of these actions always work, and tell when there was nothing to do.
        """
        self._menu_open = is_open
        self.look()

    def _scope(self) -> Scope:
        workbench = self._workbench
        if not workbench.document.is_open:
            return Scope.APP
        if workbench.navigator.picture is None:
            return Scope.PROJECT
        if self._workbench.prompts.active:
            return Scope.PROMPT
        proposals, reviews = workbench.everything.proposals, self._workspace.canvas.tool.id == ReviewTool.id
        if proposals and (reviews or not workbench.objects.selection):
            return Scope.PROPOSAL
        return Scope.SELECTION if workbench.objects.selection else Scope.IMAGE

    def _refusals(self) -> dict[str, str]:
        if not self._workbench.document.is_open:
            return self._of_models()
        return {
            **self._of_models(),
            **self._of_history(),
            **self._of_pictures(),
            **self._of_tools(),
            **self._of_proposals(),
            **self._of_review(),
            **self._of_selection(self._workbench.objects.selected),
            **self._of_reading(),
        }

    def _of_models(self) -> dict[str, str]:
        active = self._workbench.compare.active
        words = "" if active else tr("Compare with another model first.")
        return {
            "model.toggle": words,
            "model.compare_end": words,
            "model.compress": self._no_torch,
        }

    def _of_history(self) -> dict[str, str]:
        workbench, stack = self._workbench, self._workbench.document.undo_stack
        read_only = workbench.document.project.read_only
        opened = workbench.prompts.active or workbench.boxes.active or self._drafting.drawing
        undo = stack.canUndo() or workbench.accepting or opened or workbench.everything.was_last
        return {
            "edit.undo": "" if undo else tr("There is nothing to undo."),
            "edit.redo": "" if stack.canRedo() else tr("There is nothing to redo."),
            "project.apart": "" if read_only else tr("This project can be changed here."),
            "file.left_out": "" if workbench.opener.left_out else tr("Nothing of the folder was left out."),
        }

    def _of_reading(self) -> dict[str, str]:
        """A project that can only be looked at: what would change it."""
        if not self._workbench.document.project.read_only:
            return {}
        return dict.fromkeys(CHANGES, tr("This project can be looked at but not changed."))

    def _of_pictures(self) -> dict[str, str]:
        navigator = self._workbench.navigator
        entry, row, count = self._entry, navigator.row_of(navigator.current_id), len(navigator.ids)
        if entry is None:
            return dict.fromkeys(PICTURES, tr("No image is shown."))
        first = tr("This is the first image.") if row == 0 else ""
        last = tr("This is the last image.") if row == count - 1 else ""
        sent_back = entry.review is not None and entry.review.state is ReviewState.REJECTED
        already = tr("The image is marked so already.")
        filled = tr("There are objects in this image.") if self._workbench.objects.objects else ""
        return {
            "image.previous": first,
            "image.first": first,
            "image.next": last,
            "image.carry_on": last,
            "image.last": last,
            "image.empty": filled,
            "review.fixed": "" if sent_back else tr("The image was not sent back."),
            **{i: already if entry.state is state else "" for i, state in STATES.items()},
        }

    def _of_tools(self) -> dict[str, str]:
        canvas, everything = self._workspace.canvas, self._workbench.everything
        brush = "" if canvas.tool.paints else tr("Choose the brush or the eraser first.")
        nothing_open = self._menu_open and not (
            self._drafting.parts or canvas.layers.objects.painted is not None
        )
        back = tr("Nothing is open.") if nothing_open else ""
        chosen = everything.selection or self._workbench.objects.selection
        return {
            "tool.smaller": brush,
            "tool.larger": brush,
            "tool.review": "" if everything.proposals else tr(NO_PROPOSALS),
            "prompt.accept": "" if everything.selection else back,
            "prompt.accept_next": back,
            "prompt.remove_last": back,
            "prompt.cancel": "" if chosen else back,
        }

    def _of_proposals(self) -> dict[str, str]:
        everything = self._workbench.everything
        chosen = len(everything.selection)
        none = "" if everything.proposals else tr(NO_PROPOSALS)
        return {
            "proposal.restore": "" if everything.can_restore else tr("Nothing was rejected in this image."),
            "proposal.discard": none,
            "proposal.reject": "" if chosen else tr("Choose a proposal first."),
            "proposal.merge": "" if chosen > 1 else tr("Choose two proposals or more."),
            "proposal.accept_shown": none or self._why_not_all(),
            "proposal.accept_next": none or self._why_not_all(),
            "proposal.like_these": "" if self._workbench.likeness.classes_of_these else tr(NO_CLASS),
            "proposal.rest": "" if self._workbench.document.categories() else tr(NO_CLASS),
        }

    def _why_not_all(self) -> str:
        everything = self._workbench.everything
        if not everything.shown:
            return tr("No proposal is shown.")
        over = tr("All that are shown lie over objects: choose one and press Enter to take it all the same.")
        return over if len(everything.left_by_all) == len(everything.shown) else ""

    def _of_review(self) -> dict[str, str]:
        review = self._workbench.review
        none = review.current is None and not review.left
        words = review.nothing if none else ""
        if not review.checked or not review.is_open:
            words = tr("Open the review queue first.")
        if self._workbench.prompts.active:
            words = tr("A mask is open: accept it (Enter) or drop it (Esc) first.")
        return dict.fromkeys(("review.right", "review.wrong"), words)

    def _of_selection(self, chosen: tuple[Annotation, ...]) -> dict[str, str]:
        objects = self._workbench.objects
        locked = tr("A locked object is selected: unlock it first (L).")
        found = dict.fromkeys(CHANGE_MASKS, locked if any(a.locked for a in chosen) else "")
        two = tr("Select two objects or more: Shift+click adds one.")
        if len(chosen) < 2:
            found |= dict.fromkeys((*NEED_TWO, "object.group"), two)
        if not any(a.group_id is not None for a in chosen):
            found["object.ungroup"] = tr("No selected object is in a group.")
        found["object.same_thing"] = (
            "" if objects.copied_id else tr("Copy one object of the thing in another image first (Ctrl+C).")
        )
        if not any(track_of(a) for a in chosen):
            found["object.other_thing"] = tr("The object has no track: it is a thing of its own.")
        if len(chosen) == len(objects.objects):
            words = tr("All objects are selected: there is none to be in front of or behind.")
            found |= dict.fromkeys(("object.raise", "object.lower"), words)
        if len(chosen) > 1:
            alone = tr("Select one object alone.")
            found |= dict.fromkeys(("object.refine", "object.same_thing", "object.other_thing"), alone)
        elif chosen and chosen[0].locked:
            found["object.refine"] = locked
        if not objects.objects:
            found["edit.select_all"] = tr("This image has no objects.")
        if not objects.can_paste:
            found["edit.paste"] = tr("Copy an object first.")
        return found


PICTURES = (
    "image.previous",
    "image.first",
    "image.next",
    "image.last",
    "image.done",
    "image.empty",
    "image.remove",
    *STATES,
)
"""What needs a picture, shown or still on its way."""
CHANGES = (
    *(
        action.id
        for action in ACTIONS
        if action.id.startswith(("object.", "mask.", "review.", "class.", "prompt.accept", "proposal.accept"))
    ),
    *(f"tool.{tool}" for tool in ("boxes", "polygon", "rectangle", "ellipse", "lasso", "brush", "eraser")),
    "image.carry_on",
    "image.carry_through",
    "edit.undo",
    "edit.redo",
    "edit.paste",
    "edit.duplicate",
    "file.import",
    "file.import_folder",
    "image.done",
    "image.empty",
    "image.review",
    "image.new",
    "image.remove",
    "model.detect",
    *CHANGE_WITH_OTHERS,
)
"""What changes the project."""
