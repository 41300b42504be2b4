#!/usr/bin/env bash
# The stand-alone program for Linux, without PyTorch: bash packaging/bundle.sh [FOLDER] (default: dist) makes there
#   SlimSAM/                        the program: SlimSAM/slimsam-app the window, SlimSAM/slimsam the shell command
#   SlimSAM-VERSION-x86_64.tar.xz   the same packed
#   slimsam_VERSION_amd64.deb       for Debian and Ubuntu, where dpkg-deb is installed
#   SlimSAM-VERSION-x86_64.AppImage where packaging/appimage.sh finds what it needs
# It runs on systems whose C library is as new as the one here or newer. Nothing is left outside FOLDER.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${1:-$project/dist}"
folder=$(cd "${1:-$project/dist}" && pwd)
machine=$(uname -m)
work=$(mktemp -d "$folder/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

mebibytes() { du -sm --apparent-size "$1" | cut -f1; }

told() { echo "$1: $(mebibytes "$1") MiB"; }

cd "$project"
bash packaging/freeze.sh "$folder"
for library in libxcb-cursor.so.0 libxkbcommon-x11.so.0; do # only warned of where this machine lacks them
    [ -e "$folder/SlimSAM/_internal/$library" ] || {
        echo "$library did not come along: install the libraries that packaging/environment.sh names." >&2
        exit 1
    }
done
ln -s slimsam-app "$folder/SlimSAM/slimsam"
version=$("$folder/SlimSAM/slimsam" --version | cut -d' ' -f2)
cp LICENSE "$folder/SlimSAM/"
told "$folder/SlimSAM"

package="$folder/SlimSAM-$version-$machine.tar.xz"
tar -C "$folder" --owner=0 --group=0 --sort=name -c SlimSAM | xz -T0 -6 >"$package"
told "$package"

if command -v dpkg-deb >/dev/null; then
    told "$(bash packaging/deb.sh "$folder/SlimSAM" "$version" "$folder")"
else
    echo "No .deb: dpkg-deb is not installed."
fi

if [ -f "${APPIMAGE_RUNTIME:-}" ] && command -v mksquashfs >/dev/null; then
    told "$(bash packaging/appimage.sh "$folder/SlimSAM" "$version" "$folder")"
else
    echo "No AppImage: packaging/appimage.sh says what it needs."
fi
