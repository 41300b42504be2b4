"""Speed, measured: this program's runtimes beside other programs on the same weights and picture."""

__all__: list[str] = []
