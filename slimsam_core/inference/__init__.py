"""Pictures and prompts in, masks out: predictor, segment-everything, runtimes, embedding store."""

__all__ = ["prediction", "predictor"]
