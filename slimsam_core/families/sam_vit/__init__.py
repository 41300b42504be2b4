"""SAM's own image encoder, a vision transformer; SlimSAM's models are compressed ones."""

__all__: list[str] = []
