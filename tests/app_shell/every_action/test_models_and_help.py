"""Settings, models, compression and help: the actions, each as a person triggers it."""

from __future__ import annotations

from slimsam_app.windows.dialogs.about import AboutBox
from slimsam_app.windows.dialogs.compare_dialog import CompareDialog
from slimsam_app.windows.dialogs.detector_dialog import DetectorDialog
from slimsam_app.windows.dialogs.guide_page import GuidePage
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.palette import CommandPalette
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.dialogs.shortcut_sheet import ShortcutSheet
from tests.app_shell.every_action.hands import Checks, Hands, every, with_model

CHECKS = Checks()


@CHECKS.of("edit.settings")
def _settings(hands: Hands) -> None:
    hands.opens(SettingsDialog)


@CHECKS.of("image.prepare")
def _prepare(hands: Hands) -> None:
    with_model(hands)
    with hands.qtbot.waitSignal(hands.window.workbench.preparation.finished, timeout=60_000) as heard:
        hands.trigger()
    assert heard.args[0].encoded + heard.args[0].ready_before == 3
    hands.settle()


@CHECKS.of("model.manage")
def _models(hands: Hands) -> None:
    hands.opens(ModelManager)
    hands.settle()


@CHECKS.of("model.compare")
def _compare(hands: Hands) -> None:
    hands.opens(CompareDialog)
    hands.settle()


@CHECKS.of("model.detect")
def _detect(hands: Hands) -> None:
    hands.open()
    hands.opens(DetectorDialog)


@CHECKS.of("model.toggle", "model.compare_end")
def _comparing(hands: Hands) -> None:
    with_model(hands)
    compare = hands.window.prompting.compare
    assert not hands.window.actions_["model.toggle"].isEnabled()
    compare.start(hands.tiny_model(), runtime="torch")
    compare.show_second(False)
    hands.trigger()
    assert compare.shows_second or not compare.active


@CHECKS.of("model.compress")
def _compress(hands: Hands) -> None:
    hands.trigger()
    wizard = hands.window.compressing.wizard
    assert wizard.isVisible()
    hands.qtbot.waitUntil(lambda: wizard.model.table.topLevelItemCount() > 0, timeout=60_000)
    hands.settle()
    wizard.close()


@CHECKS.of("help.palette")
def _palette(hands: Hands) -> None:
    hands.opens(CommandPalette)


@CHECKS.of("help.keys")
def _keys(hands: Hands) -> None:
    hands.opens(ShortcutSheet)


@CHECKS.of("help.guide")
def _guide(hands: Hands) -> None:
    hands.opens(GuidePage)


@CHECKS.of("help.about")
def _about(hands: Hands) -> None:
    hands.opens(AboutBox)


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
