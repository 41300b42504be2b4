#!/usr/bin/env bash
# From nothing to the main job on the bundled photographs with the bundled model.
# With a display: opens the window on them. Without: plays click, box, accept and export off screen and writes
# the COCO file, overlays and a screenshot to demo-output/ (or to the folder given as first argument).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
prepare_environment

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening the sample photographs: click on something, press Enter, then Ctrl+Shift+E exports"
    exec "$PROJECT_DIR/.venv/bin/slimsam-app" "$PROJECT_DIR/resources/samples"
fi
say "No display: playing the same journey off screen"
export QT_QPA_PLATFORM=offscreen
export QT_LOGGING_RULES="default.warning=false" # else every window says that it has no window manager
exec "$PYTHON" "$PROJECT_DIR/packaging/demo.py" "${1:-$PROJECT_DIR/demo-output}"
