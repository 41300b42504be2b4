"""What the window says when a search of the model is over: proposals, masks from boxes, prepared pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from slimsam_app import figures
from slimsam_app.canvas.view import CanvasView
from slimsam_app.i18n import counted, mark, tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.carry_session import CarriedOver
from slimsam_app.sessions.carry_through_session import CarriedThrough
from slimsam_app.sessions.likeness_session import LikenessEnd
from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.sessions.workbench import Workbench
from slimsam_core.errors import ProjectError
from slimsam_core.labelling import box_masks
from slimsam_core.visible_text import one_line

if TYPE_CHECKING:
    from slimsam_core.detecting.folder import DetectionTally
    from slimsam_core.inference.preparation import PreparationReport
    from slimsam_core.labelling.box_masks import BoxTally
    from slimsam_core.likeness.learning import NotYet
    from slimsam_core.likeness.next_picture import MostTelling


_STOPPED: Mapping[str, str] = {
    "size": mark("Nothing was carried over: the images differ in size or rotation."),
    "cut": mark("Nothing was carried over: the images are too far apart or show two scenes."),
}
"""By the words of ``NoMotion``, which this part of the program does not import."""

_ENDED: Mapping[str, str] = {
    "doubt": mark("Stopped at {name}: an object is too doubtful there."),
    "drift": mark("Stopped at {name}: an object no longer looks as it did in the first image."),
    "met": mark("Stopped at {name}: objects of one class met there and cannot be told apart any more."),
    "gone": mark("Stopped at {name}: no object is left there."),
    "size": mark("Stopped before {name}: it differs in size or rotation."),
    "cut": mark("Stopped before {name}: too far apart or another scene; more frames help."),
    "unread": mark("Stopped before {name}: it cannot be read."),
    "done": mark("Stopped before {name}: it is done."),
    "empty": mark("Stopped before {name}: it is checked as empty."),
    "labelled": mark("Stopped before {name}: it has objects already."),
    "waiting": mark("Stopped before {name}: it has proposals already."),
}
"""By the words of ``CarryStop`` and ``InTheWay``; of the end of all images nothing is said."""


MOST_LINES = 6
"""Classes that a note names: more do not fit."""


class FindingNotes(QObject):
    """Follows the workbench for as long as the canvas lives."""

    def __init__(self, workbench: Workbench, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._workbench, self._canvas = workbench, canvas
        self._question = ""
        """What was asked about the shown image, and is over when it is left."""
        workbench.preparation.finished.connect(self._tell_prepared)
        workbench.everything.found.connect(self._tell_found)
        workbench.everything.occupied.connect(self._ask_anew)
        workbench.navigator.moved.connect(self._leave)
        workbench.carrying.finished.connect(self._tell_carried)
        workbench.box_masks.finished.connect(self._tell_box_masks)
        workbench.detection.finished.connect(self._tell_detected)
        workbench.carrying_through.finished.connect(self._tell_carried_through)
        workbench.likeness.finished.connect(self._tell_likeness)
        workbench.likeness.chosen.connect(self._tell_chosen)

    def _tell_box_masks(self, tally: BoxTally, complete: bool) -> None:
        if not tally.boxes:
            self._workbench.told.emit(tr("There are no imported boxes without a mask."), "")
            return
        words = tr("Masks made from boxes: {made} of {count}.")
        on = [] if complete else [tr("Start it again to go on.")]
        self._workbench.told.emit(
            words.format(made=figures.count(len(tally.made)), count=figures.count(tally.boxes)),
            "\n".join([*on, *tally.reasons(_reason)[:4]]),
        )

    def _tell_detected(self, tally: DetectionTally, complete: bool) -> None:
        on = [] if complete else [tr("Start it again to go on.")]
        known = tr("{count} is labelled already."), tr("{count} are labelled already.")
        why = [counted(*known, tally.known)] if tally.known else []
        if tally.unread:
            words = tr("Images that could not be read: {count}.")
            why.append(words.format(count=figures.count(tally.unread)))
        if not tally.pictures and not tally.unread:
            self._workbench.told.emit(
                tr("There is no image to look at."), tr("All are done, or have proposals already.")
            )
            return
        words = tr("Proposals to review: {count}, in {images} of {all} images.")
        said = words.format(
            count=figures.count(tally.offered),
            images=figures.count(tally.offered_in),
            all=figures.count(tally.pictures),
        )
        self._tell_offered(said, " ".join([*on, *why]), tally.offered)

    def _tell_chosen(self, found: MostTelling, shown: bool) -> None:
        if found.image_id is None:
            self._workbench.told.emit(tr("There is no unlabelled image left that is not done."), "")
        elif shown:
            words = tr("The most telling one of {count} images.")
            self._workbench.noted.emit(words.format(count=figures.count(found.compared)), None)
        elif self._workbench.document.is_open:
            words = tr("The most telling image is {name}.").format(name=self._name(found.image_id))
            self._workbench.told.emit(words, "")

    def _tell_likeness(self, end: LikenessEnd) -> None:
        """What was found, what of each class can be believed, and which are not looked for yet."""
        name = {category.id: category.name for category in self._workbench.document.categories()}
        lines = [] if end.complete else [tr("Start it again to go on.")]
        for ready in end.ready:
            finds, right = ready.measured.at(ready.bar)
            words = tr("{name}: from {bar} on {percent} of {count} finds in held-back images were right.")
            lines.append(
                words.format(
                    name=name.get(ready.category_id, ""),
                    bar=figures.iou(ready.bar),
                    percent=figures.percent_interval(right, finds),
                    count=figures.count(finds),
                )
            )
        lines += [
            f"{name.get(one.category_id, '')}: {tr('not yet.')} {_why_not(one.reason)}" for one in end.not_yet
        ]
        if end.tally.unread:
            words = tr("Images that could not be read: {count}.")
            lines.insert(0, words.format(count=figures.count(end.tally.unread)))
        shown = [one_line(line) for line in lines[:MOST_LINES]]
        if len(lines) > MOST_LINES:
            shown.append(tr("and {count} more").format(count=figures.count(len(lines) - MOST_LINES)))
        if not end.ready:
            said = tr("There is nothing yet to look for.")
        elif not end.tally.pictures and not end.tally.unread:
            said = tr("There is no image to look at: all are labelled, done, or have proposals already.")
        else:
            words = tr("Proposals to review: {count}, in {images} of {all} images.")
            said = words.format(
                count=figures.count(end.tally.offered),
                images=figures.count(end.tally.offered_in),
                all=figures.count(end.tally.pictures),
            )
        self._tell_offered(said, "\n".join(shown), end.tally.offered)

    def _tell_prepared(self, report: PreparationReport) -> None:
        ready = report.encoded + report.ready_before
        words = tr("Images that open without waiting: {count}.").format(count=figures.count(ready))
        self._workbench.told.emit(words, "\n".join(in_words(error.message) for error in report.failed[:4]))

    def _tell_carried(self, result: CarriedOver) -> None:
        if result.stopped is not None:
            self._workbench.told.emit(tr(_STOPPED[result.stopped]), "")
            return
        if result.occupied:
            words = tr("Nothing was carried over: the image has proposals already.")
            self._workbench.told.emit(words, "")
            return
        left = [
            (result.doubtful, tr("{count} is too doubtful."), tr("{count} are too doubtful.")),
            (result.gone, tr("{count} left the image."), tr("{count} left the image.")),
            (result.known, tr("{count} is labelled already."), tr("{count} are labelled already.")),
        ]
        reasons = " ".join(counted(one, many, count) for count, one, many in left if count)
        if not result.proposals:
            self._workbench.told.emit(tr("No object was carried over."), reasons)
            return
        one, many = tr("1 object carried over to review."), tr("{count} objects carried over to review.")
        self._workbench.told.emit(counted(one, many, len(result.proposals)), reasons)

    def _tell_carried_through(self, result: CarriedThrough) -> None:
        one, many = tr("Carried into 1 image."), tr("Carried into {count} images.")
        reasons = [
            tr(_ENDED[end.why]).format(name=self._name(end.image_id))
            for end in result.ends
            if end.why in _ENDED
        ]
        if result.crossed:
            words = tr("Objects that came to other places from both sides, and are left out: {count}.")
            reasons.append(words.format(count=figures.count(result.crossed)))
        if result.unsure:
            words = tr("Objects that may be one on both sides, and stay two: {count}.")
            reasons.append(words.format(count=figures.count(result.unsure)))
        self._workbench.told.emit(counted(one, many, result.pictures), " ".join(reasons))

    def _name(self, image_id: int) -> str:
        try:
            return one_line(self._workbench.document.image(image_id).path.rsplit("/", 1)[-1])
        except ProjectError:  # it was removed meanwhile
            return f"#{image_id}"

    def _ask_anew(self, image_id: int, waiting: int) -> None:
        one, many = tr("1 proposal waits in this image."), tr("{count} proposals wait in this image.")
        hint = tr("A new search takes their place; Backspace brings them back.")
        again = (tr("Search anew"), lambda: self._workbench.everything.start_anew(image_id))
        self._question = counted(one, many, waiting)
        self._workbench.asked.emit(self._question, hint, again)

    def _leave(self) -> None:
        if self._question:
            self._workbench.answered.emit(self._question)
            self._question = ""

    def _tell_found(self, found: FoundProposals) -> None:
        if found.came_late:
            words = tr("Nothing was added: proposals came into the image meanwhile.")
            self._workbench.told.emit(words, "")
            return
        shown = self._workbench.prompts.image_id
        if found.image_id == shown and found.proposals:
            self._canvas.set_tool("review")
        known = (
            counted(
                tr("{count} object was already labelled."),
                tr("{count} objects were already labelled."),
                found.known,
            )
            if found.known
            else ""
        )
        if not found.proposals:
            hint = known or tr("A larger model sees more: Model > Models…")
            self._workbench.told.emit(tr("Nothing new was found."), hint)
        elif found.image_id != shown:
            self._offer_found(found, known)
        elif hint := " ".join(filter(None, (self._hidden(found), known))):
            one, many = tr("{count} proposal to review."), tr("{count} proposals to review.")
            count = len(self._workbench.everything.shown_of(found.image_id))
            self._workbench.told.emit(counted(one, many, count), hint)

    def _hidden(self, found: FoundProposals) -> str:
        """That the bar leaves out some of what was found, and where it is moved."""
        count = len(found.proposals) - len(self._workbench.everything.shown_of(found.image_id))
        if count <= 0:
            return ""
        return counted(
            tr("{count} less certain one is hidden: move the slider of the proposals."),
            tr("{count} less certain ones are hidden: move the slider of the proposals."),
            count,
        )

    def _offer_found(self, found: FoundProposals, known: str) -> None:
        """The person went on meanwhile: say where they are, and the way there."""
        try:
            name = self._workbench.document.image(found.image_id).path.rsplit("/", 1)[-1]
        except ProjectError:
            return  # the picture was taken out meanwhile
        one = tr("{count} proposal to review in {name}.")
        many = tr("{count} proposals to review in {name}.")
        count = len(self._workbench.everything.shown_of(found.image_id))
        words = (one if count == 1 else many).format(count=figures.count(count), name=name)
        self._workbench.asked.emit(words, known, (tr("Show"), lambda: self._show(found.image_id)))

    def _tell_offered(self, said: str, hint: str, offered: int) -> None:
        """What came into other images, with the way to the first of them where proposals wait."""
        waits, here = self._workbench.drafts.has_proposals, self._workbench.navigator.current_id
        others = (i for i in self._workbench.navigator.ids if i != here and waits(i)) if offered else iter(())
        target = next(others, None)
        if target is None:
            self._workbench.told.emit(said, hint)
        else:
            self._workbench.asked.emit(said, hint, (tr("Show"), lambda: self._show(target)))

    def _show(self, image_id: int) -> None:
        self._workbench.navigator.go(image_id)
        self._canvas.set_tool("review")


def _why_not(reason: NotYet) -> str:
    """Why a class is not looked for, in the user's language."""
    words = {
        "few": tr("It has {objects} objects in images to learn from; five in three of them are needed."),
        "alike": tr("Nothing that looks like it was found in labelled images, or nothing else."),
        "poor": tr("Only {right} of {count} finds in held-back images were right: label more.")
        if reason.found
        else tr("Nothing was found in held-back images: label more."),
    }
    return words[reason.why].format(
        objects=figures.count(reason.objects),
        right=figures.count(reason.right),
        count=figures.count(reason.found),
    )


def _reason(reason: str) -> str:
    """Why a box was left, in the user's language."""
    words = {
        box_masks.CHANGED: tr("the object was changed meanwhile"),
        box_masks.LOCKED: tr("the object is locked"),
        box_masks.RESIZED: tr("the picture has another size now"),
        box_masks.OUTSIDE: tr("the box lies outside the picture"),
        box_masks.UNSEEN: tr("the model sees nothing in the box"),
    }
    return words.get(reason) or in_words(reason)  # such as that its picture cannot be read
