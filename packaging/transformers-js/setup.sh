#!/usr/bin/env bash
# Installs Transformers.js beside this script, for tests/export/test_transformers_js.py. Needs Node 20 and npm.
# Install scripts stay off: they would fetch CUDA libraries, and the CPU binaries are in the packages already.
set -euo pipefail
cd "$(dirname "$0")"
npm install --ignore-scripts --no-audit --no-fund --no-package-lock
