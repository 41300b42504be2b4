"""The composition root: the only place that knows all classes and puts them together."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType, TracebackType

from PySide6.QtCore import (
    QEvent,
    QLocale,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from slimsam_app import desktop_entry, figures, i18n
from slimsam_app.desktop_entry import APP_ID, icon_path
from slimsam_app.i18n import tr
from slimsam_app.keys import keys_in_force
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.bug_report import BugReport
from slimsam_app.windows.dropping import Dropper
from slimsam_app.windows.guard import Guard
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.workers.allocator import give_memory_back
from slimsam_app.workers.ending import leave, soon
from slimsam_core import __version__
from slimsam_core.errors import SlimSamError
from slimsam_core.files.listing import typed_path
from slimsam_core.files.temporary import clear_left_over
from slimsam_core.files.user_folders import settings_path, window_address

log = logging.getLogger(__name__)

MODEL_DELAY_MS = 100
"""After the first paint, which the reading of a model would hold up."""
_SWITCH_SECONDS = 0.001
"""How long a thread that reads or encodes may keep the window from running Python: a fifth of the usual."""
_RUNS_DELAY_MS = 2000
_UNSEEN_MS = 1000
"""A window that is not painted by then (started as a symbol) is completed all the same."""


def build_parser() -> argparse.ArgumentParser:
    """The command line of ``slimsam-app``."""
    parser = argparse.ArgumentParser(prog="slimsam-app", description="Label images with Segment Anything.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="images, folders or one project")
    parser.add_argument(
        "--new-window", action="store_true", help="a window of its own, also where one is open"
    )
    parser.add_argument(
        "--install-desktop", action="store_true", help="add menu entry, icon and file type, then end"
    )
    parser.add_argument("--remove-desktop", action="store_true", help="take them away again, then end")
    parser.add_argument("--version", action="version", version=f"slimsam {__version__}")
    return parser


def create_window(application: QApplication, settings: Settings) -> MainWindow:
    """The window with everything in it, not shown yet."""
    window = build_window(application, settings)
    complete(window)
    return window


def complete(window: MainWindow) -> None:
    """Give the actions what they do. Their dialogs take as long to import as the window to paint."""
    from slimsam_app.windows.bindings import bind

    bind(window)


class WhenPainted(QObject):
    """Calls once, in the turn of the event loop after the window was first painted."""

    def __init__(self, window: MainWindow, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call = call
        self._over = QTimer(self, singleShot=True, interval=_UNSEEN_MS)
        self._over.timeout.connect(self._go)
        self._over.start()
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            window.removeEventFilter(self)
            self._over.start(0)
        return False

    def _go(self) -> None:
        self._call()
        self.deleteLater()


def build_window(application: QApplication, settings: Settings) -> MainWindow:
    """The window as it is seen; ``complete`` gives its actions what they do."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    theme = Theme(application, settings.get("look.scheme"))
    settings.when("look.scheme", theme, theme.set_scheme)
    workbench = Workbench(settings)
    window = MainWindow(workbench, settings, theme)
    workbench.setParent(window)
    for key in ("keys.preset", "keys.own"):
        settings.when(key, window, lambda _: window.actions_.set_keys(keys_in_force(settings)))
    show_models = window.actions_["model.manage"].trigger
    dropper = Dropper(workbench, show_models, window.messages.show_error)
    Guard(application, window, dropper, window.actions_.handlers)
    if settings.problem:
        window.messages.show_info(tr("Not all settings could be used."), settings.problem)
    return window


def install_excepthook(window: MainWindow) -> None:
    """Errors of the user or the machine become banners; a bug becomes a report, and the program goes on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(130)
        elif isinstance(error, SlimSamError):
            window.messages.show_error(error)
        else:
            log.critical("unexpected", exc_info=(kind, error, trace))
            BugReport(kind, error, trace, window).open()

    sys.excepthook = hook


def start_qt() -> QApplication:
    """The Qt application; without a display one line on stderr and exit code 1, where Qt would abort."""
    said: list[str] = []

    def hear(kind: QtMsgType, _: QMessageLogContext, words: str) -> None:
        if kind != QtMsgType.QtFatalMsg:
            said.append(words)
            return
        told = next((line for line in said if "display" in line or "plugin" in line), words)
        reason = " ".join(told.split())[:120].rstrip(". ")
        print(
            f"slimsam-app: no window can be opened here ({reason}). Start it in a desktop session; "
            "the command slimsam needs no display.",
            file=sys.stderr,
            flush=True,
        )
        os._exit(1)  # returning would let Qt abort the process

    qInstallMessageHandler(hear)
    try:
        return QApplication(["slimsam-app"])
    finally:
        qInstallMessageHandler(None)
        for line in said:
            log.warning("%s", line)


def change_desktop(*, install: bool) -> int:
    """Put the program into this user's desktop or take it out; returns the exit code."""
    if sys.platform != "linux":
        print("slimsam-app: menu entries are made for Linux desktops.", file=sys.stderr)
        return 1
    data_home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    try:
        files = (desktop_entry.install if install else desktop_entry.remove)(data_home)
    except SlimSamError as error:
        print(f"slimsam-app: {error}", file=sys.stderr)
        return 1
    for file in files:
        print(("written " if install else "removed ") + str(file))
    return 0


def later_starts() -> ModuleType:
    """The part that talks to other windows; its library is loaded after painting."""
    from slimsam_app import single_instance

    return single_instance


def is_taken(where: str) -> bool:
    """Whether a window may listen there; asking costs nothing, in contrast to the network library."""
    return sys.platform == "win32" or Path(where).exists()


def listen(window: MainWindow, where: str) -> None:
    """Open what later starts bring, and come forward."""
    listener = later_starts().Listener(where, lambda: QApplication.activeModalWidget() is not None, window)

    def come(paths: list[Path]) -> None:
        window.setWindowState(
            (window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive
        )
        window.raise_()
        window.activateWindow()
        if paths:
            window.workbench.open(paths)

    tie(listener.asked, window, come)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window until it is closed; returns the exit code."""
    args = build_parser().parse_intermixed_args(argv)
    args.paths = list(map(typed_path, args.paths))
    if args.install_desktop or args.remove_desktop:
        return change_desktop(install=args.install_desktop)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    give_memory_back()
    application = start_qt()
    application.setApplicationName("SlimSAM")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_ID)
    application.setWindowIcon(QIcon(str(icon_path())))
    where = window_address(settings_path())
    if not args.new_window and where and is_taken(where) and later_starts().hand_over(where, args.paths):
        return 0
    settings = Settings(settings_path(), application)
    i18n.install(settings.get("look.language"))
    QLocale.setDefault(figures.locale())  # fields take and show numbers with the signs of the same language
    window = build_window(application, settings)
    install_excepthook(window)

    def begin() -> None:
        gc.enable()
        complete(window)
        clear_left_over()
        if args.paths:
            window.workbench.open(args.paths)
        elif not args.new_window:
            window.resuming.go_on()
        if where:
            listen(window, where)

    WhenPainted(window, begin)
    window.show()
    # a little later, so that the window is painted before the worker's imports compete with it
    QTimer.singleShot(MODEL_DELAY_MS, window, window.workbench.model_in_use.start_when_needed)
    QTimer.singleShot(_RUNS_DELAY_MS, window, window.compressing.offer_unfinished)
    window.deadline = soon
    return leave(application.exec())
