"""Third decision: how small, with what it means for this machine while the slider moves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from slimsam_app.figures import DASH, change, duration, file_size, milliseconds, percent, rough_count
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.compression.choices import LARGEST_RATIO, PRESETS, SMALLEST_RATIO, preset_in_force
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.sessions.compression.words import aim_words, fit_words, taken_words
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_app.windows.wizards.compress.criteria import criteria
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.number_cards import Number, NumberCards
from slimsam_app.windows.wizards.compress.page import Page, words
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_app.windows.wizards.compress.sweep_dialog import SweepDialog
from slimsam_core.compression.recipe import Precision, Ranking
from slimsam_core.compression.sweeping.choosing import SweepSeen
from slimsam_core.devices import AUTO, DeviceKind, usable_devices
from slimsam_core.visible_text import one_line

NUMBERS = ("parameters", "macs", "file", "encode", "run")


class GoalPage(Page):
    """A slider, presets, live numbers, and a fold for what hardly anybody changes."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(
            "goal",
            tr("How small shall it be?"),
            tr("The more channels go, the faster it is, and the more it has to learn again."),
            parent,
        )
        self._parts = parts
        self._make_presets()
        row = QHBoxLayout()
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("compressRatio")
        self.slider.setAccessibleName(tr("Share of the channels that go"))
        self.slider.setRange(round(100 * SMALLEST_RATIO), round(100 * LARGEST_RATIO))
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(lambda value: parts.session.change(ratio=value / 100))
        self._ratio = PlainLabel("", self)
        self._ratio.setObjectName("compressRatioText")
        self._ratio.setProperty("role", "number")
        self._ratio.setMinimumWidth(64)
        self._ratio.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(PlainLabel(tr("Channels that go"), self))
        row.addWidget(self.slider, 1)
        row.addWidget(self._ratio)
        self.column.addLayout(row)
        titles = [("parameters", tr("Parameters")), ("macs", tr("MACs")), ("file", tr("File"))]
        times = [("encode", tr("Encode a picture")), ("run", tr("The run takes"))]
        self._taken = words("", self, "muted", "compressTaken")
        self._fit = words("", self, "muted", "compressFit")
        for label in (self._taken, self._fit):
            self.column.addWidget(label)
        self.cards = NumberCards("compressGoal", [*titles, *times], self)
        self.column.addWidget(self.cards)
        self.notice = StateCard("compressGoalNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        self._make_advanced()
        self.column.addStretch(1)
        parts.session.changed.connect(self._show)
        parts.session.goal_changed.connect(self._show)
        self._show()

    @property
    def complete(self) -> bool:
        return self._parts.session.ready

    @property
    def summary(self) -> str:
        return aim_words(self._parts.session.choices.aim)

    def _make_presets(self) -> None:
        row = QHBoxLayout()
        self.presets = QButtonGroup(self)
        titles = (tr("Quick look"), "SlimSAM-50", "SlimSAM-77")
        for number, (name, title) in enumerate(zip(PRESETS, titles, strict=True)):
            button = QPushButton(one_line(title), self)
            button.setObjectName(f"compressPreset_{name}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, name=name: self._choose(name))
            self.presets.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        sweep = QPushButton(tr("From a sweep…"), self)
        sweep.setObjectName("compressFromSweep")
        sweep.setToolTip(tr("Show the curve of a sweep that was made in a shell, and choose a point of it"))
        sweep.setAutoDefault(False)
        sweep.clicked.connect(self._ask_sweep)
        row.addWidget(sweep)
        self.column.addLayout(row)

    def _ask_sweep(self) -> None:
        dialog = path_dialog(self, tr("The folder of a sweep"), Path.home(), mode=FileMode.Directory)
        dialog.setObjectName("compressSweepFolder")
        dialog.fileSelected.connect(lambda path: self.open_sweep(Path(path)))
        dialog.open()

    def open_sweep(self, folder: Path) -> None:
        """Show what came out of a sweep; what is wrong with its folder is told."""
        self._parts.session.pages.sweep(folder, self._show_sweep)

    def _show_sweep(self, seen: SweepSeen) -> None:
        dialog = SweepDialog(seen, self._parts.theme, self)
        dialog.settings_wanted.connect(
            lambda recipe: self._parts.session.take_settings(recipe, masks_there=seen.masks_there)
        )
        dialog.model_wanted.connect(self._parts.models.import_file)
        dialog.open()

    def _choose(self, name: str) -> None:
        self._parts.session.choose_preset(name)
        self._mark_preset()

    def _make_advanced(self) -> None:
        self.fold = QToolButton(self)
        self.fold.setObjectName("compressAdvanced")
        self.fold.setText(tr("Advanced"))
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.column.addWidget(self.fold)
        self.advanced = QWidget(self)
        self._fields: dict[str, tuple[QLabel, QWidget]] = {}
        grid = QGridLayout(self.advanced)
        grid.setContentsMargins(8, 0, 0, 0)
        grid.setSpacing(12)
        grid.setColumnMinimumWidth(2, 12)
        grid.setColumnStretch(5, 1)
        ranking = (
            (Ranking.LOCAL, tr("in each layer")),
            (Ranking.GLOBAL, tr("over all layers")),
            (Ranking.ISOMORPHIC, tr("over layers of one build")),
            (Ranking.COST, tr("over all layers, by what they cost")),
        )
        precision = (
            (Precision.AUTO, tr("automatic")),
            (Precision.FP32, "float32"),
            (Precision.BF16, "bfloat16"),
        )
        words = {DeviceKind.CPU: "CPU", DeviceKind.CUDA: "GPU"}
        devices = ((AUTO, tr("automatic")), *((name, words[name]) for name in usable_devices()))
        self._combo("criterion", tr("Rank the channels by"), criteria())
        self._combo("ranking", tr("Compare them"), ranking)
        self._combo("precision", tr("Precision"), precision)
        self._combo("device", tr("Computes on"), devices)
        self._spin("epochs", tr("Epochs of a stage"), 1, 10_000)
        self._spin("batch", tr("Pictures a batch"), 1, 1024)
        self._spin("seed", tr("Seed"), 0, 2**31 - 1)
        rate = QDoubleSpinBox(self.advanced)
        rate.setDecimals(6)
        rate.setRange(1e-6, 1.0)
        rate.setSingleStep(1e-4)
        rate.setKeyboardTracking(False)
        rate.valueChanged.connect(lambda value: self._parts.session.change_advanced(learning_rate=value))
        self._named(rate, "learning_rate", tr("Learning rate"))
        for number, (title, widget) in enumerate(self._fields.values()):
            half, row = divmod(number, 4)
            grid.addWidget(title, row, 3 * half)
            grid.addWidget(widget, row, 3 * half + 1, Qt.AlignmentFlag.AlignLeft)
        self.advanced.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.column.addWidget(self.advanced)
        self.advanced.hide()
        self.fold.toggled.connect(self.advanced.setVisible)
        self.fold.toggled.connect(lambda _: self._paint())
        self._parts.theme.changed.connect(self._paint)
        self._paint()

    def _combo(
        self,
        key: str,
        title: str,
        choices: list[tuple[str, str]] | tuple[tuple[str, str], ...],
    ) -> None:
        combo = QComboBox(self.advanced)
        for value, text in choices:
            combo.addItem(one_line(text), value)
        combo.activated.connect(lambda _: self._parts.session.change_advanced(**{key: combo.currentData()}))
        self._named(combo, key, title)

    def _spin(self, key: str, title: str, low: int, high: int) -> None:
        spin = QSpinBox(self.advanced)
        spin.setRange(low, high)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(lambda value: self._parts.session.change_advanced(**{key: value}))
        self._named(spin, key, title)

    def _named(self, widget: QWidget, key: str, title: str) -> None:
        widget.setObjectName(f"compress_{key}")
        widget.setAccessibleName(title)
        widget.setMinimumWidth(150)
        label = PlainLabel(title, self.advanced)
        label.setBuddy(widget)
        self._fields[key] = (label, widget)

    def _paint(self) -> None:
        self.fold.setIcon(self._parts.theme.icon("caret-down" if self.fold.isChecked() else "caret-right"))

    def _show(self) -> None:
        choices, goal = self._parts.session.choices, self._parts.session.goal
        self.slider.blockSignals(True)
        known = goal is not None and goal.aim == choices.aim
        ratio = goal.ratio if goal is not None and known else choices.aim.residual
        self.slider.setValue(round(100 * ratio))
        self.slider.blockSignals(False)
        self._ratio.setText(percent(ratio) if known or choices.aim.budget is None else "…")
        self._taken.setText(taken_words(choices))
        self._taken.setVisible(choices.taken is not None)
        fit = goal.fit if goal is not None and known else None
        rest = tr("What is left is spent block by block.") if goal is not None and goal.fills else ""
        self._fit.setText(f"{fit_words(fit)} {rest}".strip() if fit is not None else "")
        self._fit.setVisible(fit is not None)
        self._mark_preset()
        self._show_advanced()
        numbers = {key: Number("…") for key in NUMBERS}
        numbers["encode"] = numbers["run"] = self._awaited()
        if goal is not None:
            for key, before, after, show in (
                ("parameters", goal.parameters_before, goal.parameters, rough_count),
                ("macs", goal.macs_before, goal.macs, rough_count),
                ("file", goal.file_bytes_before, goal.file_bytes, file_size),
            ):
                numbers[key] = Number(show(after), tr("now {value}").format(value=show(before)))
            numbers["encode"] = self._encode()
            on = (
                tr("on the CPU, with the verdict")
                if goal.device == DeviceKind.CPU
                else tr("on the GPU, with the verdict")
            )
            measured = Number(duration(goal.run_seconds), on)
            numbers["run"] = self._awaited() if goal.run_seconds is None else measured
        self.cards.show_numbers(numbers)
        self._parts.show_problems(self.notice, Chosen.GOAL)
        self.changed.emit()

    def _mark_preset(self) -> None:
        """The preset that is in force; none once something that it says was changed."""
        name = preset_in_force(self._parts.session.choices)
        self.presets.setExclusive(False)  # else one of them would always be marked
        for known, button in zip(PRESETS, self.presets.buttons(), strict=True):
            button.setChecked(known == name)
        self.presets.setExclusive(True)

    def _encode(self) -> Number:
        goal = self._parts.session.goal
        if goal is None or goal.encode_ms is None or goal.encode_ms_before is None:
            return self._awaited()
        before = tr("in PyTorch, now {value}").format(value=milliseconds(goal.encode_ms_before))
        return Number(
            milliseconds(goal.encode_ms), f"{before}, {change(goal.encode_ms_before, goal.encode_ms)}"
        )

    def _awaited(self) -> Number:
        """In place of a number that a short measurement gives, or would have given."""
        if self._parts.session.measuring:
            return Number("…", tr("being measured"))
        return Number(DASH, tr("not measured"))

    def _show_advanced(self) -> None:
        advanced = self._parts.session.choices.advanced
        for key, (_, widget) in self._fields.items():
            value = getattr(advanced, key)
            widget.blockSignals(True)
            if isinstance(widget, QComboBox):
                widget.setCurrentIndex(widget.findData(value))
            elif isinstance(widget, QSpinBox | QDoubleSpinBox):
                widget.setValue(min(value, widget.maximum()))  # Qt takes no seed beyond 32 bits
            widget.blockSignals(False)
