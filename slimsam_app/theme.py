"""Colours, icons and the small style sheet of the window, light and dark, following the system."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication

from slimsam_app.icons import IconColors, icon, plain_icon


class Scheme(StrEnum):
    """Whose colours."""

    AUTO = "auto"
    """The system's."""
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The colours that everything is painted with, ``#rrggbb``."""

    window: str
    panel: str
    base: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    selected: str
    canvas: str
    good: str
    warn: str
    bad: str


LIGHT = Tokens(
    window="#f4f5f7",
    panel="#fbfbfc",
    base="#ffffff",
    raised="#ffffff",
    line="#dcdfe5",
    text="#1d2129",
    muted="#5d6675",
    faint="#98a0ad",
    accent="#2f6fed",
    accent_text="#ffffff",
    selected="#e3ecfd",
    canvas="#e7e9ed",
    good="#1e8e4e",
    warn="#a86500",
    bad="#c6362f",
)

DARK = Tokens(
    window="#1b1d21",
    panel="#212429",
    base="#17191c",
    raised="#2b2f36",
    line="#33373f",
    text="#e3e6eb",
    muted="#9aa2af",
    faint="#6a7280",
    accent="#5b93ff",
    accent_text="#0d1117",
    selected="#2a3a58",
    canvas="#141518",
    good="#4cc27f",
    warn="#e0a63f",
    bad="#f1706a",
)


def palette_of(tokens: Tokens) -> QPalette:
    """The Qt palette for a set of colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.base,
        role.AlternateBase: tokens.panel,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_text,
        role.Link: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.line,
        role.Accent: tokens.accent,
    }
    for key, value in colours.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.faint))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.line))
    return palette


STYLE = """
QMainWindow::separator {{ background: {line}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {accent}; }}
QDockWidget {{ color: {muted}; }}
QToolBar {{ background: {window}; border: 0; spacing: 2px; padding: 4px; }}
QToolBar#topBar {{ border-bottom: 1px solid {line}; }}
QToolBar#toolBar {{ border-right: 1px solid {line}; padding: 6px 4px; }}
QToolBar::separator {{ background: {line}; width: 1px; height: 1px; margin: 6px; }}
QToolBar[words="true"]::separator {{ margin: 3px 6px; }}
QToolButton {{ border: 0; border-radius: 6px; padding: 5px; color: {text}; }}
QToolButton:hover {{ background: {raised}; }}
QToolButton:pressed {{ background: {line}; }}
QToolButton:disabled {{ color: {faint}; }}
QToolButton[card="true"] {{ background: {panel}; border: 1px solid {line}; border-radius: 10px;
  padding: 14px; }}
QToolButton[card="true"]:hover, QToolButton[card="true"]:focus {{ border-color: {accent}; padding: 14px; }}
QToolButton:focus {{ outline: 0; border: 1px solid {accent}; padding: 4px; }}
QAbstractItemView:focus {{ border: 1px solid {accent}; }}
QToolButton:checked {{ background: {selected}; }}
QPushButton:checked {{ background: {selected}; border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolBar[words="true"] QToolButton {{ font-size: 8pt; padding: 2px 3px; }}
QToolBar[words="true"] QToolButton:focus {{ padding: 1px 2px; }}
QToolBarExtension, #qt_menubar_ext_button, QToolBar[words="true"] QToolBarExtension {{ padding: 0;
  background: {raised}; border: 1px solid {line}; border-radius: 4px;
  qproperty-icon: url({arrows}/more-right.png); }}
QToolBar#toolBar QToolBarExtension {{ qproperty-icon: url({arrows}/more-down.png); }}
QToolBarExtension:hover, #qt_menubar_ext_button:hover {{ border-color: {accent}; }}
QMenuBar {{ background: {window}; border-bottom: 1px solid {line}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {raised}; }}
QMenu {{ background: {panel}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 5px 22px 5px 10px; border-radius: 5px; }}
QMenu::item:selected {{ background: {selected}; color: {text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QStatusBar {{ background: {window}; border-top: 1px solid {line}; color: {muted}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {muted}; padding: 0 8px; }}
QStatusBar QLabel#statusState {{ padding: 0; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}
QListView, QTableView, QTreeView {{ background: {panel}; border: 1px solid {panel}; outline: 0;
  selection-background-color: {selected}; selection-color: {text}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{ background: {base};
  border: 1px solid {line}; border-radius: 6px; padding: 4px 7px; selection-background-color: {accent};
  selection-color: {accent_text}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QTextEdit:focus {{ border: 1px solid {accent}; }}
QSpinBox, QDoubleSpinBox {{ qproperty-alignment: 'AlignRight | AlignVCenter'; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({arrows}/down.png);
  width: 10px; height: 10px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({arrows}/up.png); width: 10px; height: 10px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {{
  border: 0; width: 18px; background: transparent; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator, QListView::indicator {{ width: 15px; height: 15px; border: 1px solid {muted};
  border-radius: 4px;
  background: {base}; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:indeterminate {{ background: {muted}; border-color: {muted}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {accent}; border-color: {accent};
  image: url({arrows}/check.png); }}
QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{ width: 15px; height: 15px; border: 1px solid {muted}; border-radius: 8px;
  background: {base}; }}
QRadioButton::indicator:hover, QRadioButton::indicator:focus {{ border-color: {accent}; }}
QRadioButton::indicator:checked {{ width: 7px; height: 7px; border: 5px solid {accent}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {line}; }}
QSlider::groove:horizontal {{ height: 4px; background: {line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
  background: {base};
  border: 1px solid {faint}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ border-color: {accent}; }}
QTreeView::item {{ padding: 3px 2px; }}
QListWidget::item {{ padding: 2px 0; }}
QComboBoxPrivateContainer {{ background: {panel}; }}
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus {{ background: {panel}; border: 0; outline: 0;
  border-left: 1px solid {frame}; border-right: 1px solid {frame}; }}
QPushButton {{ background: {raised}; border: 1px solid {line}; border-radius: 6px; padding: 6px 14px; }}
QPushButton:hover {{ border-color: {faint}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {accent}; color: {accent_text};
  border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; background: {window}; border-color: {line}; }}
QPushButton[flat="true"] {{ background: transparent; border: 0; padding: 4px 6px; }}
QPushButton[flat="true"]:hover {{ background: {raised}; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 4px; margin: 2px; min-height: 28px;
  min-width: 28px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QGroupBox {{ border: 0; margin-top: 20px; font-weight: 600; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 0; color: {muted}; }}
QProgressBar {{ background: {line}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QHeaderView::section {{ background: {panel}; color: {muted}; border: 0; border-bottom: 1px solid {line};
  padding: 5px; }}
QTabBar::tab {{ padding: 7px 8px; color: {muted}; border: 0; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabWidget::pane {{ border: 0; border-top: 1px solid {line}; }}
QWidget[panel="true"] {{ background: {panel}; }}
QWidget[canvas="true"] {{ background: {canvas}; }}
QLabel[role="title"] {{ font-size: 15pt; font-weight: 600; }}
QLabel[role="subtitle"] {{ font-weight: 600; }}
QLabel[role="number"] {{ font-size: 14pt; font-weight: 600; }}
QLabel[role="heading"] {{ color: {muted}; font-weight: 600; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="faint"] {{ color: {faint}; }}
QLabel[role="badge"] {{ background: {raised}; color: {muted}; border-radius: 8px; padding: 1px 7px; }}
QFrame[card="true"] {{ background: {panel}; border: 1px solid {line}; border-radius: 10px; }}
QFrame[banner="error"] {{ background: {panel}; border: 1px solid {bad}; border-radius: 8px; }}
QFrame[banner="info"] {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QFrame[banner="note"] {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QFrame[banner="success"] {{ background: {panel}; border: 1px solid {good}; border-radius: 8px; }}
QFrame[line="true"] {{ background: {line}; max-height: 1px; min-height: 1px; border: 0; }}
"""


_POPUP_FRAME = 160
"""How much darker, in percent, Fusion draws the frame of an opened choice than its ground, above and below
the list that lies in it: the list draws the sides, and one frame is seen."""


class Theme(QObject):
    """The look in force. ``changed`` tells widgets that cache colours or icons to take new ones."""

    changed = Signal()

    def __init__(self, application: QApplication, scheme: str = Scheme.AUTO) -> None:
        super().__init__(application)
        self._application = application
        self._scheme = scheme
        self._icons: dict[tuple[str, str, str], QIcon] = {}
        self._folder = QTemporaryDir()
        self.tokens = LIGHT
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self.tokens is DARK

    def set_scheme(self, scheme: str) -> None:
        """Choose ``auto`` (the system's), ``light`` or ``dark``."""
        if scheme != self._scheme:
            self._scheme = scheme
            self._apply()

    def _system_changed(self) -> None:
        if self._scheme == Scheme.AUTO:
            self._apply()

    def _apply(self) -> None:
        system_dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system_dark if self._scheme == Scheme.AUTO else self._scheme == Scheme.DARK
        self.tokens = DARK if dark else LIGHT
        self._application.setPalette(palette_of(self.tokens))
        frame = self.color("panel").darker(_POPUP_FRAME).name()
        self._application.setStyleSheet(
            STYLE.format(arrows=self._draw_arrows(), frame=frame, **vars(self.tokens))
        )
        self.changed.emit()

    def _draw_arrows(self) -> str:
        """Arrows and ticks as files, which is how a style sheet takes pictures; returns their folder."""
        folder = Path(self._folder.path()) / (Scheme.DARK if self.dark else Scheme.LIGHT)
        folder.mkdir(exist_ok=True)
        for name in ("up", "down"):
            plain_icon(f"caret-{name}", self.tokens.muted).pixmap(32, 32).save(str(folder / f"{name}.png"))
        for side in ("down", "right"):
            more = plain_icon(f"caret-double-{side}", self.tokens.text)
            more.pixmap(32, 32).save(str(folder / f"more-{side}.png"))
        tick = plain_icon("check-bold", self.tokens.accent_text)
        tick.pixmap(32, 32).save(str(folder / "check.png"))
        return folder.as_posix()

    def color(self, token: str) -> QColor:
        """A token as a colour."""
        return QColor(getattr(self.tokens, token))

    def icon(self, name: str, token: str = "muted", active: str = "accent") -> QIcon:
        """An icon of the Phosphor set by its name, painted in a token's colour (``active`` when checked)."""
        key = (name, getattr(self.tokens, token), getattr(self.tokens, active))
        if key not in self._icons:
            usual, checked, hovered, disabled = map(QColor, (*key[1:], self.tokens.text, self.tokens.line))
            self._icons[key] = icon(name, IconColors(usual, checked, hovered, disabled))
        return self._icons[key]


def give_room(box: QAbstractSpinBox) -> None:
    """Set the number off from the frame, which no style sheet does for a box with styled buttons."""
    box.lineEdit().setTextMargins(6, 0, 0, 0)
