"""Optional decision: fit the model to the person's own labels before it is made smaller."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QSpinBox, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.compression.choices import AdaptedParts
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.page import Page, words
from slimsam_app.windows.wizards.compress.parts import WizardParts

MOST_STEPS = 100_000


class LabelsPage(Page):
    """Whether to adapt, what of the model, and for how long."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(
            "labels",
            tr("Adapt it to your labels first?"),
            tr(
                "Optional. The model learns from the objects you accepted, then it is made smaller. "
                "Some labelled images are kept aside, so that the verdict stays honest."
            ),
            parent,
        )
        self._parts = parts
        self._facts = words("", self, "", "compressLabelFacts")
        self.column.addWidget(self._facts)
        self.adapt = QCheckBox(tr("Adapt to my labels first"), self)
        self.adapt.setObjectName("compressAdapt")
        self.adapt.toggled.connect(lambda on: parts.session.change(adapt=on))
        self.column.addWidget(self.adapt)
        self._more = QWidget(self)
        row = QHBoxLayout(self._more)
        row.setContentsMargins(24, 0, 0, 0)
        row.setSpacing(14)
        self.decoder = QRadioButton(tr("The decoder (fast)"), self._more)
        self.all = QRadioButton(tr("The whole model (slower, learns more)"), self._more)
        self._group = QButtonGroup(self)
        for name, button in ((AdaptedParts.DECODER, self.decoder), (AdaptedParts.ALL, self.all)):
            button.setObjectName(f"compressAdapt_{name}")
            self._group.addButton(button)
            row.addWidget(button)
        self.decoder.clicked.connect(lambda: parts.session.change(adapt_parts=AdaptedParts.DECODER))
        self.all.clicked.connect(lambda: parts.session.change(adapt_parts=AdaptedParts.ALL))
        row.addWidget(PlainLabel(tr("Steps"), self._more))
        self.steps = QSpinBox(self._more)
        self.steps.setObjectName("compressAdaptSteps")
        self.steps.setAccessibleName(tr("Steps"))
        self.steps.setRange(1, MOST_STEPS)
        self.steps.setSingleStep(50)
        self.steps.setKeyboardTracking(False)
        self.steps.valueChanged.connect(lambda steps: parts.session.change(adapt_steps=steps))
        row.addWidget(self.steps)
        row.addStretch(1)
        self.column.addWidget(self._more)
        self.notice = StateCard("compressLabelNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        self.column.addStretch(1)
        parts.session.changed.connect(self._show)
        self._show()

    @property
    def complete(self) -> bool:
        return not any(problem.blocking for problem in self._parts.session.problems(Chosen.LABELS))

    @property
    def summary(self) -> str:
        return tr("yes") if self._parts.session.choices.adapt else tr("no")

    def _show(self) -> None:
        choices, pictures = self._parts.session.choices, self._parts.session.pictures
        if choices.project is None:
            self._facts.setText(tr("No project is open, so there are no labels to adapt to."))
        elif pictures is not None:
            text = tr("Your project has {objects} labelled objects on {images} images.")
            self._facts.setText(
                text.format(
                    objects=figures.count(pictures.labelled_objects),
                    images=figures.count(pictures.labelled_pictures),
                )
            )
        self.adapt.setEnabled(choices.project is not None)
        for widget in (self.adapt, self.steps):
            widget.blockSignals(True)
        self.adapt.setChecked(choices.adapt)
        self.steps.setValue(choices.adapt_steps)
        for widget in (self.adapt, self.steps):
            widget.blockSignals(False)
        (self.decoder if choices.adapt_parts == AdaptedParts.DECODER else self.all).setChecked(True)
        self._more.setEnabled(choices.adapt)
        self._parts.show_problems(self.notice, Chosen.LABELS)
        self.changed.emit()
