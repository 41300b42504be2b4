#!/usr/bin/env bash
# The stand-alone program of this system as a folder: bash packaging/freeze.sh FOLDER makes FOLDER/SlimSAM (on macOS
# FOLDER/SlimSAM.app as well) with PyInstaller, from the labelling part without PyTorch. BUNDLE_ENVIRONMENT names an
# environment that lean.sh made before; without it one is made in FOLDER and removed. TORCH_OFFER names the file, made
# before by torch_wheels.py, with what the program downloads when somebody adds PyTorch; TORCH_OFFER=none makes a
# program that cannot add PyTorch, and says so.
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
if [ -n "${TORCH_LIST:-}" ]; then
    echo "TORCH_LIST is called TORCH_OFFER now." >&2
    exit 2
fi
offer="$work/torch.json" # the name by which the program knows it
case "${TORCH_OFFER:-}" in
none) ;;
"") "$python" packaging/torch_wheels.py "$offer" ;;
*) cp "$TORCH_OFFER" "$offer" ;;
esac
[ ! -e "$offer" ] || export SLIMSAM_TORCH_OFFER="$offer" # bundle.spec reads it
rm -rf "$folder/SlimSAM" "$folder/SlimSAM.app"
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$folder" --workpath "$work/build" packaging/bundle.spec
