"""The models on this machine, and those that can be downloaded."""

__all__ = ["model_library"]
