"""Connections that end with the one who listens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, SignalInstance


class _Tie(QObject):
    """A child of the listener that hands a signal on; Qt takes the connection away together with it."""

    def __init__(self, listener: QObject, call: Callable[..., object]) -> None:
        super().__init__(listener)
        self._call = call

    def hear(self, *values: object) -> None:
        """Hand the values of the signal on."""
        self._call(*values)


def tie(signal: SignalInstance, listener: QObject, call: Callable[..., object]) -> None:
    """Let ``signal`` call ``call`` with its values for as long as ``listener`` lives.

    Qt ends a connection to a method of a QObject together with that object. A lambda, a partial, a nested
    function or a method of a plain object has nobody to end it: connected to a sender that lives longer than
    a dialog, it is called after the dialog is gone and touches widgets that are no more. For those this is
    the only way to connect (``tests/app_shell/test_connections.py``).
    """
    signal.connect(_Tie(listener, call).hear)
