#!/usr/bin/env bash
# The labelling part alone, without PyTorch: bash packaging/lean.sh FOLDER makes a virtual environment there.
# What slims, trains and exports models says in one sentence what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:?"give the folder of the environment to make, such as ~/slimsam"}
"${PYTHON:-python3}" -m venv "$folder"
python="$folder/bin/python"
[ -x "$python" ] || python="$folder/Scripts/python.exe" # on Windows
# shellcheck disable=SC2016 # Python's text, not the shell's
requirements=$("$python" -c '
import re, tomllib
from pathlib import Path
for line in tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["dependencies"]:
    if not re.match(r"(torch|torch-pruning)[^\w-]", line):
        print(line)
')
wanted=()
while IFS= read -r line; do wanted+=("${line%$'\r'}"); done <<<"$requirements" # mapfile is not in the bash of macOS
"$python" -m pip install --quiet --constraint packaging/constraints.txt "${wanted[@]}"
"$python" -m pip install --quiet --no-deps .
echo "$folder: $(du -sm "$folder" | cut -f1) MB; start $folder/bin/slimsam-app"
