"""Names of data sets that are used together: scores and crops are told apart by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset

__all__ = ["namesakes", "with_own_names"]


@dataclass(frozen=True)
class _Renamed:
    """A data set under another name, and its pictures with it."""

    whole: MaskDataset
    name: str

    def __len__(self) -> int:
        return len(self.whole)

    def key(self, index: int) -> str:
        """As in the whole, below the new name."""
        return f"{self.name}/{self.whole.key(index).removeprefix(f'{self.whole.name}/')}"

    def labels(self, index: int) -> LabelledImage:
        """As in the whole. Raises what that raises."""
        return self.whole.labels(index)


def with_own_names(datasets: Sequence[MaskDataset], wanted: Sequence[str] = ()) -> list[MaskDataset]:
    """The data sets, of which no two have one name: the second of a name is called ``name (2)`` and so on,
    or as ``wanted`` says, one for each, where those of the same name have others there. The first one keeps
    its name, so that what is held out of it stays the same."""
    taken: set[str] = {dataset.name for dataset in datasets}
    seen: set[str] = set()
    named: list[MaskDataset] = []
    for place, dataset in enumerate(datasets):
        if dataset.name not in seen:
            seen.add(dataset.name)
            named.append(dataset)
            continue
        name, number = (wanted[place] if wanted else dataset.name), 2
        while name in taken:
            name, number = f"{dataset.name} ({number})", number + 1
        taken.add(name)
        named.append(_Renamed(dataset, name))
    return named


def namesakes(datasets: Sequence[MaskDataset]) -> dict[str, list[str]]:
    """Names that several data sets had -> those that the further ones of them have now."""
    found: dict[str, list[str]] = {}
    for dataset in datasets:
        if isinstance(dataset, _Renamed):
            found.setdefault(dataset.whole.name, []).append(dataset.name)
    return found
