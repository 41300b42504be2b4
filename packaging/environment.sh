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

# The command that installs packages of Debian and Ubuntu, as this user would type it.
apt_command() {
    if [ "$(id -u)" -eq 0 ]; then
        echo "apt-get install $*"
    elif command -v sudo >/dev/null; then
        echo "sudo apt-get install $*"
    else
        echo "su -c 'apt-get install $*'"
    fi
}

# What to do about missing packages, in one sentence.
how_to_install() {
    if has_apt; then
        echo "Install it ($(apt_command "$@")) and run this again."
    else
        echo "Install it with the packages of your system (on Debian and Ubuntu: $(apt_command "$@")) and run this again."
    fi
}

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
        echo "   $(apt_command "${missing[@]}")"
        return 0
    fi
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

makes_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The first Python that fits and can make environments; where none can, the first that fits.
find_python() {
    local candidate fits=""
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then
            fits="${fits:-$candidate}"
            if makes_environments "$candidate"; then
                echo "$candidate"
                return 0
            fi
        fi
    done
    [ -n "$fits" ] && echo "$fits"
}

# The package with the module venv of this Python, where it is the system's own.
venv_package() {
    case "$(command -v "$1")" in
    /usr/bin/python3.*) echo "$1-venv" ;;
    *) echo python3-venv ;;
    esac
}

# A Python that can make environments, or one sentence that says how to get it, before anything is downloaded.
need_python() {
    local python package
    if ! python="$(find_python)"; then
        command -v python3 >/dev/null &&
            stop "Python 3.11 to 3.14 is needed; here is $(python3 --version 2>&1)." \
                "Install one of these (https://docs.astral.sh/uv brings one: uv python install 3.12) and run this again."
        has_apt && may_install && install_system_packages python3 python3-venv >&2
        python="$(find_python)" ||
            stop "Python 3.11 to 3.14 is needed and was not found." "$(how_to_install python3 python3-venv)"
    fi
    if ! makes_environments "$python"; then
        package="$(venv_package "$python")"
        has_apt && may_install && install_system_packages "$package" >&2
        python="$(find_python)" # a newer one may have come along
        makes_environments "$python" ||
            stop "$python cannot make environments: its module venv is missing." "$(how_to_install "$package")"
    fi
    echo "$python"
}

has_nvidia_driver() { [ -e /proc/driver/nvidia/version ] || [ -e /dev/nvidiactl ] || [ -e /dev/dxg ]; }

# What pip says is kept in WHY; it is long, and told where it matters.
quiet_pip() { WHY="$("$PYTHON" -m pip install --quiet --disable-pip-version-check "$@" 2>&1)"; }

# What pip calls an error, or else the end of what it said: of a package that is built the reason stands far above the end.
tell_why() {
    local errors
    errors="$(printf '%s\n' "$WHY" | grep -E 'ERROR|[Ee]rror:|Errno' | tail -n 4)" || errors="$(printf '%s\n' "$WHY" | tail -n 6)"
    printf '%s\n' "$errors" | cut -c1-300 | sed 's/^ */   pip: /' # warnings name whole objects of Python
}

# Ends the script with pip's reason and what helps against it.
stop_for_pip() {
    tell_why >&2
    case "$WHY" in
    *"No space left"*)
        stop "The disk is full: the packages need about 2 GB in $PROJECT_DIR/.venv and, meanwhile, in ${TMPDIR:-/tmp}." \
            "Make room (TMPDIR names another folder for what is temporary) and run this again; what is there stays."
        ;;
    *"from versions: none"* | *"ConnectionError"* | *"NewConnectionError"* | *"timed out"* | *"CERTIFICATE"* | *"ProxyError"*)
        stop "The package index cannot be reached." \
            "Look after the network, or name the index that is used here (PIP_INDEX_URL=ADDRESS), and run this again."
        ;;
    *) stop "The packages could not be installed." "Run this again; where it ends the same way, remove $PROJECT_DIR/.venv first." ;;
    esac
}

# Without an NVIDIA driver the CUDA build of PyTorch is 5 GB of nothing: the CPU build is taken from PyTorch's own index.
install_torch() {
    "$PYTHON" -c 'import torch' 2>/dev/null && return 0
    [ "$(uname -s)" = Linux ] && ! has_nvidia_driver || return 0
    say "Installing PyTorch for the processor (no NVIDIA driver here; about 200 MB)"
    quiet_pip --retries 1 --timeout 15 --constraint "$TESTED" --index-url "$CPU_TORCH" "$TORCH" && return 0
    tell_why
    echo "PyTorch's own index gave nothing; the configured one is asked (its build may be of several GB)."
}

# The versions that were tested; where an index no longer has them all, the newest that fit.
install_project() {
    quiet_pip --constraint "$TESTED" --editable "$1" && return 0
    case "$WHY" in
    *"No matching distribution"* | *"ResolutionImpossible"*) ;;
    *) stop_for_pip ;;
    esac
    tell_why
    echo "The tested versions (packaging/constraints.txt) cannot all be had; the newest that fit are taken."
    quiet_pip --editable "$1" || stop_for_pip
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
