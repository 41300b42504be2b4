# Sourced by the scripts beside it: makes .venv, installs what the system and the project need, once.
# Usage: prepare_environment [EXTRA]      EXTRA: an optional-dependencies group such as "dev"

PROJECT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
PYTHON="$PROJECT_DIR/.venv/bin/python"
TORCH="torch>=2.6,<2.14" # as pyproject.toml says it; tests/packaging compares the two
TESTED="$PROJECT_DIR/packaging/constraints.txt"
CPU_TORCH="${SLIMSAM_CPU_TORCH_INDEX:-https://download.pytorch.org/whl/cpu}"

# Shared libraries of Qt; a desktop has them, a bare machine does not.
QT_PACKAGES="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
             libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0
             libxcb-randr0 libxcb-xinerama0 fonts-dejavu-core"

say() { printf '\n== %s\n' "$*"; }

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

may_install() { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }

# Debian 13 and Ubuntu 24.04 renamed some libraries: libglib2.0-0 is libglib2.0-0t64 there.
is_installed() {
    local name
    for name in "$1" "$1t64"; do
        dpkg-query -W -f='${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' && return 0
    done
    return 1
}

install_system_packages() {
    local missing=() package as_root=()
    has_apt || return 0
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! may_install; then
        say "These system packages are missing; the window may not start without them. Install them with:"
        echo "   sudo apt-get install ${missing[*]}"
        return 0
    fi
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

# A Python that can make environments, or one sentence that says how to get it, before anything is downloaded.
need_python() {
    local python
    if ! python="$(find_python)"; then
        command -v python3 >/dev/null &&
            stop "Python 3.11 to 3.14 is needed; here is $(python3 --version 2>&1)." \
                "Install one of these (https://docs.astral.sh/uv brings one: uv python install 3.12) and run this again."
        has_apt && may_install && install_system_packages python3 python3-venv >&2
        python="$(find_python)" ||
            stop "Python 3.11 to 3.14 is needed and was not found." \
                "Install it (on Debian and Ubuntu: sudo apt-get install python3 python3-venv) and run this again."
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        has_apt && may_install && install_system_packages python3-venv >&2
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            stop "$python cannot make environments: its module venv is missing." \
                "Install it (on Debian and Ubuntu: sudo apt-get install python3-venv) and run this again."
    fi
    echo "$python"
}

has_nvidia_driver() { [ -e /proc/driver/nvidia/version ] || [ -e /dev/nvidiactl ] || [ -e /dev/dxg ]; }

# Without an NVIDIA driver the CUDA build of PyTorch is 5 GB of nothing: the CPU build is taken from PyTorch's own index.
install_torch() {
    "$PYTHON" -c 'import torch' 2>/dev/null && return 0
    [ "$(uname -s)" = Linux ] && ! has_nvidia_driver || return 0
    say "Installing PyTorch for the processor (no NVIDIA driver here; about 200 MB)"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 \
        --constraint "$TESTED" --index-url "$CPU_TORCH" "$TORCH" 2>/dev/null ||
        echo "PyTorch's own index does not answer; the configured one is asked (its build may be of several GB)."
}

# The versions that were tested; where an index no longer has them all, the newest that fit.
install_project() {
    local install=("$PYTHON" -m pip install --quiet --disable-pip-version-check)
    "${install[@]}" --constraint "$TESTED" --editable "$1" && return 0
    echo "The tested versions (packaging/constraints.txt) cannot all be had; the newest that fit are taken."
    "${install[@]}" --editable "$1"
}

prepare_environment() {
    local extra="${1:-}" python stamp wanted
    if ! "$PYTHON" -c '' 2>/dev/null; then
        python="$(need_python)" || exit 1
    fi
    # shellcheck disable=SC2086
    install_system_packages $QT_PACKAGES
    if ! "$PYTHON" -c '' 2>/dev/null; then
        say "Making .venv"
        "$python" -m venv --clear "$PROJECT_DIR/.venv"
    fi
    stamp="$PROJECT_DIR/.venv/installed-${extra:-base}"
    wanted="$(cat "$PROJECT_DIR/pyproject.toml" "$TESTED" "${BASH_SOURCE[0]}" | sha256sum)"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        install_torch
        say "Installing the project${extra:+ with its $extra tools} (the first time takes some minutes)"
        install_project "$PROJECT_DIR${extra:+[$extra]}"
        echo "$wanted" >"$stamp"
    fi
}
