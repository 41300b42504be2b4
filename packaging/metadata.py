"""Build hook: the README as a registry shows it: it names the package, and its links lead to the release.

``SLIMSAM_REPOSITORY`` (``https://host/owner/name``; the release workflow sets it) is where the sources lie.
Without it the package names no address, and links between files become plain words.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#)([^)\s]+)\)")
_IN_A_CHECKOUT = (
    ("--torch-backend auto .     # in a checkout; both", "--torch-backend auto slimsam-desktop     # both"),
    ("`pipx install .`", "`pipx install slimsam-desktop`"),
)
"""What the README says beside the sources -> what it says where there are none."""
_PAPER = "https://arxiv.org/abs/2312.05284"


class Metadata(MetadataHookInterface):
    """Fills in ``readme`` and ``urls``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling with the ``[project]`` table."""
        address = os.environ.get("SLIMSAM_REPOSITORY", "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": with_addresses(from_a_registry(text), address, f"v{metadata['version']}"),
        }
        metadata["urls"] = {"Paper": _PAPER}
        if address:
            metadata["urls"] |= {
                "Source": address,
                "Documentation": f"{address}/tree/v{metadata['version']}/docs",
                "Changelog": f"{address}/blob/v{metadata['version']}/CHANGELOG.md",
                "Issues": f"{address}/issues",
            }


def from_a_registry(text: str) -> str:
    """The README for who has no checkout. Raises ValueError where it does not say what is to be replaced."""
    for here, there in _IN_A_CHECKOUT:
        if text.count(here) != 1:
            raise ValueError(f"README.md does not say {here!r} once: see packaging/metadata.py")
        text = text.replace(here, there)
    return text


def with_addresses(text: str, address: str, tag: str) -> str:
    """Markdown whose links between files are whole addresses, or plain words where there is no address."""

    def replaced(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if not address:
            return "" if picture else words
        return f"{picture}[{words}]({address}/{'raw' if picture else 'blob'}/{tag}/{target})"

    return _LINK.sub(replaced, text)
