"""What an export or an import has to tell, in the language of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from slimsam_app.i18n import counted, tr
from slimsam_app.sentences import in_words

if TYPE_CHECKING:
    from slimsam_app.windows.dialogs.transfer_report_dialog import Line
    from slimsam_core.formats.records import Issue, Severity
    from slimsam_core.formats.report import ExportReport, ImportReport

ALREADY_THERE = "already-there"
"""The code of objects that the project has already, pixel for pixel: nothing went wrong with them."""
OFTEN_LEFT_OUT = frozenset(("missing-key",))
"""Codes of what many programs leave out of a file of boxes: no reason to read before the masks are made."""
SHOWN_KINDS = 3
"""In a banner: more would cover the picture."""


def export_lines(report: ExportReport) -> list[Line]:
    """Losses with examples, then warnings."""
    lines: list[Line] = []
    for loss in report.losses:
        lines.append((in_words(loss.words), ""))
        lines += [("", where) for where in loss.examples]
        lines += _more(loss.objects - len(loss.examples))
    lines += [(in_words(issue.message), issue.where) for issue in report.warnings]
    return lines + _more(report.warning_count - len(report.warnings))


def import_lines(report: ImportReport) -> list[Line]:
    """Every finding that was kept, kind by kind."""
    lines: list[Line] = []
    for kind, number in report.issues.counts.items():
        found = _of_kind(report.issues.examples, kind)
        lines += [(in_words(issue.message), issue.where) for issue in found]
        lines += _more(number - len(found))
    return lines


def import_kinds(report: ImportReport) -> list[str]:
    """A sentence for each kind of finding, the plain ones first."""
    counts: Mapping[tuple[Severity, str], int] = report.issues.counts
    there = sum(number for (_, code), number in counts.items() if code == ALREADY_THERE)
    sentences = [_already_there(there)] if there else []
    for kind, number in counts.items():
        found = _of_kind(report.issues.examples, kind)
        if kind[1] == ALREADY_THERE or not found:
            continue
        first = (
            f"{found[0].where}: {in_words(found[0].message)}"
            if found[0].where
            else in_words(found[0].message)
        )
        more = counted(tr("{count} more like this"), tr("{count} more like this"), number - 1)
        sentences.append(f"{first} ({more})" if number > 1 else first)
    return sentences[:SHOWN_KINDS]


def _already_there(number: int) -> str:
    return counted(
        tr("{count} object is in the project already."),
        tr("{count} objects are in the project already."),
        number,
    )


def _of_kind(examples: Sequence[Issue], kind: tuple[Severity, str]) -> list[Issue]:
    return [issue for issue in examples if (issue.severity, issue.code) == kind]


def _more(number: int) -> list[Line]:
    return [(counted(tr("and {count} more"), tr("and {count} more"), number), "")] if number > 0 else []
