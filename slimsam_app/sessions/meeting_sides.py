"""What is carried from both sides of a gap: only when both met it is known what is one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from slimsam_core.annotation import Annotation
from slimsam_core.labelling.both_ends import Arrived, JoinedEnds, OneEnd, joined_ends
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.project.tracks import track_of


@dataclass(frozen=True)
class SideBegun:
    """A side, and the tracks of its objects by their ids."""

    side: int
    tracks: Mapping[int, int]


@dataclass(frozen=True)
class CarriedTo:
    """What was carried into a picture, on its way to the window; ``side``: from the first or the second."""

    image_id: int
    proposals: tuple[Proposal, ...]
    side: int = 0


@dataclass(kw_only=True)
class Meeting:
    """Two sides on their way to a picture."""

    image_id: int
    """Where they meet."""
    here: Sequence[Annotation]
    there: Sequence[Annotation]
    labelled: bool
    """Whether that is the picture of the other side itself, to which nothing is carried from there."""
    pictures: dict[int, frozenset[int]] = field(default_factory=dict)
    """With proposals, whose tracks are those of their sides until both met: which objects those follow."""
    _tracks: dict[int, Mapping[int, int]] = field(default_factory=dict)
    _arrived: dict[int, tuple[Arrived, ...]] = field(default_factory=dict)

    def take(self, step: CarriedTo | SideBegun) -> bool:
        """Note a step, and whether its proposals are to be offered; the first side begins anew when the
        model is loaded anew."""
        if isinstance(step, SideBegun):
            if step.side == 0:
                self._tracks, self._arrived = {}, {}
            self._tracks[step.side] = step.tracks
            return False
        if step.image_id == self.image_id:
            self._arrived[step.side] = tuple(
                Arrived(p.follows, p.category_id, p.mask) for p in step.proposals
            )
        offers = step.image_id != self.image_id or step.side == 1
        if offers and step.proposals:
            self.pictures[step.image_id] = frozenset(p.follows for p in step.proposals)
        return offers

    def joined(self) -> JoinedEnds:
        """What both sides say of each other, as far as they came."""
        there = self._arrived.get(1, ())
        if self.labelled:
            there = tuple(Arrived(one.id, one.category_id, one.mask) for one in self.there)
        return joined_ends(
            OneEnd(self.here, self._tracks.get(0, {}), self._arrived.get(0, ())),
            OneEnd(self.there, self._tracks.get(1, {one.id: track_of(one) for one in self.there}), there),
        )


def as_joined(joined: JoinedEnds) -> Callable[[Proposal], Proposal | None]:
    """What becomes of each proposal that waits: it has the track that its thing has now; None = it was
    exchanged with another thing on the way, and is not offered."""

    def now(proposal: Proposal) -> Proposal | None:
        if proposal.follows in joined.crossed:
            return None
        track = joined.tracks.get(proposal.follows, proposal.track)
        return proposal if track == proposal.track else replace(proposal, track=track)

    return now
