"""Silence for the exporters of torch, which talk about themselves."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_exporters() -> Iterator[None]:
    """Without the exporters' remarks about their own future and about packages that are not needed."""
    loggers = [logging.getLogger(name) for name in ("torch.export", "torch.onnx", "torch.__trace")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
