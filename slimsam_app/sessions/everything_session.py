"""Segment everything with review: what the model found in a picture, until a person took or refused it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.followed_sources import as_its_source, follow_sources
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.overlapping import Overlapping, words_of_left
from slimsam_app.sessions.proposal_table import FoundProposals as FoundProposals
from slimsam_app.sessions.proposal_table import ProposalTable, TakenOff
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.annotation import Annotation, Category, MaskSource, Provenance
from slimsam_core.errors import ProjectError
from slimsam_core.inference.embedding_store import stored_embedding
from slimsam_core.inference.everything import everything_steps, review_params
from slimsam_core.labelling.drafts import Proposal as Proposal
from slimsam_core.labelling.drafts import ProposalsDraft
from slimsam_core.labelling.known_objects import without_known
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.progress import Progress
from slimsam_core.project import Change
from slimsam_core.project.edits import STEPS_BACK_AND_FORTH

SAM_THRESHOLD = 0.88
"""Predicted IoU that SAM's automatic generator asks for: where the slider stands at first.

When nothing is that good, the best are shown, down to 0.2 below the very best.
"""


class EverythingSession(QObject):
    """Keeps the proposals of each picture that was searched; a command is made only of what is accepted."""

    changed = Signal()
    """The proposals of the shown picture, or which of them are shown."""
    selection_changed = Signal()
    occupied = Signal(int, int)
    """Id of a picture and how many proposals wait there, so that it is not searched; see ``start_anew``."""
    dropped = Signal(object)
    """ProposalsDraft that the user threw away."""
    found = Signal(object)
    """Found; the search came to its end."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self,
        document: Document,
        navigator: Navigator,
        objects: ObjectSession,
        spare: SpareTime,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._navigator, self._objects, self._spare = navigator, objects, spare
        self._document = document
        self._overlapping = Overlapping(objects.class_moves.now)
        self._accepting: list[Proposal] = []
        self._accepted: dict[int, tuple[int, Proposal]] = {}
        """Id of an object that was made of a proposal -> its picture, the proposal: undo brings it back."""
        objects.added.connect(self._made)
        objects.objects_changed.connect(self._compare)
        document.changed.connect(self._follow)
        self._tables: dict[int, ProposalTable] = {}
        self._last: FoundProposals | None = None
        self.selection: tuple[int, ...] = ()
        navigator.moved.connect(self._moved)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """All of the shown picture, best first."""
        return tuple(self._table.proposals)

    @property
    def shown(self) -> tuple[Proposal, ...]:
        """Those that are good enough by the threshold."""
        return self._table.good

    def shown_of(self, image_id: int) -> tuple[Proposal, ...]:
        """The same of any picture; empty where nothing was found yet."""
        return self._tables[image_id].good if image_id in self._tables else ()

    @property
    def threshold(self) -> float:
        """Least predicted IoU of a proposal that is shown."""
        return self._table.threshold

    def category_of(self, proposal: Proposal) -> Category | None:
        """The class that it comes with, None when it has none: then it gets that of new objects."""
        known = proposal.category_id and self._document.is_open
        return self._document.category(self._objects.class_moves.now(proposal.category_id)) if known else None

    def class_name(self, category_id: int) -> str:
        """Of a class that is there; empty for another."""
        found = self._document.category(category_id) if self._document.is_open else None
        return found.name if found is not None else ""

    def has_lost_class(self, proposal: Proposal) -> bool:
        """Whether the class that it comes with was deleted, and none took over: it is not accepted."""
        return proposal.category_id != 0 and self.category_of(proposal) is None

    @property
    def measured(self) -> tuple[MeasuredFinds, ...]:
        """How often finds of the classes on the table were right, those with most proposals first."""
        return self._table.measured_now(self._objects.class_moves.now)

    def start(self) -> None:
        """Search the shown picture, in the background; where proposals wait in sight, it asks first."""
        image_id, waiting = self._navigator.current_id, len(self.shown)
        if image_id is not None and waiting:
            self.occupied.emit(image_id, len(self.proposals))
        else:
            self._search(self.proposals)  # below the bar: nobody left them there to be decided on

    def start_anew(self, image_id: int) -> None:
        """Search in place of those that wait, if the picture is still shown; ``restore`` brings them back."""
        if image_id == self._navigator.current_id:
            self._search(self.proposals)

    def _search(self, replaced: tuple[Proposal, ...]) -> None:
        picture, image_id = self._navigator.picture, self._navigator.current_id
        if picture is None or image_id is None:
            return
        rgb, known = picture.rgb, self._objects.objects

        def task(tools: Tools) -> Iterator[Any]:
            predictor = tools.predictor
            yield Progress("everything", 0)
            embedding = stored_embedding(rgb, predictor, tools.store)
            masks = yield from everything_steps(predictor, rgb, review_params(predictor.arch), embedding)
            proposals = tuple(
                Proposal(
                    id=number,
                    mask=found.mask,
                    provenance=Provenance(
                        source=MaskSource.EVERYTHING,
                        prompts=PromptSet((PointPrompt(*found.point),)),
                        model_name=predictor.name,
                        model_hash=predictor.model_hash,
                        predicted_iou=found.predicted_iou,
                        stability_score=float(found.stability_score),
                    ),
                )
                for number, found in enumerate(masks, 1)
            )
            news = without_known(proposals, known)
            yield FoundProposals(image_id, news, len(proposals) - len(news))

        def take(found: FoundProposals) -> None:
            self._take(found, replaced)

        self._spare.start(tr("Segment everything"), task, take, self._done, self.failed.emit)

    def set_threshold(self, value: float) -> None:
        """Show only proposals whose predicted IoU is at least this."""
        table = self._table
        if value != table.threshold:
            table.threshold = value
            self.select(self.selection)
            self.changed.emit()

    def select(self, ids: Iterable[int]) -> None:
        """Choose proposals; those that are not shown are left out."""
        wanted = set(ids)
        found = tuple(p.id for p in self.shown if p.id in wanted)
        if found != self.selection:
            self.selection = found
            self.selection_changed.emit()

    def step(self, by: int) -> None:
        """Choose the next (+1) or previous (-1) proposal, best first, round and round."""
        ids = [p.id for p in self.shown]
        if ids:
            at = ids.index(self.selection[-1]) + by if self.selection else min(by, 0)
            self.select((ids[at % len(ids)],))

    def accept(self) -> None:
        """Make objects of the chosen proposals, as one command."""
        self._accept([p for p in self.shown if p.id in self.selection])

    def accept_shown(self) -> None:
        """Make objects of all proposals that are good enough, as one command, and say how many they were.

        Those that lie over an object of the project, or over a better proposal of their class, stay on the
        table: a thing is not labelled twice unseen.
        """
        over, left_out = self.over_objects, self.left_by_all
        free = [p for p in self.shown if p.id not in left_out]
        left, twice = len(over), len(left_out - over)
        chosen = [p for p in free if not self.has_lost_class(p)]
        if not self._accept(free) and free:
            return
        words = counted(
            tr("{count} proposal was accepted."), tr("{count} proposals were accepted."), len(chosen)
        )
        told = [*([words] if chosen else []), *words_of_left(left, twice)]
        if told and not self.proposals:
            told = [tr("All proposals were accepted: {count}.").format(count=figures.count(len(chosen)))]
        self._objects.noted.emit(" ".join(told) or words, self._document.project.last_seq() if chosen else 0)

    @property
    def over_objects(self) -> frozenset[int]:
        """Ids of the shown proposals that lie over an object of the project, which may be the same thing."""
        return self._overlapping.over_objects(self.shown, self._objects.objects)

    @property
    def left_by_all(self) -> frozenset[int]:
        """Ids of the shown proposals that *Accept all* leaves: these, and those over a better one."""
        return self.over_objects | self._overlapping.over_better(self.shown)

    def reject(self) -> None:
        """Take the chosen proposals off the table."""
        gone = tuple(p for p in self.shown if p.id in self.selection)
        if gone:
            self._table.taken_off.append(TakenOff(gone, at=self._document.undo_stack.index()))
            self._remove(gone)

    @property
    def can_restore(self) -> bool:
        """Whether something was rejected, merged or replaced in the shown picture."""
        return bool(self._table.taken_off)

    @property
    def was_last(self) -> bool:
        """Whether proposals were rejected or merged since the last command that can be undone."""
        last = self._table.taken_off[-1:]
        return bool(last) and self._document.is_open and last[0].at == self._document.undo_stack.index()

    def restore(self) -> bool:
        """Bring back what was rejected, merged or replaced last; False when there is nothing."""
        back = self._table.bring_back()
        if back:
            self.changed.emit()
            self.select(p.id for p in back)
        return bool(back)

    def merge(self) -> None:
        """Make one proposal of the chosen ones; it is believed as little as the least of them."""
        table = self._table
        parts = tuple(p for p in self.shown if p.id in self.selection)
        if len(parts) < 2:
            return
        classes = {self._objects.class_moves.now(p.category_id) for p in parts}
        category_id = parts[0].category_id if len(classes) == 1 else 0
        whole = table.merge(parts, category_id, self._document.undo_stack.index())
        self.changed.emit()
        self.select((whole.id,))

    def discard(self) -> None:
        """Take all proposals of the shown picture off the table."""
        given_up = self.clear()
        if given_up is not None:
            self.dropped.emit(given_up)

    def clear(self) -> ProposalsDraft | None:
        """The same for who tells it himself; returns what can be taken up again, None when there was none."""
        image_id = self._navigator.current_id or 0
        given_up = self.draft(image_id)
        self._tables.pop(image_id, None)
        self.select(())
        self.changed.emit()
        return given_up

    def change(self, image_ids: Iterable[int], now: Callable[[Proposal], Proposal | None]) -> None:
        """What lies on the tables of these pictures becomes what ``now`` says of it; None = it goes."""
        for table in (self._tables[i] for i in image_ids if i in self._tables):
            table.proposals = [after for p in table.proposals if (after := now(p)) is not None]
        self.changed.emit()
        self.select(self.selection)

    def draft(self, image_id: int) -> ProposalsDraft | None:
        """The proposals of a picture as they are kept; None when there are none."""
        table = self._tables.get(image_id)
        if table is None or not table.proposals:
            return None
        return ProposalsDraft(tuple(table.proposals), table.threshold, table.measured)

    def take_up(self, image_id: int, draft: ProposalsDraft) -> None:
        """Put kept proposals on the table of a picture that has none."""
        if self.draft(image_id) is None:
            kept = [as_its_source(p, self._document) for p in draft.proposals]
            self._tables[image_id] = ProposalTable(kept, threshold=draft.threshold, measured=draft.measured)
            self.changed.emit()

    @property
    def _table(self) -> ProposalTable:
        return self._tables.get(self._navigator.current_id or 0) or ProposalTable()

    def _accept(self, chosen: list[Proposal]) -> bool:
        """Whether objects were made of them; those whose class is gone stay, and are told."""
        lost = [p for p in chosen if self.has_lost_class(p)]
        if lost:
            chosen = [p for p in chosen if p not in lost]
            words = tr("Proposals that were not accepted, as their class was deleted: {count}.")
            hint = tr("Reject them, or bring the class back with Edit > Undo.")
            self.failed.emit(ProjectError(words.format(count=figures.count(len(lost))), hint))
        image_id, added = self._navigator.current_id, False
        if chosen and image_id is not None:
            table, before = self._table, list(self._table.proposals)
            self._remove(tuple(chosen))  # first: what is kept with the command has them no more
            made = [
                NewObject(
                    mask=p.mask,
                    provenance=p.provenance,
                    drawn=p.drawn,
                    category_id=p.category_id,
                    class_came=p.category_id != 0,
                    track=p.track,
                    follows=p.follows,
                )
                for p in chosen
            ]
            self._accepting = chosen
            added = self._objects.add_all(made, image_id)
            self._accepting = []
            if not added:
                table.proposals = before
                self.changed.emit()
                self.select(p.id for p in chosen)
        return added

    def _compare(self) -> None:
        """Another object may lie below a proposal now, or none any more."""
        before = self._overlapping.last_over_objects
        if self._table.proposals and self.over_objects != before:
            self.changed.emit()

    def _made(self, ids: tuple[int, ...]) -> None:
        image_id = self._navigator.current_id or 0
        self._accepted |= {i: (image_id, p) for i, p in zip(ids, self._accepting, strict=False)}

    def _follow(self, change: Change) -> None:
        """What undo takes out of the project lies on the table again; redo takes it from there."""
        followed = follow_sources(self._tables.values(), change, self._document)
        if followed or change.bulk or any(isinstance(edit.entity, Category) for edit in change.edits):
            self.changed.emit()  # they may have another class now, or none
        if change.kind not in STEPS_BACK_AND_FORTH:
            return
        edits = [edit for edit in change.edits if edit.entity.id in self._accepted]
        for edit in edits:
            if not isinstance(edit.entity, Annotation) or (edit.before is None) == (edit.after is None):
                continue
            image_id, proposal = self._accepted[edit.entity.id]
            table = self._tables.setdefault(image_id, ProposalTable())
            table.proposals = [p for p in table.proposals if p != proposal]
            if edit.after is None:
                back = table.put_back(as_its_source(proposal, self._document))
                self._accepted[edit.entity.id] = image_id, back
        if edits:
            self.changed.emit()
            self.select(self.selection)

    def _remove(self, gone: tuple[Proposal, ...]) -> None:
        """They leave; when one alone was chosen, the one that follows it is chosen in its place."""
        shown = [p.id for p in self.shown]
        at = shown.index(gone[0].id)
        table = self._table
        table.proposals = [p for p in table.proposals if p not in gone]
        rest = [p.id for p in self.shown]
        follow = rest[min(at, len(rest) - 1) :][:1] if len(gone) == 1 and rest else []
        self.changed.emit()
        self.select(follow)

    def _take(self, found: FoundProposals, replaced: tuple[Proposal, ...]) -> None:
        """``replaced``: what may be in the picture; anything else that came meanwhile is not touched."""
        table = self._tables.get(found.image_id) or ProposalTable()
        if any(proposal not in replaced for proposal in table.proposals):
            self._last = replace(found, proposals=(), came_late=True)
            return
        best = max((p.predicted_iou for p in found.proposals), default=0.0)
        first = SAM_THRESHOLD if best >= SAM_THRESHOLD else max(0.0, round(best - 0.2, 2))
        self._tables[found.image_id] = table.searched_anew(found.proposals, first)
        if found.image_id == self._navigator.current_id:
            self.changed.emit()
        self._last = found

    def _done(self, complete: bool) -> None:
        found, self._last = self._last, None
        if complete and found is not None:
            self.found.emit(found)  # now another job can begin

    def _moved(self, image_id: int | None) -> None:
        if image_id is None:  # the project was closed: ids mean other pictures from now on
            self._tables.clear()
            self._accepted.clear()
        self.selection = ()
        self.changed.emit()
        self.selection_changed.emit()
