#!/usr/bin/env bash
# From nothing to a tested checkout: environment, style, types, dependency rules, all tests.
# Arguments go to pytest, e.g. `bash packaging/test.sh tests/formats -k coco`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$PROJECT_DIR"
prepare_environment dev
install_system_packages xvfb xdotool openbox x11-utils

# Each of hundreds of processes would compile the program again where Python may not keep what it compiled.
unset PYTHONDONTWRITEBYTECODE
export QT_QPA_PLATFORM=offscreen
# on the other core: what all processes of the tests would compile at the same time
"$PYTHON" -m pytest --collect-only --quiet "$@" >/dev/null 2>&1 &

say "Style, types and dependency rules"
"$PYTHON" -m ruff format --check .
"$PYTHON" -m ruff check .
"$PYTHON" -m mypy
"$PROJECT_DIR/.venv/bin/lint-imports"

say "Tests"
wait
export OMP_NUM_THREADS=1 # the models of the tests are tiny: more threads only wait for one another
# one process more than cores, as tests also wait: for windows, children, the disk
exec "$PYTHON" -m pytest -n "$(($(getconf _NPROCESSORS_ONLN) + 1))" --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"
