"""Engines that run a model: each one file, all with the same small protocol, chosen by ``select``."""

__all__: list[str] = []
