#!/usr/bin/env bash
# A stand-alone package on a machine with nothing on it: a minimal Debian or Ubuntu without Python, made by debootstrap, used
# through chroot. The package is put there; a segment from the shell; then a mouse and keys under Xvfb open photographs, click,
# draw a box, accept, export, and the COCO file is compared (tests/e2e/test_thin_line.py, with this checkout's .venv or
# PYTHON). A .deb is removed at the end, and nothing of it may be left.
#
#   bash packaging/bundle_trial.sh FOLDER PACKAGE [RELEASE ...]      PACKAGE: .tar.xz, .AppImage or .deb
#                                                                (as root; default releases: bookworm trixie)
# Releases of Ubuntu (noble) need its keys: UBUNTU_KEYRING, by default where the package ubuntu-keyring has them.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "bundle_trial.sh needs root: debootstrap and chroot do." >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap" >&2; exit 1; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-$project/.venv/bin/python}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
package=$(realpath "$2")
shift 2
[ $# -gt 0 ] || set -- bookworm trixie
# What every desktop has and a bundle does not bring: the screen's own libraries, and a font.
DESKTOP="libegl1 libgl1 libx11-6 libxcb1 fontconfig-config fonts-dejavu-core"

# debootstrap of Debian has no script for newer releases of Ubuntu; that of an older one does the same.
make_root() {
    case "$release" in
    jammy | noble | plucky | questing | resolute)
        debootstrap --variant=minbase --components=main,universe \
            --keyring="${UBUNTU_KEYRING:-/usr/share/keyrings/ubuntu-archive-keyring.gpg}" \
            "$release" "$root" http://archive.ubuntu.com/ubuntu /usr/share/debootstrap/scripts/gutsy
        ;;
    *) debootstrap --variant=minbase "$release" "$root" ;;
    esac
}

within() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

since() { echo $((($(date +%s%N) - began) / 1000000000)); }

source "$project/packaging/mounts.sh"

leave() {
    release_mounts
    rm -rf "$trial"
}

trap 'exit 130' INT
trap 'exit 143' TERM HUP

for release in "$@"; do
    root="$folder/$release"
    [ -e "$root/etc/debian_version" ] || make_root >"$folder/$release.log"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    rm -rf "$root/opt"
    mkdir -p "$root/opt"
    trial=$(mktemp -d /tmp/bundle-trial.XXXXXX) # at the same place within and without
    mkdir -p "$root$trial"
    trap leave EXIT
    for path in /dev /proc "$trial"; do
        bind_into "$root" "$path"
    done
    cp "$project/resources/samples/chelsea.jpg" "$trial/"
    within apt-get -qq update
    began=$(date +%s%N)
    case "$package" in
    *.deb)
        cp "$package" "$root/opt/package.deb"
        within apt-get -qq install -y --no-install-recommends /opt/package.deb fonts-dejavu-core >"$folder/$release-install.log" 2>&1
        shell=/usr/bin/slimsam window=/usr/bin/slimsam-app
        ;;
    *.tar.*)
        # shellcheck disable=SC2086
        within apt-get -qq install -y --no-install-recommends $DESKTOP >"$folder/$release-install.log" 2>&1
        began=$(date +%s%N)
        tar -C "$root/opt" -xf "$package"
        shell=/opt/SlimSAM/slimsam window=/opt/SlimSAM/slimsam-app
        ;;
    *.AppImage)
        # shellcheck disable=SC2086
        within apt-get -qq install -y --no-install-recommends $DESKTOP fuse3 >"$folder/$release-install.log" 2>&1
        cp "$package" "$root/opt/SlimSAM.AppImage"
        ln -s SlimSAM.AppImage "$root/opt/slimsam"
        shell=/opt/slimsam window=/opt/SlimSAM.AppImage
        ;;
    *)
        echo "$package is no .tar.xz, .AppImage or .deb." >&2
        exit 2
        ;;
    esac
    echo "$release: put there in $(since) s"
    if within sh -c 'command -v python3'; then
        echo "$release: there is a Python, which this trial must do without." >&2
        exit 1
    fi
    began=$(date +%s%N)
    within "$shell" segment "$trial/chelsea.jpg" --point 220,150 --out "$trial/cat.json"
    grep -q '"counts"\|"segmentation"' "$trial/cat.json"
    echo "$release: a segment from the shell in $(since) s"
    (cd "$project" && "$python" -c 'import sys; from pathlib import Path; from tests.detecting.networks import yolo_v8; yolo_v8(Path(sys.argv[1]))' "$trial/detector.onnx")
    within "$shell" project create "$trial/p.slimsam" "$trial"
    within "$shell" detect "$trial/p.slimsam" --model "$trial/detector.onnx" --as boxes --add-classes
    echo "$release: a detector in ONNX was read"
    (cd "$project" && SLIMSAM_PROGRAM="chroot $root $window" PYTEST_DEBUG_TEMPROOT="$trial" \
        "$python" -m pytest -q -p no:cacheprovider tests/e2e/test_thin_line.py)
    if [[ $package == *.deb ]]; then
        within dpkg -V slimsam
        within apt-get -qq purge -y slimsam >>"$folder/$release-install.log" 2>&1
        left=$(find "$root/usr" "$root/etc" "$root/opt" -iname '*slimsam*' -not -name package.deb)
        [ -z "$left" ] || { echo "$release: left behind: $left" >&2; exit 1; }
        echo "$release: removed, nothing left"
    fi
    leave
    trap - EXIT
done
