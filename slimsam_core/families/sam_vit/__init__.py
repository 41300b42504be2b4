"""SAM's own image encoder, a vision transformer; SlimSAM's models are slimmed ones."""

__all__: list[str] = []
