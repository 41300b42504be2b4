"""The files that make stand-alone programs fit the project, and one another."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from slimsam_app.desktop_entry import _PLACES
from slimsam_core import torch_part

PROJECT = Path(__file__).parents[2]
PACKAGING = PROJECT / "packaging"
SPEC = (PACKAGING / "bundle.spec").read_text("utf-8")
DEPENDENCIES = [
    Requirement(line)
    for line in tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
]
AT_CONDA = {"opencv-python-headless": "py-opencv", "pyside6-essentials": "pyside6", "torch": "pytorch"}
"""Packages that have another name there."""


def started_as(name: str, tmp_path: Path, *arguments: str, **environment: str) -> str:
    program = tmp_path / name
    program.symlink_to(PACKAGING / "frozen.py")
    ended = subprocess.run(
        [sys.executable, str(program), *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return ended.stdout


def written_pattern(name: str) -> re.Pattern[str]:
    """A regular expression of the recipe, which only PyInstaller can run."""
    found = re.search(rf'^{name} = re\.compile\(((?:\s*r"[^"]*")+)', SPEC, re.MULTILINE)
    assert found is not None
    return re.compile("".join(re.findall(r'r"([^"]*)"', found[1])))


def test_the_bundle_keeps_what_openvino_reads_and_computes_with() -> None:
    """They are loaded by name. Detectors in ONNX could not be read: the reader was taken out as unused."""
    loaded, unused = map(written_pattern, ("LOADED", "UNUSED"))
    for part in ("intel_cpu_plugin", "ir_frontend", "onnx_frontend"):
        library = f"openvino/libs/libopenvino_{part}.so.2641"
        assert loaded.search(library), part
        assert not unused.search(library), part
    assert unused.search("openvino/libs/libopenvino_tensorflow_frontend.so.2641")


@pytest.mark.parametrize(("name", "usage"), [("slimsam", "COMMAND"), ("slimsam-app", "--new-window")])
def test_the_name_says_what_the_program_is(name: str, usage: str, tmp_path: Path) -> None:
    assert usage in started_as(name, tmp_path, "--help")


@pytest.mark.parametrize("before", ["/own", ""])
def test_other_programs_find_their_own_libraries(before: str, tmp_path: Path) -> None:
    show = tmp_path / "sitecustomize.py"
    show.write_text(
        "import atexit, os\natexit.register(lambda: print('SEEN', os.environ.get('LD_LIBRARY_PATH')))\n"
    )
    told = {"LD_LIBRARY_PATH": "/bundle", "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    if before:
        told["LD_LIBRARY_PATH_ORIG"] = before
    assert f"SEEN {before or None}" in started_as("slimsam", tmp_path, "--version", **told)


def test_every_desktop_file_goes_into_every_package() -> None:
    for recipe in ("deb.sh", "flatpak/org.slimsam.SlimSAM.yml"):
        text = (PACKAGING / recipe).read_text("utf-8")
        for name, folder in _PLACES.items():
            assert re.search(
                rf"share/?{folder}\W.*/{re.escape(name)}|share.*/{folder}\W.*{re.escape(name)}", text
            ), name


def test_the_flatpak_takes_what_is_there() -> None:
    manifest = yaml.safe_load((PACKAGING / "flatpak" / "org.slimsam.SlimSAM.yml").read_text("utf-8"))
    (module,) = manifest["modules"]
    program, desktop = (PACKAGING / "flatpak" / source["path"] for source in module["sources"])
    assert program.resolve() == PROJECT / "dist" / "SlimSAM"  # bundle.sh makes it
    for named in re.findall(r" desktop/(\S+)", "\n".join(module["build-commands"])):
        assert (desktop / named).is_file()


def test_the_recipe_of_conda_asks_for_what_the_project_needs() -> None:
    text = (PACKAGING / "conda" / "recipe.yaml").read_text("utf-8").replace("${{ python_min }}", "3.11")
    run = {Requirement(line).name: Requirement(line) for line in yaml.safe_load(text)["requirements"]["run"]}
    python = run.pop("python")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(python.specifier) == str(Requirement(f"python{project['requires-python']}").specifier)
    wanted = {
        AT_CONDA.get(canonicalize_name(d.name), canonicalize_name(d.name)): d.specifier for d in DEPENDENCIES
    }
    assert {canonicalize_name(name): found.specifier for name, found in run.items()} == wanted
    assert {
        f"{name} = {where}" for name, where in (project["scripts"] | project["gui-scripts"]).items()
    } == set(yaml.safe_load(text)["build"]["python"]["entry_points"])


@pytest.mark.parametrize(
    ("system", "processor", "comes"),
    [("linux", "x86_64", True), ("darwin", "arm64", True), ("darwin", "x86_64", False)],
)
def test_macs_with_intel_processors_get_all_but_pytorch(
    monkeypatch: pytest.MonkeyPatch, system: str, processor: str, comes: bool
) -> None:
    machine = {"sys_platform": system, "platform_machine": processor}
    left_out = {d.name for d in DEPENDENCIES if d.marker is not None and not d.marker.evaluate(machine)}
    assert left_out == (set() if comes else {"torch", "torch-pruning"})
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    monkeypatch.setattr(torch_part, "torch_present", lambda: False)
    assert ("pip install torch" in torch_part.why_not()) == comes
    assert ("no PyTorch for Macs with Intel" in torch_part.why_not()) != comes


@pytest.mark.parametrize(
    ("driver", "frozen", "way"),
    [
        (
            False,
            False,
            "{} -m pip install torch torch-pruning --extra-index-url https://download.pytorch.org/whl/cpu",
        ),
        (True, False, "{} -m pip install torch torch-pruning"),
        (False, True, "slimsam models add-torch"),
    ],
)
def test_without_a_driver_nobody_is_told_to_install_cuda(
    monkeypatch: pytest.MonkeyPatch, driver: bool, frozen: bool, way: str
) -> None:
    monkeypatch.setattr(torch_part, "gpu_driver_present", lambda: driver)
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr("slimsam_core.installation.importlib.util.find_spec", lambda _: object())
    assert torch_part.way_in_a_shell() == f"Add it: {way.format(sys.executable)}"


def test_what_the_list_of_pytorch_leaves_out_is_whole_in_the_bundle() -> None:
    made = runpy.run_path(str(PACKAGING / "torch_wheels.py"))
    whole = re.search(r"^WHOLE = \((.*?)\)$", SPEC, re.DOTALL | re.MULTILINE)
    assert whole is not None
    assert made["BROUGHT"] - {"typing-extensions"} <= set(
        re.findall(r'"(\w+)"', whole[1])
    )  # one module alone
    assert made["CPU_INDEX"] == torch_part._CPU_BUILD
    assert set(made["WANTED"]) < {canonicalize_name(d.name) for d in DEPENDENCIES}


@pytest.mark.parametrize(
    ("system", "builds"), [("linux", ["cpu", "cuda"]), ("win32", ["cpu"]), ("darwin", ["cpu"])]
)
def test_only_what_has_cuda_is_listed_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, builds: list[str]
) -> None:
    spec = importlib.util.spec_from_file_location("torch_wheels", PACKAGING / "torch_wheels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "need_cpu_index", lambda: None)
    monkeypatch.setattr(module, "wheels", lambda *_: [])
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "argv", ["torch_wheels.py", str(tmp_path / "torch.json")])
    module.main()
    assert list(json.loads((tmp_path / "torch.json").read_text())) == builds


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_the_deb_has_program_links_menu_entry_and_pages(tmp_path: Path) -> None:
    bundle = tmp_path / "SlimSAM"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "_internal" / "lib.so").write_text("")
    (bundle / "LICENSE").write_text("")
    (bundle / "slimsam-app").write_text('#!/bin/sh\necho "$0 $*"\n')
    (bundle / "slimsam-app").chmod(0o755)
    (bundle / "slimsam").symlink_to("slimsam-app")
    ended = subprocess.run(
        ["bash", str(PACKAGING / "deb.sh"), str(bundle), "1.2.3", str(tmp_path)],
        env={**os.environ, "DEB_COMPRESSION": "none"},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    package = Path(ended.stdout.strip())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SlimSAM", package.name]
    listed = subprocess.run(
        ["dpkg-deb", "-c", str(package)], capture_output=True, text=True, check=True
    ).stdout
    modes = {line.split(maxsplit=5)[5].removeprefix("."): line.split()[0] for line in listed.splitlines()}
    assert "/usr/bin/slimsam -> ../lib/slimsam/slimsam" in modes
    assert "/usr/bin/slimsam-app -> ../lib/slimsam/slimsam-app" in modes
    assert modes["/usr/lib/slimsam/slimsam-app"] == "-rwxr-xr-x"
    for page in (PROJECT / "resources" / "man").glob("*.1"):
        assert f"/usr/share/man/man1/{page.name}.gz" in modes
    for name, folder in _PLACES.items():
        assert f"/usr/share/{folder}/{name}" in modes
    assert all("root/root" in line for line in listed.splitlines())
    fields = subprocess.run(
        ["dpkg-deb", "-f", str(package)], capture_output=True, text=True, check=True
    ).stdout
    assert "Version: 1.2.3\n" in fields


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not os.environ.get("SLIMSAM_PACKAGE"), reason="SLIMSAM_PACKAGE names no package to try")
def test_a_package_labels_on_machines_without_python(tmp_path: Path) -> None:
    command = ["bash", str(PACKAGING / "bundle_trial.sh"), str(tmp_path), os.environ["SLIMSAM_PACKAGE"]]
    subprocess.run(command, env={**os.environ, "PYTHON": sys.executable}, check=True, timeout=3500)
