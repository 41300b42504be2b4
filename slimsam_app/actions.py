"""The one table of everything that can be done: menus, tool bars, palette and shortcut sheet come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr


class Scope(StrEnum):
    """When an action can be used; each scope lies inside its parent."""

    APP = "app"
    PROJECT = "project"
    IMAGE = "image"
    PROMPT = "prompt"
    PROPOSAL = "proposal"
    SELECTION = "selection"


PARENT: Mapping[Scope, Scope | None] = {
    Scope.APP: None,
    Scope.PROJECT: Scope.APP,
    Scope.IMAGE: Scope.PROJECT,
    Scope.PROMPT: Scope.IMAGE,
    Scope.PROPOSAL: Scope.IMAGE,
    Scope.SELECTION: Scope.IMAGE,
}

SCOPE_TEXT: Mapping[Scope, str] = {
    Scope.APP: _("Anywhere"),
    Scope.PROJECT: _("With a project open"),
    Scope.IMAGE: _("With an image open"),
    Scope.PROMPT: _("While a prompt is open"),
    Scope.PROPOSAL: _("While proposals are reviewed"),
    Scope.SELECTION: _("With objects selected"),
}

SCOPE_NEEDS: Mapping[Scope, str] = {
    Scope.PROJECT: _("Open a folder of images first."),
    Scope.IMAGE: _("No image is shown."),
    Scope.PROMPT: _("No mask is open: click on an object first."),
    Scope.PROPOSAL: _("Choose a proposal in the list first."),
    Scope.SELECTION: _("Select an object first."),
}
"""What is missing where a scope is not active."""
MASK_WAITS = _("A mask is open: accept it (Enter) or drop it (Esc) first.")
WAITS: Mapping[tuple[Scope, Scope], str] = {
    (Scope.SELECTION, Scope.PROMPT): MASK_WAITS,
    (Scope.SELECTION, Scope.PROPOSAL): _("Proposals are being reviewed: select an object with V first."),
    (Scope.PROPOSAL, Scope.PROMPT): MASK_WAITS,
}
"""What keeps the actions of a scope from working, where another one is active."""


@cache
def needs(scope: Scope, innermost: Scope) -> str:
    """Why actions of ``scope`` cannot be used while ``innermost`` is active; empty = they can."""
    active = enclosing(innermost)
    missing = [around for around in reversed(enclosing(scope)) if around not in active]
    if not missing:
        return ""
    return WAITS.get((scope, innermost), SCOPE_NEEDS[missing[0]])


@cache
def enclosing(scope: Scope) -> tuple[Scope, ...]:
    """A scope and those around it, innermost first."""
    found: list[Scope] = []
    current: Scope | None = scope
    while current is not None:
        found.append(current)
        current = PARENT[current]
    return tuple(found)


def overlap(a: Scope, b: Scope) -> bool:
    """Whether both scopes can be active at once (a prompt and a selection exclude each other)."""
    return a in enclosing(b) or b in enclosing(a)


@dataclass(frozen=True)
class Action:
    """One thing that can be done. Its fields go by place: the table below has a row an action."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    scope: Scope = Scope.APP
    menu: str = ""
    """The menu it stands in; empty = only in the palette and on keys."""
    checkable: bool = False
    gestures: tuple[str, ...] = ()
    """Ways of the mouse, and keys that the canvas handles itself, for the shortcut sheet."""
    in_palette: bool = True
    more: str = ""
    """What the text alone does not say; a line of the tip."""
    short: str = ""
    """A word for a button; empty = the text."""


FILE, EDIT, VIEW, IMAGE, OBJECT, MASK, TOOLS, MODEL, PROJECT, HELP = MENUS = (
    _("&File"),
    _("&Edit"),
    _("&View"),
    _("&Image"),
    _("&Object"),
    _("Mas&k"),
    _("&Tools"),
    _("&Model"),
    _("&Project"),
    _("&Help"),
)
A, P, M, R, S = Scope.APP, Scope.PROJECT, Scope.IMAGE, Scope.PROMPT, Scope.SELECTION
V = Scope.PROPOSAL

ACTIONS: tuple[Action, ...] = (
    Action("file.open_images", _("Open images…"), ("Ctrl+O",), "image", A, FILE),
    Action("file.open_folder", _("Open folder…"), ("Ctrl+U", "Ctrl+Shift+O"), "folder-open", A, FILE),
    Action("file.open_film", _("Open a film…"), (), "monitor-play", A, FILE,
           more=_("Its frames become a folder of images, all of them or some.")),
    Action("file.open_project", _("Open project…"), (), "stack", A, FILE),
    Action("file.samples", _("Try the sample photographs"), (), "rocket-launch", A, FILE),
    Action("file.save", _("Save now"), ("Ctrl+S",), "floppy-disk", P, FILE),
    Action("file.import", _("Import annotations…"), ("Ctrl+Shift+I",), "download-simple", P, FILE),
    Action("file.import_folder", _("Import a folder of annotations…"), (), "folder-open", P, FILE),
    Action("file.doctor", _("Check an annotation file…"), (), "first-aid-kit", A, FILE),
    Action("file.export", _("Export folder…"), ("Ctrl+Shift+E",), "export", P, FILE,
           short=_("Export")),
    Action("file.export_image", _("Export this image…"), (), "file-arrow-up", M, FILE),
    Action("file.left_out", _("Entries that were left out…"), (), "warning-circle", P, FILE),
    Action("file.go_back", _("Go back to…"), (), "clock-counter-clockwise", P, FILE),
    Action("file.close", _("Close project"), ("Ctrl+W",), "x", P, FILE),
    Action("file.quit", _("Quit"), ("Ctrl+Q",), "sign-out", A, FILE),
    Action("edit.undo", _("Undo"), ("Ctrl+Z",), "arrow-counter-clockwise", P, EDIT),
    Action("edit.redo", _("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "arrow-clockwise", P, EDIT),
    Action("edit.history", _("History…"), (), "clock-clockwise", P, EDIT),
    Action("edit.copy", _("Copy objects"), ("Ctrl+C",), "copy", S, EDIT),
    Action("edit.paste", _("Paste objects"), ("Ctrl+V",), "clipboard", M, EDIT),
    Action("edit.duplicate", _("Duplicate objects"), ("Ctrl+D",), "copy-simple", S, EDIT),
    Action("edit.select_all", _("Select all objects"), ("Ctrl+A",), "selection-all", M, EDIT),
    Action("edit.settings", _("Settings…"), ("F2",), "gear-six", A, EDIT),
    Action("view.fit", _("Fit the image"), ("Ctrl+F",), "arrows-out", M, VIEW),
    Action("view.fit_width", _("Fit the width"), ("Ctrl+Shift+F",), "arrows-out-line-horizontal", M, VIEW),
    Action("view.actual", _("100 %"), ("Ctrl+0",), "number-square-one", M, VIEW),
    Action("view.zoom_in", _("Zoom in"), ("Ctrl++", "Ctrl+="), "magnifying-glass-plus", M, VIEW,
           gestures=(_("Ctrl+wheel"),)),
    Action("view.zoom_out", _("Zoom out"), ("Ctrl+-",), "magnifying-glass-minus", M, VIEW),
    Action("view.adjust", _("Brightness, contrast, opacity…"), ("Ctrl+L",), "sliders-horizontal", M, VIEW),
    Action("view.toggle_all", _("Hide or show all objects"), ("T",), "eye", M, VIEW,
           gestures=(_("hold S: the picture alone"),)),
    Action("view.colors", _("Colours by class or by object"), ("Shift+C",), "palette", M, VIEW),
    Action("view.panels", _("Side panels: all, the right ones, none"), ("F9",), "columns", A, VIEW),
    Action("view.reset_panels", _("Put the panels back"), (), "layout", A, VIEW),
    Action("view.full_screen", _("Full screen"), ("F11",), "frame-corners", A, VIEW, checkable=True),
    Action("image.next", _("Next image"), ("D", "PgDown"), "caret-right", P, IMAGE),
    Action("image.carry_on", _("Carry on: next image with these objects"), ("Shift+D",), "fast-forward", M,
           IMAGE),
    Action("image.carry_through", _("Carry through images…"), ("Ctrl+Alt+D",), "film-strip", M, IMAGE,
           more=_("Into many images, forward, backward or between two labelled ones.")),
    Action("image.previous", _("Previous image"), ("A", "PgUp"), "caret-left", P, IMAGE),
    Action("image.next_unfinished", _("Next unfinished image"), ("Ctrl+Shift+D",), "skip-forward", P, IMAGE),
    Action("image.previous_unfinished", _("Previous unfinished image"), ("Ctrl+Shift+A",), "skip-back", P,
           IMAGE),
    Action("image.next_telling", _("Next image to label: the most telling one"), ("Ctrl+Alt+N",), "compass",
           P, IMAGE, more=_("One that differs from the labelled images, and of which little is sure.")),
    Action("image.first", _("First image"), ("Home",), "caret-double-left", P, IMAGE),
    Action("image.last", _("Last image"), ("End",), "caret-double-right", P, IMAGE),
    Action("image.go_to", _("Go to image…"), ("Ctrl+G",), "hash", P, IMAGE),
    Action("image.done", _("Mark as done and go on"), ("Ctrl+Return",), "check-circle", P, IMAGE,
           short=_("Done, next")),
    Action("image.empty", _("Mark as checked, nothing to label"), ("Ctrl+Shift+Return",), "prohibit", P,
           IMAGE),
    Action("image.review", _("Mark for review"), ("Ctrl+R",), "flag", P, IMAGE),
    Action("image.new", _("Mark as new"), (), "circle-dashed", P, IMAGE),
    Action("image.remove", _("Remove from the project"), (), "minus-circle", P, IMAGE),
    Action("image.statistics", _("Statistics"), ("Ctrl+Shift+S",), "chart-bar", P, IMAGE),
    Action("image.queue", _("Review queue"), ("Ctrl+Shift+R",), "list-bullets", P, IMAGE),
    Action("review.right", _("This one is right"), ("Y",), "check", P, IMAGE),
    Action("review.wrong", _("Needs work"), ("Shift+Y",), "flag", P, IMAGE),
    Action("image.prepare", _("Prepare this folder"), (), "lightning", P, IMAGE),
    Action("object.edit", _("Edit note and attributes…"), ("Ctrl+E",), "note-pencil", S, OBJECT),
    Action("class.choose", _("Choose a class…"), ("I", "Ctrl+B"), "tag", M, OBJECT),
    Action("object.delete", _("Delete objects"), ("Del",), "trash", S, OBJECT),
    Action("object.hide", _("Hide or show"), ("H",), "eye-slash", S, OBJECT),
    Action("object.lock", _("Lock or unlock"), ("L",), "lock-simple", S, OBJECT),
    Action("object.group", _("Group"), ("G",), "link-simple", S, OBJECT),
    Action("object.ungroup", _("Ungroup"), ("Shift+G",), "link-simple-break", S, OBJECT),
    Action("object.same_thing", _("Same thing as the copied object"), (), "git-merge", S, OBJECT),
    Action("object.other_thing", _("From here on another thing"), (), "git-branch", S, OBJECT),
    Action("object.raise", _("Bring to the front"), ("Ctrl+]",), "arrow-line-up", S, OBJECT),
    Action("object.lower", _("Send to the back"), ("Ctrl+[",), "arrow-line-down", S, OBJECT),
    Action("object.refine", _("Refine by clicks"), ("E",), "magic-wand", S, OBJECT),
    Action("prompt.focus", _("Look closer at the visible part"), ("Z",), "frame-corners", M, OBJECT),
    Action("mask.merge", _("Merge"), ("Ctrl+Shift+M",), "circles-three", S, MASK,
           more=_("One object of all; the one that was selected first keeps its number and class.")),
    Action("mask.subtract", _("Subtract"), (), "minus-circle", S, MASK,
           more=_("Cuts the objects that were selected later out of the one that was selected first.")),
    Action("mask.intersect", _("Intersect"), (), "intersect", S, MASK,
           more=_("What all share; the one that was selected first keeps its number and class.")),
    Action("mask.split", _("Split into parts"), (), "squares-four", S, MASK),
    Action("mask.fill", _("Fill holes"), (), "paint-bucket", S, MASK),
    Action("mask.specks", _("Drop specks"), (), "sparkle", S, MASK),
    Action("mask.largest", _("Keep the largest part"), (), "circle", S, MASK),
    Action("mask.smooth", _("Smooth"), (), "waves", S, MASK),
    Action("mask.simplify", _("Simplify outline…"), (), "polygon", S, MASK),
    Action("proposal.find", _("Segment everything"), ("Shift+E",), "grid-four", M, MASK),
    Action("proposal.like_these", _("Find more like these"), ("Ctrl+Alt+F",), "sparkle", M, MASK,
           more=_("Looks in the other images for the classes of the selected objects, learnt from labels.")),
    Action("proposal.rest", _("Find more of all classes"), (), "stack", M, MASK,
           more=_("Looks in the other images for what looks like labelled objects of any class.")),
    Action("proposal.accept_shown", _("Accept all proposals that are shown"), ("Shift+Return",), "checks", M,
           MASK),
    Action("proposal.accept_next", _("Accept all proposals that are shown and go on"), ("Alt+Return",),
           "check-square-offset", M, MASK),
    Action("proposal.reject", _("Reject the chosen proposals"), ("Del",), "x-square", V, MASK),
    Action("proposal.merge", _("Merge the chosen proposals"), ("Ctrl+Shift+M",), "circles-three-plus", V,
           MASK),
    Action("proposal.restore", _("Bring rejected proposals back"), (), "arrow-bend-up-left", M, MASK,
           more=_("What was rejected or merged last; Backspace does it while proposals are reviewed.")),
    Action("proposal.discard", _("Discard all proposals"), (), "trash", M, MASK),
    Action("proposal.next", _("Next proposal"), ("Tab",), "caret-right", V, ""),
    Action("proposal.previous", _("Previous proposal"), ("Shift+Tab",), "caret-left", V, ""),
    Action("mask.from_boxes", _("Masks from imported boxes"), (), "selection-background", P, MASK),
    Action("prompt.accept", _("Accept the mask"), ("Return", "Enter"), "check", M, OBJECT,
           gestures=(_("Space"), _("double click"))),
    Action("prompt.accept_next", _("Accept the mask and start another object"), ("N",), "checks", M, OBJECT),
    Action("prompt.cycle", _("Next of the masks on offer"), ("Tab",), "stack-simple", R, OBJECT,
           gestures=(_("Alt+wheel"),)),
    Action("prompt.cycle_back", _("Previous of the masks on offer"), ("Shift+Tab",), "stack-simple", R, ""),
    Action("prompt.remove_last", _("Take back the last step"), ("Backspace",), "backspace", M, OBJECT,
           gestures=(_("click the prompt"),)),
    Action("prompt.cancel", _("Cancel the open mask"), ("Esc",), "x-circle", M, OBJECT),
    Action("tool.select", _("Select and edit"), ("V", "Ctrl+J"), "cursor", M, TOOLS, True, short=_("Select")),
    Action("tool.point", _("Points"), ("Q",), "crosshair-simple", M, TOOLS, True,
           (_("left click: part of the object"), _("right click or Shift+click: not part of it"),
            _("hold Ctrl: decode only on release"))),
    Action("tool.box", _("Box prompt"), ("W",), "bounding-box", M, TOOLS, True, short=_("Box")),
    Action("tool.boxes", _("Several boxes"), ("Shift+W",), "selection-plus", M, TOOLS, True,
           (_("Shift+drag with the box tool"), _("click an edge: drop the box")), short=_("Boxes")),
    Action("tool.review", _("Review proposals"), ("Shift+V",), "cards", M, TOOLS, True,
           (_("Backspace: bring back what was rejected last"),), short=_("Review")),
    Action("tool.polygon", _("Polygon"), ("P",), "polygon", M, TOOLS, True,
           (_("Alt+click an edge: add a vertex"), _("Alt+click a vertex: remove it"))),
    Action("tool.rectangle", _("Rectangle"), ("R",), "rectangle", M, TOOLS, True),
    Action("tool.ellipse", _("Ellipse"), ("O",), "circle", M, TOOLS, True),
    Action("tool.lasso", _("Lasso"), ("F",), "scribble-loop", M, TOOLS, True),
    Action("tool.brush", _("Brush"), ("B",), "paint-brush", M, TOOLS, True),
    Action("tool.eraser", _("Eraser"), ("X",), "eraser", M, TOOLS, True),
    Action("tool.pan", _("Pan"), ("M",), "hand", M, TOOLS, True, (_("middle drag"), _("Space drag"))),
    Action("tool.note", _("Send back with a note"), ("Shift+R",), "chat-circle-text", M, TOOLS, True,
           (_("click where something is to be done"),), short=_("Note")),
    Action("tool.smaller", _("Smaller brush"), ("[",), "minus-circle", M, TOOLS, gestures=(_("Alt+wheel"),)),
    Action("tool.larger", _("Larger brush"), ("]",), "plus-circle", M, TOOLS, gestures=(_("Alt+wheel"),)),
    Action("tool.click", _("Click at the cross"), ("K",), "crosshair", M, TOOLS,
           gestures=(_("arrow keys move the cross, with Shift finely, with Ctrl far"),)),
    Action("tool.click_right", _("Right click at the cross"), ("Shift+K",), "crosshair", M, TOOLS),
    Action("class.new", _("New class…"), ("Ctrl+Shift+N",), "plus", P, OBJECT),
    Action("class.edit", _("Edit classes…"), (), "tag-simple", P, OBJECT),
    Action("model.manage", _("Models…"), ("Ctrl+M",), "cpu", A, MODEL),
    Action("model.detect", _("Detector…"), (), "magnifying-glass-plus", P, MODEL,
           more=_("Your own network (YOLO, RT-DETR, RF-DETR) looks through the images.")),
    Action("model.compare", _("Compare with another model…"), (), "swap", A, MODEL),
    Action("model.toggle", _("Show the mask of the other model"), ("C",), "arrows-left-right", M, MODEL),
    Action("model.compare_end", _("End the comparison"), (), "x", A, MODEL),
    Action("model.compress", _("Compress model…"), ("Ctrl+Alt+M",), "arrows-in-simple", A, MODEL),
    Action("project.name", _("Your name…"), (), "identification-badge", P, PROJECT,
           more=_("Stands with each object that you make, so that several people can share a project.")),
    Action("project.split", _("Split among people…"), (), "git-fork", P, PROJECT,
           more=_("Writes a part for each, a project of its own; some images may go to several.")),
    Action("project.merge", _("Merge parts…"), (), "git-merge", P, PROJECT,
           more=_("Joins parts, copies or other projects into this one, as one step of undo.")),
    Action("project.apart", _("Work on my own part"), (), "git-branch", P, PROJECT,
           more=_("For a project that somebody else has open: yours is made beside it and merged later.")),
    Action("project.differences", _("Differences between people"), (), "scales", P, PROJECT,
           gestures=(_("A, B: this side is right"), _("U: both masks as one"), _("R: draw it anew"),
                     _("K: keep both")),
           more=_("What merges left open, and objects on which people differ, the worst first.")),
    Action("project.compare", _("Compare people…"), (), "handshake", P, PROJECT,
           more=_("How far people agree who labelled the same images, or how good each is.")),
    Action("review.approve", _("Approve and go on"), ("Shift+A",), "thumbs-up", M, PROJECT,
           more=_("A second person found the image right as it is; exports can be limited to these.")),
    Action("review.fixed", _("Notes are done"), ("Shift+F",), "arrow-bend-up-left", M, PROJECT,
           more=_("The image was sent back and is mended: somebody should look again.")),
    Action("help.palette", _("Find a command…"), ("Ctrl+K", "Ctrl+Shift+P"), "magnifying-glass", A, HELP),
    Action("help.keys", _("Keyboard shortcuts"), ("F1",), "keyboard", A, HELP),
    Action("help.guide", _("User guide"), (), "book-open", A, HELP),
    Action("help.about", _("About SlimSAM"), (), "info", A, HELP),
    *(
        Action(f"class.{n}", _("Class {n} for the selection or for new objects").replace("{n}", str(n)),
               (str(n % 10),), "", M, "", in_palette=False)
        for n in range(1, 11)
    ),
    *(
        Action(f"class.under.{n}", _("Class {n} for the object under the pointer").replace("{n}", str(n)),
               (f"Ctrl+{n}",), "", M, "", in_palette=False)
        for n in range(1, 10)
    ),
)  # fmt: skip
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

TOP_BAR = (
    "file.open_folder", "", "image.previous", "image.next", "", "edit.undo", "edit.redo", "",
    "view.zoom_out", "view.zoom_in", "view.fit", "view.adjust", "image.done", "file.export",
)  # fmt: skip
"""Ids in the tool bar above the picture; an empty one is a separator."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "SlimSAM": {},
    "labelme": {
        "tool.polygon": ("Ctrl+N",),
        "tool.rectangle": ("Ctrl+R",),
        "tool.select": ("Ctrl+J", "V"),
        "image.review": (),
        "edit.redo": ("Ctrl+Shift+Z",),
        "view.toggle_all": ("T", "Ctrl+H"),
        "file.open_folder": ("Ctrl+U",),
    },
    "CVAT": {
        "tool.lasso": (),
        "image.next": ("F", "PgDown"),
        "image.previous": ("D", "PgUp"),
        "image.next_unfinished": ("Alt+Right",),
        "image.previous_unfinished": ("Alt+Left",),
        "tool.point": ("Q", "Shift+N"),
        "tool.pan": (),
        "help.palette": ("Ctrl+K",),
    },
    "X-AnyLabeling": {
        "tool.lasso": (),
        "tool.brush": (),
        "prompt.accept": ("F", "Return", "Enter"),
        "prompt.accept_next": ("N",),
        "prompt.cancel": ("B", "Esc"),
        "object.ungroup": ("U", "Shift+G"),
        "tool.select": ("Ctrl+J", "V"),
    },
}


def keys_of(action: Action, preset: str) -> tuple[str, ...]:
    """The keys of an action under a preset."""
    return PRESETS.get(preset, {}).get(action.id, action.keys)


@dataclass(frozen=True)
class Conflict:
    """Two actions that the same key would trigger in the same situation."""

    key: str
    first: str
    second: str


def conflicts(keys: Mapping[str, Iterable[str]]) -> tuple[Conflict, ...]:
    """Keys used twice in scopes that overlap; ``keys`` maps action id to its keys."""
    users: dict[str, list[Action]] = {}
    for action_id, sequences in keys.items():
        for sequence in sequences:
            users.setdefault(sequence.casefold(), []).append(BY_ID[action_id])
    return tuple(
        Conflict(key, first.id, second.id)
        for key, actions in users.items()
        for index, first in enumerate(actions)
        for second in actions[index + 1 :]
        if overlap(first.scope, second.scope)
    )


def plain_text(action_id: str) -> str:
    """The translated text of an action without marks for menus."""
    return tr(BY_ID[action_id].text).replace("&", "").rstrip("…")
