"""The command line as a whole: help, version, doctor, cheap start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from slimsam_core import commands
from slimsam_core.cli import main
from slimsam_core.commands.command_line import COMMANDS, build_parser
from slimsam_core.torch_part import way_in_a_shell


@pytest.mark.parametrize("arguments", [[], ["no-such-command"]])
def test_wrong_commands_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: slimsam" in capsys.readouterr().err


@pytest.mark.parametrize(
    "typed",
    [
        ["project", "compare", "ours", "--gold", "theirs", "--json", "more"],
        ["project", "compare", "--gold", "ours", "theirs", "more", "--json"],
    ],
)
def test_options_stand_anywhere_among_names(typed: list[str]) -> None:
    found = build_parser("project").parse_args(typed)
    assert (str(found.project), [str(path) for path in found.others]) == ("ours", ["theirs", "more"])
    assert found.gold
    assert found.json


def test_an_unknown_option_is_an_error_of_its_own_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["project", "compare", "ours", "--golden", "theirs"])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: slimsam project compare")
    assert "--golden" in said


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_no_command(argument: str) -> None:
    script = (
        "import sys\nfrom slimsam_core.cli import main\n"
        f"try:\n    main(['{argument}'])\nexcept SystemExit as e:\n    assert e.code == 0\n"
        "heavy = {'torch', 'openvino', 'PySide6', 'numpy', 'importlib.metadata'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "slimsam" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_page_and_imports_no_torch_for_it(command: str) -> None:
    script = (
        "import sys\nfrom slimsam_core.cli import main\n"
        f"try:\n    main(['{command}', '--help'])\nexcept SystemExit as e:\n    assert e.code == 0\n"
        "heavy = {'torch', 'openvino', 'PySide6', 'ray', 'onnxruntime'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"usage: slimsam {command}" in done.stdout


def test_the_help_of_segment_needs_no_model_and_no_picture() -> None:
    script = (
        "import sys\nfrom slimsam_core.cli import main\n"
        "try:\n    main(['segment', '--help'])\nexcept SystemExit as e:\n    assert e.code == 0\n"
        "heavy = {'numpy', 'cv2', 'PIL', 'slimsam_core.inference'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_of_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for command, text in COMMANDS.items():
        assert command in out
        assert text.split()[0] in out
    modules = {path.stem for path in Path(commands.__path__[0]).glob("*.py")}
    assert {"import_" if c == "import" else c.replace("-", "_") for c in COMMANDS} <= modules


def test_doctor_reports_what_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for word in ("python", "torch", "openvino", "cpu", "model", "cache folder"):
        assert word in out


@pytest.mark.parametrize("supported", [True, False])
def test_doctor_tells_whether_this_cpu_runs_the_attention_of_our_own(
    supported: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("llvmlite")
    monkeypatch.setattr("slimsam_core.inference.runtimes.simd.supported", lambda: supported)
    main(["doctor"])
    assert ("fused attention" in capsys.readouterr().out) is supported


def test_doctor_goes_on_without_llvm(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "slimsam_core.inference.runtimes.simd", raising=False)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert main(["doctor"]) == 0
    assert "fused attention" not in capsys.readouterr().out


def test_doctor_says_how_what_is_missing_is_added(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("slimsam_core.commands.doctor.OPTIONAL", (("no-such-package", "for tests"),))
    assert main(["doctor"]) == 0
    assert f"not installed; for tests. {way_in_a_shell()}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "helps"),
    [("fpu avx512_bf16 amx_bf16", False), ("fpu avx512_bf16", True), ("fpu avx2", False), (None, False)],
)
def test_doctor_advises_llvm_where_it_helps(
    flags: str | None, helps: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delitem(sys.modules, "slimsam_core.inference.runtimes.simd", raising=False)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    facts = tmp_path / "cpuinfo"
    if flags is not None:
        facts.write_text(f"processor : 0\nflags : {flags}\nbugs : none\n")
    monkeypatch.setattr("slimsam_core.commands.doctor.CPU_FACTS", facts)
    assert main(["doctor"]) == 0
    assert ("pip install llvmlite" in capsys.readouterr().out) is helps
