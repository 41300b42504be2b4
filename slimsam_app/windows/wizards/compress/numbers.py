"""Numbers as a person reads them: sizes, counts, times."""

from __future__ import annotations

_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def count(number: float) -> str:
    """``26.0 M`` for 26,000,000."""
    for size, letter in _STEPS:
        if number >= size:
            return f"{number / size:.3g} {letter}"
    return f"{number:.0f}"


def megabytes(size: float) -> str:
    """``18.3 MB``; decimal megabytes."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"


def milliseconds(time: float | None) -> str:
    """``240 ms``, ``1.3 s``, or a dash for what was not measured."""
    if time is None:
        return "–"
    return f"{time:.0f} ms" if time < 1000 else f"{time / 1000:.1f} s"


def change(before: float, after: float) -> str:
    """``-48 %`` of what it was; empty when there was nothing."""
    return f"{100 * (after / before - 1):+.0f} %" if before else ""
