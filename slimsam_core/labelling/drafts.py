"""What was begun in a picture and not accepted, as values that are kept in the project and read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from slimsam_core.annotation import DrawnShape, Provenance, ShapeKind, check_drawn
from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import parse_json
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet, Size
from slimsam_core.pixels.mask import Rle, from_compressed
from slimsam_core.project.stored_drafts import DRAFT_VERSION

BAR = 0.5
"""Least confidence of what is offered: all of 15 objects fell below it before they went wrong
(docs/BENCHMARKS.md)."""


@dataclass(frozen=True, kw_only=True)
class PromptDraft:
    """Prompts of one object, click by click, so that the model can answer them again as it did."""

    steps: tuple[tuple[PromptSet, int], ...]
    """The prompts after each click, and the candidate that was chosen there; none = the object that is
    refined gets another class alone."""
    refines_id: int = 0
    """Annotation that is refined, 0 = a new object."""
    category_id: int = 0
    seconds: float = 0.0
    """Time that was spent on it."""
    looked_at: BoxXYXY | None = None
    """The part of the picture that the model looked at alone."""


@dataclass(frozen=True)
class BoxesDraft:
    """Several boxes, each to become an object."""

    boxes: tuple[BoxXYXY, ...]
    category_id: int = 0


@dataclass(frozen=True)
class OutlineDraft:
    """An outline that a tool began: its points so far, in image pixels."""

    tool_id: str
    points: tuple[tuple[float, float], ...]
    category_id: int = 0
    """The class that it was begun with; 0 = that of new objects."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A mask that a search found, or that was carried over, and that is not in the project."""

    id: int
    mask: Rle
    provenance: Provenance
    category_id: int = 0
    """The class of what was carried over or detected; 0 = that of new objects."""
    confidence: float | None = None
    """Of what was carried over or detected, 0..1."""
    drawn: DrawnShape | None = None
    """The box that a detector gave, when no mask was made of it."""
    track: int = 0
    """Of what was carried over: the number that all objects of the same thing have; 0 = none."""
    follows: int = 0
    """Id of the object that it was carried over from."""

    @property
    def predicted_iou(self) -> float:
        """The model's own guess at the quality, 0..1; of what was carried or detected, how sure that is."""
        return self.confidence if self.confidence is not None else self.provenance.predicted_iou or 0.0


@dataclass(frozen=True)
class ProposalsDraft:
    """Proposals that nobody accepted or rejected yet, and the least predicted IoU of those shown."""

    proposals: tuple[Proposal, ...]
    threshold: float
    measured: tuple[MeasuredFinds, ...] = ()
    """Of the classes that were looked for; empty where nothing was measured."""


Part = PromptDraft | BoxesDraft | OutlineDraft | ProposalsDraft


def to_text(parts: Iterable[Part]) -> str:
    """The parts of a picture's draft as JSON; empty when there are none."""
    found = [_to_json(part) for part in parts]
    return json.dumps({"version": DRAFT_VERSION, "parts": found}, separators=(",", ":")) if found else ""


def from_text(text: str) -> tuple[Part, ...]:
    """What ``to_text`` wrote. Raises FormatError for anything else."""
    try:
        data = parse_json(text)
        if data["version"] != DRAFT_VERSION:
            raise ValueError(f"version {data['version']}")
        return tuple(_from_json(part) for part in data["parts"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FormatError("a draft cannot be read ({error})", error=error) from error


def has_proposals(text: str) -> bool:
    """Whether there are in the draft of a picture; one that cannot be read is left alone, as if it had."""
    try:
        return any(isinstance(part, ProposalsDraft) for part in from_text(text))
    except FormatError:
        return True


def with_proposals(text: str, draft: ProposalsDraft) -> str:
    """The draft of a picture, as it is stored, with these proposals. Raises FormatError for one of another
    version."""
    return to_text((*(from_text(text) if text else ()), draft))


class DraftKind(StrEnum):
    """What a stored part is."""

    PROMPT = "prompt"
    BOXES = "boxes"
    OUTLINE = "outline"
    PROPOSALS = "proposals"


def _to_json(part: Part) -> dict[str, Any]:
    match part:
        case PromptDraft():
            return {
                "kind": DraftKind.PROMPT,
                "steps": [[prompts.to_json(), chosen] for prompts, chosen in part.steps],
                "refines": part.refines_id,
                "class": part.category_id,
                "seconds": part.seconds,
                "looked_at": _box(part.looked_at),
            }
        case BoxesDraft():
            return {
                "kind": DraftKind.BOXES,
                "boxes": [_box(box) for box in part.boxes],
                "class": part.category_id,
            }
        case OutlineDraft():
            return {
                "kind": DraftKind.OUTLINE,
                "tool": part.tool_id,
                "points": part.points,
                "class": part.category_id,
            }
        case ProposalsDraft():
            masks = [
                [p.id, p.mask.size.hw, p.mask.counts, _provenance(p.provenance), *_sureness(p)]
                for p in part.proposals
            ]
            measured = {"by_class": [one.to_json() for one in part.measured]} if part.measured else {}
            return {"kind": DraftKind.PROPOSALS, "masks": masks, "threshold": part.threshold, **measured}


def _from_json(data: Mapping[str, Any]) -> Part:
    match DraftKind(data["kind"]):
        case DraftKind.PROMPT:
            steps = tuple((PromptSet.from_json(prompts), int(chosen)) for prompts, chosen in data["steps"])
            return PromptDraft(
                steps=steps,
                refines_id=int(data["refines"]),
                category_id=int(data["class"]),
                seconds=float(data["seconds"]),
                looked_at=BoxXYXY(*map(float, data["looked_at"])) if data["looked_at"] else None,
            )
        case DraftKind.BOXES:
            boxes = tuple(BoxXYXY(*map(float, box)) for box in data["boxes"])
            return BoxesDraft(boxes, int(data["class"]))
        case DraftKind.OUTLINE:
            points = tuple((float(x), float(y)) for x, y in data["points"])
            return OutlineDraft(str(data["tool"]), points, int(data.get("class", 0)))
        case DraftKind.PROPOSALS:
            masks = tuple(
                Proposal(
                    id=int(number),
                    mask=from_compressed(str(counts), Size(*map(int, hw))),  # one that is none has no end
                    provenance=_made(made),
                    **_read_sureness(*more),
                )
                for number, hw, counts, made, *more in data["masks"]
            )
            together = [(0, data["measured"])] if "measured" in data else []  # before they were told apart
            measured = tuple(MeasuredFinds.from_json(*one) for one in (*together, *data.get("by_class", ())))
            return ProposalsDraft(masks, float(data["threshold"]), measured)


def _sureness(proposal: Proposal) -> list[Any]:
    """What proposals with a confidence have behind the others' values."""
    if proposal.confidence is None:
        return []
    found: list[Any] = [proposal.category_id, proposal.confidence]
    if proposal.drawn or proposal.track:
        found.append([proposal.drawn.kind, proposal.drawn.rings] if proposal.drawn else None)
    return [*found, proposal.track, proposal.follows] if proposal.track else found


def _read_sureness(
    category_id: int = 0,
    confidence: float | None = None,
    drawn: Sequence[Any] | None = None,
    *tracking: int,
) -> dict[str, Any]:
    track, follows = map(int, tracking or (0, 0))
    return {
        "category_id": int(category_id),
        "confidence": None if confidence is None else float(confidence),
        "drawn": _read_drawn(*drawn) if drawn else None,
        "track": track,
        "follows": follows,
    }


def _read_drawn(kind: str, rings: Iterable[Iterable[Sequence[float]]]) -> DrawnShape:
    shape = DrawnShape(ShapeKind(kind), tuple(tuple((float(x), float(y)) for x, y in ring) for ring in rings))
    check_drawn(shape)
    return shape


def _box(box: BoxXYXY | None) -> list[float] | None:
    return list(box.as_tuple()) if box else None


def _provenance(made: Provenance) -> dict[str, Any]:
    return vars(made) | {"prompts": made.prompts.to_json() if made.prompts else None}


def _made(data: Mapping[str, Any]) -> Provenance:
    prompts = data["prompts"]
    return replace(Provenance(**{**data, "prompts": None}), prompts=prompts and PromptSet.from_json(prompts))
