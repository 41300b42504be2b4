"""What each action does: the table's ids on one side, the sessions' use cases on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence

from slimsam_app.actions import MASK_WAITS
from slimsam_app.i18n import tr
from slimsam_app.sessions.prompt_steps import MaskQuestion
from slimsam_app.signals import tie
from slimsam_app.windows import teamwork
from slimsam_app.windows.beside import open_beside, part_with
from slimsam_app.windows.class_asking import ClassAsking
from slimsam_app.windows.dialogs.about import AboutBox
from slimsam_app.windows.dialogs.carry_dialog import CarryDialog
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.compare_dialog import CompareDialog
from slimsam_app.windows.dialogs.detector_dialog import DetectorDialog
from slimsam_app.windows.dialogs.doctor_dialog import DoctorDialog
from slimsam_app.windows.dialogs.film_dialog import FilmDialog
from slimsam_app.windows.dialogs.go_back_dialog import GoBackDialog
from slimsam_app.windows.dialogs.go_to_dialog import GoToDialog
from slimsam_app.windows.dialogs.guide_page import GuidePage
from slimsam_app.windows.dialogs.history_dialog import HistoryDialog
from slimsam_app.windows.dialogs.left_out_dialog import LeftOutDialog
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_app.windows.dialogs.palette import CommandPalette
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.dialogs.shortcut_sheet import ShortcutSheet
from slimsam_app.windows.dialogs.simplify_sheet import SimplifySheet
from slimsam_app.windows.dialogs.statistics_page import StatisticsPage
from slimsam_app.windows.main_window import MainWindow, project_filter
from slimsam_app.windows.transfer_bindings import transfer_calls
from slimsam_app.windows.view_popup import ViewPopup
from slimsam_core.annotation import ImageState
from slimsam_core.files.listing import is_folder
from slimsam_core.files.resources import resources_dir
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.pixels.video import SUFFIXES
from slimsam_core.project import CLASS_KEYS, class_keys

Call = Callable[[], object]
_AS_SHOWN = QKeySequence.SequenceFormat.NativeText


def bind(window: MainWindow) -> None:
    """Give every action of the window what it does."""
    for table in (
        _files(window),
        _canvas(window),
        transfer_calls(window),
        _project(window),
        _masks(window),
        _objects(window),
        _classes(window),
        _dialogs(window),
        teamwork.calls(window),
    ):
        for action_id, call in table.items():
            window.actions_.bind(action_id, call)

    def check(path: Path) -> None:
        DoctorDialog(window.workbench, path, window.theme, window).open()

    tie(window.check_wanted, window, check)


def _files(window: MainWindow) -> Mapping[str, Call]:
    workbench, settings = window.workbench, window.settings

    def start() -> str:
        folder: str = settings.get("state.last_folder")
        return folder if is_folder(folder) else str(Path.home())

    def chosen(paths: list[str]) -> None:
        if paths:
            first = Path(paths[0])
            settings.set("state.last_folder", str(first if is_folder(first) else first.parent))
            workbench.open([Path(path) for path in paths])

    def ask(title: str, mode: FileMode, name_filter: str = "") -> None:
        dialog = path_dialog(window, title, start(), name_filter, mode)
        dialog.filesSelected.connect(chosen)
        dialog.open()

    tie(workbench.films.offered, window, lambda film: FilmDialog(workbench.films, film, window).open())
    films = " ".join(f"*{suffix}" for suffix in SUFFIXES)
    suffixes = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
    return {
        "file.open_images": lambda: ask(
            tr("Open images"), FileMode.ExistingFiles, tr("Images") + f" ({suffixes})"
        ),
        "file.open_film": lambda: ask(tr("Open a film"), FileMode.ExistingFile, tr("Films") + f" ({films})"),
        "file.open_folder": lambda: ask(tr("Open folder"), FileMode.Directory),
        "file.open_project": lambda: ask(tr("Open project"), FileMode.ExistingFile, project_filter()),
        "file.samples": lambda: workbench.open([resources_dir() / "samples"], beside=False),
        "file.save": workbench.save,
        "file.close": workbench.close,
        "file.quit": window.close,
        "view.panels": window.panels.go_on,
        "view.reset_panels": window.reset_panels,
        "view.full_screen": lambda: window.showNormal() if window.isFullScreen() else window.showFullScreen(),
    }


def _project(window: MainWindow) -> Mapping[str, Call]:
    workbench, navigator = window.workbench, window.workbench.navigator

    def unfinished(direction: int) -> None:
        if not navigator.step_unfinished(direction):
            window.messages.show_info(tr("There is no unfinished image in this direction."))

    def go_to_end(place: int) -> None:
        if navigator.ids:
            navigator.go(navigator.ids[place])

    def done() -> None:
        if workbench.prompts.doubt is not None:  # it was asked about: this is no answer
            window.messages.note(tr("Say first what becomes of the open mask: Enter keeps it, Esc drops it."))
            return
        if workbench.prompts.active and (words := workbench.prompts.waits_for()):
            window.messages.note(words)
            return
        window.prompting.drafting.settle_open()
        workbench.set_state(ImageState.DONE, go_on=True)

    def empty() -> None:
        if window.prompting.drafting.open_parts:
            window.messages.note(tr("Something is open here: accept it (Enter) or drop it (Esc) first."))
            return
        window.prompting.drafting.drop_proposals()
        workbench.set_state(ImageState.EMPTY_CHECKED, go_on=True)

    def undo() -> None:
        # what is open was done last, or proposals were taken away last
        if not (window.workspace.canvas.undo() or window.prompting.drafting.take_back_proposals()):
            workbench.undo()

    def redo() -> None:
        if not window.workspace.canvas.hand_busy:  # what is under way now would be of another state
            workbench.redo()

    def remove() -> None:
        if navigator.current_id is not None:
            workbench.removal.remove((navigator.current_id,))

    return {
        "edit.undo": undo,
        "edit.redo": redo,
        "image.next": lambda: navigator.step(+1),
        "image.carry_on": workbench.carrying.start,
        "image.previous": lambda: navigator.step(-1),
        "image.next_unfinished": lambda: unfinished(+1),
        "image.previous_unfinished": lambda: unfinished(-1),
        "image.next_telling": workbench.likeness.go_to_next,
        "image.first": lambda: go_to_end(0),
        "image.last": lambda: go_to_end(-1),
        "image.go_to": lambda: GoToDialog(workbench, window).open(),
        "image.done": done,
        "image.empty": empty,
        "image.review": lambda: workbench.set_state(ImageState.NEEDS_REVIEW),
        "image.new": lambda: workbench.set_state(ImageState.NEW),
        "image.remove": remove,
    }


def _tell_nothing_open(window: MainWindow) -> None:
    keys = window.actions_["proposal.accept_shown"].shortcut().toString(_AS_SHOWN)
    if window.workbench.everything.proposals and keys:
        words = tr("Nothing is open. The proposals that are shown are accepted by {keys}.")
        window.messages.note(words.format(keys=keys))
    else:
        window.messages.note(tr("Nothing is open: click on an object first."))


def _canvas(window: MainWindow) -> Mapping[str, Call]:
    workspace, canvas = window.workspace, window.workspace.canvas

    nothing_open = partial(_tell_nothing_open, window)

    def accept() -> None:
        if canvas.finish():
            return
        if canvas.tool.paints and window.workbench.objects.selection:
            window.workbench.objects.select(())  # the chosen object was painted on: that ends here
        else:
            nothing_open()

    def accept_and_begin() -> None:
        chosen = window.workbench.objects.selection
        if not canvas.finish() and not chosen:
            nothing_open()
        window.workbench.masks.end_painting()
        window.workbench.objects.select(())

    def step_back() -> None:
        if not canvas.step_back():
            window.messages.note(tr("Nothing is open: there is no step to take back."))

    def cancel() -> None:
        # the hand first, then an error: what is open stays for the next Esc
        if canvas.holding or not window.messages.dismiss():
            workspace.cancel()
        workspace.take_keys()

    def focus() -> None:
        prompts = window.workbench.prompts
        prompts.focus(None if prompts.focused else canvas.visible_box())

    def adjust() -> None:
        sheet = ViewPopup(canvas, window.settings, window, window.actions_["view.adjust"].shortcuts())
        sheet.show_below(canvas.mapToGlobal(QPoint(canvas.width() - 8, 0)))

    return {
        **{f"tool.{tool_id}": partial(workspace.choose_tool, tool_id) for tool_id in workspace.tool_ids},
        "tool.smaller": lambda: workspace.scale_brush(False),
        "tool.larger": lambda: workspace.scale_brush(True),
        "tool.click": lambda: workspace.canvas.cross.click(left=True),
        "tool.click_right": lambda: workspace.canvas.cross.click(left=False),
        "view.fit": canvas.fit,
        "view.fit_width": canvas.fit_width,
        "view.actual": lambda: canvas.set_zoom(1.0),
        "view.zoom_in": lambda: canvas.zoom_by(1.25),
        "view.zoom_out": lambda: canvas.zoom_by(0.8),
        "view.adjust": adjust,
        "view.toggle_all": workspace.toggle_objects,
        "view.colors": workspace.change_colors,
        "prompt.focus": focus,
        "prompt.accept": accept,
        "prompt.accept_next": accept_and_begin,
        "prompt.cycle": lambda: window.workbench.prompts.cycle(+1),
        "prompt.cycle_back": lambda: window.workbench.prompts.cycle(-1),
        "prompt.remove_last": step_back,
        "prompt.cancel": cancel,
    }


def _masks(window: MainWindow) -> Mapping[str, Call]:
    workbench, masks, everything = window.workbench, window.workbench.masks, window.workbench.everything

    def refine() -> None:
        window.prompting.refining.start(workbench.objects.selected[0])

    def simplify() -> None:
        canvas = window.workspace.canvas
        sheet = SimplifySheet(masks, window.workspace.show_outlines, window)
        open_beside(sheet, canvas, part_with(canvas, workbench.objects.selection))

    def accept_and_step() -> None:
        everything.accept_shown()
        if not everything.shown:  # what lies over objects stays, and so does the picture
            workbench.navigator.step(+1)

    return {
        "object.refine": refine,
        "mask.from_boxes": window.workbench.box_masks.start,
        "image.prepare": window.workbench.preparation.start,
        "proposal.find": everything.start,
        "proposal.like_these": workbench.likeness.start,
        "proposal.rest": workbench.likeness.start_all,
        "proposal.accept_shown": everything.accept_shown,
        "proposal.accept_next": accept_and_step,
        "proposal.reject": everything.reject,
        "proposal.merge": everything.merge,
        "proposal.restore": everything.restore,
        "proposal.discard": everything.discard,
        "proposal.next": lambda: everything.step(+1),
        "proposal.previous": lambda: everything.step(-1),
        "mask.merge": masks.unite,
        "mask.subtract": masks.subtract,
        "mask.intersect": masks.intersect,
        "mask.split": masks.split,
        "mask.fill": masks.fill_holes,
        "mask.specks": masks.drop_specks,
        "mask.largest": masks.keep_largest,
        "mask.smooth": masks.smooth,
        "mask.simplify": simplify,
    }


def _objects(window: MainWindow) -> Mapping[str, Call]:
    objects = window.workbench.objects

    def delete() -> None:
        prompts = window.workbench.prompts
        refined = prompts.refined if prompts.doubt is MaskQuestion.EMPTY else None
        if refined is not None:  # nothing of it is left: it goes as a whole
            prompts.clear()
            objects.select((refined.id,))
        if prompts.active:
            window.messages.note(tr(MASK_WAITS))
        else:
            objects.delete()

    return {
        "edit.copy": objects.copy,
        "edit.paste": objects.paste,
        "edit.duplicate": lambda: objects.paste(objects.selected),
        "edit.select_all": lambda: objects.select(a.id for a in objects.objects),
        "object.delete": delete,
        "object.hide": lambda: objects.set_hidden(
            objects.selection, not all(a.hidden for a in objects.selected)
        ),
        "object.lock": lambda: objects.set_locked(
            objects.selection, not all(a.locked for a in objects.selected)
        ),
        "object.group": lambda: objects.group(True),
        "object.ungroup": lambda: objects.group(False),
        "object.same_thing": window.workbench.tracks.join,
        "object.other_thing": window.workbench.tracks.part,
        "object.raise": lambda: objects.restack(True),
        "object.lower": lambda: objects.restack(False),
    }


def _dialogs(window: MainWindow) -> Mapping[str, Call]:
    workbench, document = window.workbench, window.workbench.document

    def edit_objects() -> None:
        chosen = workbench.objects.selected
        if chosen:
            editor = ObjectEditor(chosen, document.categories(), workbench.objects, window)
            canvas = window.workspace.canvas
            open_beside(editor, canvas, part_with(canvas, (one.id for one in chosen)))

    return {
        "object.edit": edit_objects,
        "file.go_back": lambda: GoBackDialog(workbench.kept_states(), workbench.go_back, window).open(),
        "edit.history": lambda: workbench.attempt(
            lambda: HistoryDialog(workbench.stepping.recent(), workbench.navigator.go, window).open()
        ),
        "file.left_out": lambda: LeftOutDialog(workbench.opener.left_out, window).open(),
        "image.queue": lambda: window.toggle_queue(window.review_dock),
        "review.right": lambda: workbench.review.judge(True),
        "review.wrong": lambda: workbench.review.judge(False),
        "image.statistics": lambda: StatisticsPage(workbench, window.theme, window).open(),
        "edit.settings": lambda: SettingsDialog(window.settings, window).open(),
        "model.manage": lambda: ModelManager(
            workbench.models, workbench.model_in_use, window.theme, window
        ).open(),
        "image.carry_through": lambda: CarryDialog(workbench, window).open(),
        "model.detect": lambda: DetectorDialog(
            workbench.detection, document.categories(), window.theme, window
        ).open(),
        "model.compare": lambda: CompareDialog(
            workbench.models, window.workbench.model_in_use.name, window.workbench.compare.start, window
        ).open(),
        "model.toggle": window.workbench.compare.toggle,
        "model.compare_end": window.workbench.compare.stop,
        "model.compress": window.compressing.begin,
        "help.keys": lambda: ShortcutSheet(window.settings, window).open(),
        "help.palette": lambda: CommandPalette(window.actions_, window.theme, window).show(),
        "help.guide": lambda: GuidePage(window).show(),
        "help.about": lambda: AboutBox(window).open(),
    }


def _classes(window: MainWindow) -> Mapping[str, Call]:
    workbench, document, choice = window.workbench, window.workbench.document, window.workbench.class_choice
    asking = ClassAsking(workbench, choice, window.theme, window.workspace.canvas, window)

    def give(digit: str) -> None:
        category_id = class_keys(document.categories()).get(digit)
        if category_id is None:
            window.messages.note(tr("No class has the key {key} yet.").format(key=digit))
        else:
            choice.give(category_id)

    def give_under(digit: str) -> None:
        category_id = class_keys(document.categories()).get(digit)
        if category_id is None:
            window.messages.note(tr("No class has the key {key} yet.").format(key=digit))
        elif not window.workspace.give_under_pointer(category_id):
            window.messages.note(tr("There is no object under the pointer."))

    def ask_class(ids: tuple[int, ...], image_id: int) -> None:
        if window.settings.get("label.ask_class"):
            asking.ask_for(ids, image_id)

    tie(workbench.objects.unnamed, window, ask_class)
    return {
        "class.new": window.classes_dock.start_new,
        "class.edit": lambda: ClassEditor(
            window.classes_model, workbench.classes, window.theme, window
        ).open(),
        "class.choose": asking.choose,
        **{f"class.{n}": partial(give, digit) for n, digit in enumerate(CLASS_KEYS, 1)},
        **{f"class.under.{n}": partial(give_under, digit) for n, digit in enumerate(CLASS_KEYS[:9], 1)},
    }
