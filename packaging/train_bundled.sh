#!/usr/bin/env bash
# Trains the bundled model again: every recipe in order, each from the weights of the one before. What is finished is
# kept; what was cut off goes on.
#
#   bash packaging/train_bundled.sh FIRST_MODEL PICTURES OUT [RECIPES]
#
# FIRST_MODEL: weights to begin with; PICTURES: a folder of data sets with masks; RECIPES: a folder of N-name.json
# (default: resources/models/training). PROCESSES=2 shares each step among two processes. The result is the
# model.safetensors of the last recipe's folder in OUT.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '5,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
model=$1 pictures=$2 out=$3 recipes=${4:-$project/resources/models/training}
python=${PYTHON:-$project/.venv/bin/python}
processes=${PROCESSES:-1}
export PYTHONPATH="$project${PYTHONPATH:+:$PYTHONPATH}"
launch=("$python")
[ "$processes" -gt 1 ] && launch=("$python" -m torch.distributed.run --nproc_per_node "$processes")

for recipe in "$recipes"/[0-9]*.json; do
    run="$out/$(basename "$recipe" .json)"
    if [ ! -e "$run/model.safetensors" ]; then
        resume=()
        [ -e "$run/recipe.json" ] && resume=(--resume)
        "${launch[@]}" -m slimsam_core.cli train "$recipe" --init "$model" --data "$pictures" --held-out 0 \
            --out "$run" "${resume[@]}"
    fi
    model="$run/model.safetensors"
done
echo "trained: $model"
