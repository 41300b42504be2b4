"""What a registry shows of the project."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build hook, without the build tool."""
    interface = ModuleType("hatchling.metadata.plugin.interface")
    interface.MetadataHookInterface = object  # type: ignore[attr-defined]
    for name in ("hatchling", "hatchling.metadata", "hatchling.metadata.plugin"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("metadata_hook", PROJECT / "packaging" / "metadata.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_links_lead_to_the_release(hook: ModuleType) -> None:
    text = (
        "See [the guide](docs/USER_GUIDE.md), [a paper](https://x.org/y) and ![a picture](docs/images/a.jpg)."
    )
    assert hook.with_addresses(text, "https://h.org/o/n", "v1.2") == (
        "See [the guide](https://h.org/o/n/blob/v1.2/docs/USER_GUIDE.md), [a paper](https://x.org/y) and "
        "![a picture](https://h.org/o/n/raw/v1.2/docs/images/a.jpg)."
    )
    assert hook.with_addresses(text, "", "v1.2") == "See the guide, [a paper](https://x.org/y) and ."


@pytest.mark.parametrize("address", ["", "https://h.org/o/n/"])
def test_the_projects_own_readme_has_no_link_that_leads_nowhere(
    hook: ModuleType, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIMSAM_REPOSITORY", address)
    maker = hook.Metadata()
    maker.root = str(PROJECT)
    found = {"version": "1.2"}
    maker.update(found)
    targets = re.findall(r"\]\(([^)]*)\)", found["readme"]["text"])  # type: ignore[index]
    assert targets
    assert all(target.startswith("https://") for target in targets)
    assert ("Source" in found["urls"]) is bool(address)  # type: ignore[operator]


def test_on_a_registry_nothing_is_installed_from_the_folder_that_one_is_in(hook: ModuleType) -> None:
    """There is no checkout there; ``.`` would be whatever folder the reader is in."""
    told = hook.from_a_registry((PROJECT / "README.md").read_text("utf-8"))
    installs = re.findall(r"(?:uv tool|pipx|pip) install[^`#\n]*", told)
    assert len(installs) > 1
    assert all(line.split()[-1].startswith("slimsam-desktop") for line in installs), installs
    block = told.split("## Install")[1].split("```")[1]
    assert "checkout" not in block
    with pytest.raises(ValueError, match="README"):
        hook.from_a_registry("pip install something")


def test_scripts_are_for_those_who_have_a_checkout() -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE):
        before, script, _ = section.partition("bash packaging/")
        assert not script or "checkout" in before


def test_every_linked_file_is_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (PROJECT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
