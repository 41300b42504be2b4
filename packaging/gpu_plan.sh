#!/usr/bin/env bash
# What to do with a GPU that is at hand for a quarter of an hour, without a network: prove in two minutes what runs on
# it, then train the bundled model for some minutes.
#
#   bash packaging/gpu_plan.sh PACK OUT [--minutes 8] [--device cuda] [--from MODEL] [--no-proofs] [--recipe FILE]
#
# PACK: a folder with *.zip of packaging/gpu_pack.py and, under wheels/, the packages that the machine's Python lacks
# (pycocotools, platformdirs, defusedxml, torch-pruning; segment-anything to compare with). OUT gets proofs.json,
# the log, and the model in parts of less than 16 MiB, renewed every minute. The Python is PYTHON, or python3.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '5,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pack=$1 out=$2
shift 2
minutes=8 device=cuda model=$project/resources/models/lite2.safetensors proofs=yes recipe=()
while [ $# -gt 0 ]; do
    case $1 in
        --minutes) minutes=$2; shift 2 ;;
        --device) device=$2; shift 2 ;;
        --from) model=$2; shift 2 ;;
        --recipe) recipe=(--recipe "$2"); shift 2 ;;
        --no-proofs) proofs=no; shift ;;
        *) echo "gpu_plan.sh does not know $1" >&2; exit 2 ;;
    esac
done
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
export PYTHONPATH="$project:$work/site${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore
if compgen -G "$pack/wheels/*.whl" >/dev/null; then
    "$python" -m pip install -q --no-index --no-deps --no-compile --target "$work/site" "$pack"/wheels/*.whl
fi
if [ $proofs = yes ]; then
    timeout 120 "$python" "$project/packaging/gpu_proofs.py" "$out/proofs.json" --device "$device" \
        >"$out/proofs.log" 2>&1 || echo "the proofs ended with $?: see proofs.log" >&2
fi
for archive in "$pack"/*.zip; do
    "$python" -m zipfile -e "$archive" "$work/pictures"
done
"$python" "$project/packaging/gpu_train.py" "$model" "$work/pictures" "$out" --minutes "$minutes" --device "$device" \
    "${recipe[@]}" 2>&1 | tee "$out/training.log"
