"""Which wheels make PyTorch for the stand-alone program: a list made when that is built.

    python packaging/torch_wheels.py slimsam_core/_resources/torch.json

Run by the Python of the bundle, since wheels are for one version of it. pip decides, by the versions of
``constraints.txt``; what the program brings already is left out. Sizes are asked for, hashes are the index's.
Only public indexes are asked, whatever pip is set to here: users download from what the list says.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
BROUGHT = frozenset({"filelock", "fsspec", "numpy", "typing-extensions"})
"""Whole in the bundle (``WHOLE`` in bundle.spec)."""
WANTED = ("torch", "torch-pruning")
_OWN_PLACES = frozenset({"PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"})
_WAY_OUT = "Set TORCH_OFFER to a list made elsewhere, or to none for a program that cannot add PyTorch."
_PATIENCE_SECONDS = 30
"""For one answer of an index; it answers within one where it answers at all."""


def wheels(*options: str) -> list[dict[str, Any]]:
    """What pip would install, without installing it. Raises CalledProcessError when nothing fits."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--only-binary", ":all:", "--report", str(report)]
        command += ["--constraint", str(ROOT / "packaging" / "constraints.txt"), *options, *WANTED]
        environment = {name: value for name, value in os.environ.items() if name not in _OWN_PLACES}
        subprocess.run(command, check=True, env={**environment, "PIP_CONFIG_FILE": os.devnull})
        found = json.loads(report.read_text("utf-8"))["install"]
    return [listed(item["download_info"]) for item in found if plain(item["metadata"]["name"]) not in BROUGHT]


def plain(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def listed(download: dict[str, Any]) -> dict[str, Any]:
    """One wheel of pip's report, as ``library.added_torch`` reads it."""
    url = download["url"]
    if not url.startswith("https://"):
        sys.exit(f"{url} is no address that a user could download from. {_WAY_OUT}")
    with urllib.request.urlopen(
        urllib.request.Request(url, method="HEAD"), timeout=_PATIENCE_SECONDS
    ) as answer:
        size = int(answer.headers["Content-Length"])
    name = urllib.request.url2pathname(url.rpartition("/")[2])
    return {"name": name, "url": url, "size": size, "sha256": download["archive_info"]["hashes"]["sha256"]}


def need_cpu_index() -> None:
    """End with a sentence where PyTorch's own index does not answer: pip would take the build with CUDA."""
    try:
        urllib.request.urlopen(f"{CPU_INDEX}/torch/", timeout=_PATIENCE_SECONDS).close()
    except OSError as error:
        sys.exit(f"{CPU_INDEX} does not answer ({error}). {_WAY_OUT}")


def main() -> None:
    """Write the list: the build for processors, and where the registry has another one, that with CUDA."""
    need_cpu_index()
    lists = {"cpu": wheels("--extra-index-url", CPU_INDEX)}
    if sys.platform == "linux":  # elsewhere the registry's own build is the one for processors, too
        lists["cuda"] = wheels()
    Path(sys.argv[1]).write_text(json.dumps(lists, indent=1), "utf-8")
    for build, found in lists.items():
        print(f"{build}: {len(found)} wheels, {sum(w['size'] for w in found) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
