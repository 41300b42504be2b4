"""The command line as a whole: help, version, doctor, cheap start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from slimsam_core.cli import main


@pytest.mark.parametrize("arguments", [[], ["no-such-command"]])
def test_wrong_commands_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: slimsam" in capsys.readouterr().err


def test_help_is_cheap() -> None:
    script = (
        "import sys\nfrom slimsam_core.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as e:\n    assert e.code == 0\n"
        "heavy = {'torch', 'openvino', 'PySide6'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "segment" in done.stdout


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
