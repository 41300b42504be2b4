# Sourced by the scripts beside it: makes .venv, installs what the system and the project need, once.
# Usage: prepare_environment [EXTRA]      EXTRA: an optional-dependencies group such as "dev"

PROJECT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
PYTHON="$PROJECT_DIR/.venv/bin/python"

# Shared libraries of Qt; a desktop has them, a bare machine does not.
QT_PACKAGES="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
             libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0
             libxcb-randr0 libxcb-xinerama0 fonts-dejavu-core"

say() { printf '\n== %s\n' "$*"; }

install_system_packages() {
    local missing=() package
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "These system packages are missing; the window may not start without them. Install them with:"
            echo "   sudo apt-get install ${missing[*]}"
            return 0
        fi
        as_root=(sudo -n)
    fi
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])'; then
            echo "$candidate"
            return 0
        fi
    done
    echo "Python 3.11 or newer is needed and was not found." >&2
    return 1
}

prepare_environment() {
    local extra="${1:-}" python stamp wanted
    # shellcheck disable=SC2086
    install_system_packages $QT_PACKAGES
    python="$(find_python)"
    if ! "$PYTHON" -c '' 2>/dev/null; then
        "$python" -c 'import ensurepip' 2>/dev/null || install_system_packages python3-venv
        say "Making .venv"
        "$python" -m venv --clear "$PROJECT_DIR/.venv"
    fi
    stamp="$PROJECT_DIR/.venv/installed-${extra:-base}"
    wanted="$(cat "$PROJECT_DIR/pyproject.toml" "${BASH_SOURCE[0]}" | sha256sum)"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Installing the project${extra:+ with its $extra tools} (the first time takes some minutes)"
        "$PYTHON" -m pip install --quiet --disable-pip-version-check --editable "$PROJECT_DIR${extra:+[$extra]}"
        echo "$wanted" >"$stamp"
    fi
}
