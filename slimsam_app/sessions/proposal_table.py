"""What lies on the table for one picture: proposals that nobody accepted yet, and what was taken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from slimsam_core.labelling.drafts import Proposal
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.mask import union


@dataclass(frozen=True)
class FoundProposals:
    """What a search came back with, best first; ``known`` = finds that are objects already."""

    image_id: int
    proposals: tuple[Proposal, ...]
    known: int
    came_late: bool = False
    """Other proposals came into the picture meanwhile: those stay alone."""


@dataclass(frozen=True)
class TakenOff:
    """Proposals that left the table together and can come back."""

    proposals: tuple[Proposal, ...]
    became: int | None = None
    """Number of the proposal that was made of them."""
    at: int = -1
    """How many commands could be undone then; -1 = it was no step of a person."""


@dataclass
class ProposalTable:
    """Proposals of a picture, the surest first."""

    proposals: list[Proposal] = field(default_factory=list)
    taken_off: list[TakenOff] = field(default_factory=list)
    """What was rejected, merged or replaced, the last at the end."""
    threshold: float = 0.0
    measured: tuple[MeasuredFinds, ...] = ()
    """As in ``ProposalsDraft``."""

    @property
    def good(self) -> tuple[Proposal, ...]:
        """Those that are good enough by the threshold."""
        return tuple(p for p in self.proposals if p.predicted_iou >= self.threshold)

    def measured_now(self, now: Callable[[int], int]) -> tuple[MeasuredFinds, ...]:
        """How often finds of the classes on the table were right, those with most proposals first; ``now``:
        from a class to the one that it is now."""
        rows = dict[int, MeasuredFinds]()
        counts = Counter(now(p.category_id) for p in self.proposals)
        for one in self.measured:
            became = now(one.category_id)
            there = not one.category_id or counts[became]  # else deleted, or none of it is on the table
            if there and (became not in rows or one.category_id == became):  # of two that are one: its own
                rows[became] = replace(one, category_id=became)
        return tuple(sorted(rows.values(), key=lambda one: -counts[one.category_id]))

    def put(self, back: tuple[Proposal, ...]) -> None:
        """Lay these on the table."""
        self.proposals = sorted([*self.proposals, *back], key=lambda p: (-p.predicted_iou, p.id))

    def put_back(self, proposal: Proposal) -> Proposal:
        """Lay a proposal there that left the table, under a number that no other one got meanwhile."""
        if any(p.id == proposal.id for p in self._every):
            proposal = replace(proposal, id=self._next_id)
        self.put((proposal,))
        return proposal

    def searched_anew(self, found: Sequence[Proposal], threshold: float) -> ProposalTable:
        """The table with these in place of what lies on it, which can be brought back."""
        if not self._every:
            return ProposalTable(list(found), threshold=threshold)
        taken_off = [*self.taken_off, TakenOff(tuple(self.proposals))] if self.proposals else self.taken_off
        numbered = [replace(p, id=number) for number, p in enumerate(found, self._next_id)]
        return ProposalTable(numbered, taken_off, threshold)

    @property
    def _every(self) -> list[Proposal]:
        return [*self.proposals, *(p for group in self.taken_off for p in group.proposals)]

    @property
    def _next_id(self) -> int:
        return 1 + max((p.id for p in self._every), default=0)

    def bring_back(self) -> tuple[Proposal, ...]:
        """Lay there again what was taken off last, in place of what was made of it; empty = nothing was."""
        if not self.taken_off:
            return ()
        last = self.taken_off.pop()
        self.proposals = [p for p in self.proposals if p.id != last.became]
        self.put(last.proposals)
        return last.proposals

    def merge(self, parts: tuple[Proposal, ...], category_id: int, at: int) -> Proposal:
        """Make one proposal of several; it is believed as little as the least of them. ``at``: see
        ``TakenOff``."""
        made = [p.provenance for p in parts]
        points = tuple(point for m in made if m.prompts for point in m.prompts.points)
        stabilities = [m.stability_score for m in made if m.stability_score is not None]
        whole = Proposal(
            id=self._next_id,
            mask=union([p.mask for p in parts]),
            provenance=replace(
                made[0],
                prompts=PromptSet(points),
                predicted_iou=min(p.predicted_iou for p in parts),
                stability_score=min(stabilities, default=None),
            ),
            category_id=category_id,
            confidence=None if parts[0].confidence is None else min(p.predicted_iou for p in parts),
        )
        self.taken_off.append(TakenOff(parts, whole.id, at))
        self.proposals = [p for p in self.proposals if p not in parts]
        self.put((whole,))
        return whole
