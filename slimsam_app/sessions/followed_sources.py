"""Proposals that were carried over have the class that their source has now, be it another one since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slimsam_app.document import Document
from slimsam_app.sessions.proposal_table import ProposalTable
from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.project import Change


def as_its_source(proposal: Proposal, document: Document) -> Proposal:
    """The proposal with the class of the object that it follows; as it is where that is gone."""
    if not proposal.follows or not document.is_open:
        return proposal
    try:
        source = document.project.annotation(proposal.follows)
    except ProjectError:
        return proposal
    same = source.category_id == proposal.category_id
    return proposal if same else replace(proposal, category_id=source.category_id)


def follow_sources(tables: Iterable[ProposalTable], change: Change, document: Document) -> bool:
    """Bring all tables up to date after objects were changed; whether that may have changed any."""
    changed = {
        edit.after.id
        for edit in change.edits
        if isinstance(edit.before, Annotation)
        and isinstance(edit.after, Annotation)
        and edit.before.category_id != edit.after.category_id
    }
    if change.bulk or changed:
        for table in tables:
            table.proposals = [
                as_its_source(p, document) if change.bulk or p.follows in changed else p
                for p in table.proposals
            ]
    return bool(changed)
