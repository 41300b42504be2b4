#!/usr/bin/env bash
# The stand-alone program of this system as a folder: bash packaging/freeze.sh FOLDER makes FOLDER/SlimSAM (on macOS
# FOLDER/SlimSAM.app as well) with PyInstaller, from the labelling part without PyTorch. BUNDLE_ENVIRONMENT names an
# environment that lean.sh made before; without it one is made in FOLDER and removed. TORCH_LIST names a file that
# torch_wheels.py made before; TORCH_LIST=none makes a program that cannot add PyTorch, and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "${1:?give a folder}"
folder=$(cd "$1" && pwd)
work=$(mktemp -d "$folder/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
environment=${BUNDLE_ENVIRONMENT:-$work/environment}
[ -d "$environment" ] || bash packaging/lean.sh "$environment"
python="$environment/bin/python"
[ -x "$python" ] || python="$environment/Scripts/python.exe"
"$python" -m pip install --quiet --constraint packaging/constraints.txt pyinstaller
if [ -z "${TORCH_LIST:-}" ]; then
    export TORCH_LIST="$work/torch.json"
    "$python" packaging/torch_wheels.py "$TORCH_LIST"
fi
rm -rf "$folder/SlimSAM" "$folder/SlimSAM.app"
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$folder" --workpath "$work/build" packaging/bundle.spec
