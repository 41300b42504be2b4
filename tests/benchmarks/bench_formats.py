"""Measures COCO out and in on a large dataset: ``pytest -m bench -s tests/benchmarks/bench_formats.py``.

``SLIMSAM_BENCH_IMAGES`` sets the number of pictures; there are ten objects a picture. Each measurement runs
in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

IMAGES = int(os.environ.get("SLIMSAM_BENCH_IMAGES", "100000"))

PRELUDE = """
import re, sys, time
from pathlib import Path
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
def done(name, count):
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    print(f"{name:<44} {seconds:>8.1f} s {cpu:>8.1f} s of CPU {count / cpu:>10,.0f} objects/s of CPU"
          f" {peak() - before:>7.0f} MiB above {before:.0f}")
path, project_path, images = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
"""

PROJECT = """
from tests.benchmarks import bench_project
from slimsam_core.project import Project
bench_project.IMAGES = images
before, start, cpu_start = peak(), time.perf_counter(), time.process_time()
with Project.create(project_path, [project_path.parent]) as project:
    project.apply("Import", bench_project.content())
done("fill a project", images * 10)
"""

EXPORT = """
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import Selection, export_project
from slimsam_core.project import Project
stages = {}
def note(step):
    stages.setdefault(step.stage, [time.perf_counter(), 0])[1] = time.perf_counter()
coco = get_format("coco")
before, start, cpu_start = peak(), time.perf_counter(), time.process_time()
with Project.open(project_path, read_only=True) as project:
    (report,) = export_project(project, coco, path, Selection(), WriteOptions(progress=note))
done("export a project to COCO, gate included", report.objects)
for name, (first, last) in stages.items():
    print(f"    {name:<40} {last - first:>8.1f} s")
print(f"    {report.summary}; {', '.join(report.readers)}; {path.stat().st_size / 2**20:.0f} MiB")
"""

CHECK = """
from slimsam_core.formats.doctor import check
before, start, cpu_start = peak(), time.perf_counter(), time.process_time()
report = check(path, "coco").report
done("read and check the same file", report.objects_in)
assert report.objects_in == report.objects_imported
"""

PYCOCOTOOLS = """
import contextlib, io
from pycocotools.coco import COCO
before, start, cpu_start = peak(), time.perf_counter(), time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(str(path))
done("load it with pycocotools (nothing decoded)", len(coco.anns))
"""

IMPORT = """
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import import_into
from slimsam_core.project import Project
coco = get_format("coco")
before, start, cpu_start = peak(), time.perf_counter(), time.process_time()
with Project.create(project_path.with_name("second.slimsam"), [path.parent]) as project:
    report = import_into(project, coco, path, check_pictures=False)
done("import it into a new project", report.objects_imported)
"""


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_large_coco_file(tmp_path: Path) -> None:
    print(f"\n{IMAGES:,} pictures")
    arguments = [str(tmp_path / "instances.json"), str(tmp_path / "large.slimsam"), str(IMAGES)]
    for work in (PROJECT, EXPORT, PYCOCOTOOLS, CHECK, IMPORT):
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", PRELUDE + work, *arguments], check=True, env=environment)
