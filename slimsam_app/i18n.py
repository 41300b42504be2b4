"""Every text that a person reads goes through ``tr``; the one translation context is ``slimsam``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from slimsam_core.files.resources import resources_dir

CONTEXT = "slimsam"
_LIKE_THE_SYSTEM = "auto"
"""A value of the setting beside the codes of languages."""


def tr(text: str) -> str:
    """``text`` in the language of the program. Fill in values afterwards with ``str.format``."""
    return QCoreApplication.translate(CONTEXT, text)


def mark(text: str) -> str:
    """``text`` unchanged: marks a constant for the translators; ``tr`` is called where it is shown."""
    return text


def counted(one: str, many: str, count: int) -> str:
    """``one`` or ``many``, both translated and with ``{count}`` in them, filled in; thousands are grouped."""
    return (one if count == 1 else many).format(count=QLocale(tr("en")).toString(count))


def install(language: str) -> QTranslator | None:
    """Translate into ``language`` (``auto`` = the system's); None when the texts stay English."""
    application = QCoreApplication.instance()
    if application is None:
        raise ValueError("a translation needs a running application")
    code = QLocale.system().name() if language == _LIKE_THE_SYSTEM else language
    own_words = QTranslator(application)  # the buttons and dialogs of Qt itself
    if own_words.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(own_words)
    for path in _folder_glob():
        if path.stem.split("_", 1)[1] == code.split("_")[0]:
            translator = QTranslator(application)
            if translator.load(str(path)):
                application.installTranslator(translator)
                return translator
    return None


def _folder_glob() -> list[Path]:
    try:
        return sorted((resources_dir() / "translations").glob("slimsam_*.qm"))
    except FileNotFoundError:
        return []
