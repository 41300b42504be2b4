#!/usr/bin/env bash
# A .deb of the stand-alone program: bash packaging/deb.sh BUNDLE VERSION FOLDER
# BUNDLE is what packaging/bundle.sh made. Prints the path of the package; what is installed is below /usr/lib/slimsam,
# with links in /usr/bin, menu entry, file type, icons, manual pages and completion for bash.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
bundle=$(cd "$1" && pwd)
version=$2
folder=$(cd "$3" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
architecture=$(dpkg --print-architecture)
root=$(mktemp -d "$folder/deb.XXXXXX")
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022

mkdir -p "$root/usr/lib" "$root/usr/bin" "$root/DEBIAN"
cp -a "$bundle" "$root/usr/lib/slimsam"
rm "$root/usr/lib/slimsam/LICENSE"
find "$root/usr/lib/slimsam" -type d -exec chmod 755 {} + -o -type f -perm /111 -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
find "$root/usr/lib/slimsam/_internal" -type f -exec chmod 644 {} +
for name in slimsam slimsam-app; do
    ln -s "../lib/slimsam/$name" "$root/usr/bin/$name"
done

share="$root/usr/share"
desktop=resources/desktop
install -D -m 644 -t "$share/applications" "$desktop/org.slimsam.SlimSAM.desktop"
install -D -m 644 -t "$share/mime/packages" "$desktop/org.slimsam.SlimSAM.xml"
install -D -m 644 -t "$share/icons/hicolor/scalable/apps" "$desktop/org.slimsam.SlimSAM.svg"
install -D -m 644 -t "$share/icons/hicolor/scalable/mimetypes" "$desktop/application-x-slimsam-project.svg"
install -D -m 644 -t "$share/metainfo" "$desktop/org.slimsam.SlimSAM.metainfo.xml"
for page in resources/man/*.1; do
    mkdir -p "$share/man/man1"
    gzip -9nc "$page" >"$share/man/man1/${page##*/}.gz"
done
mkdir -p "$share/bash-completion/completions" "$share/doc/slimsam" "$share/lintian/overrides"
"$bundle/slimsam" completion bash >"$share/bash-completion/completions/slimsam"
gzip -9n >"$share/doc/slimsam/changelog.gz" <<CHANGES
slimsam ($version) stable; urgency=medium

  * What is new is said in CHANGELOG.md of this version's sources.

 -- The SlimSAM desktop maintainers <maintainers@slimsam.invalid>  $(date -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")
CHANGES
cat >"$share/doc/slimsam/copyright" <<COPYRIGHT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: SlimSAM

Files: *
Copyright: 2026 The SlimSAM desktop maintainers
License: Apache-2.0

License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.

Comment: The libraries below /usr/lib/slimsam/_internal have licences of their own; their texts are in the folders
 /usr/lib/slimsam/_internal/*.dist-info. Qt and PySide6 are used under the LGPL, version 3.
COPYRIGHT
# The libraries of others lie beside the program as their makers built them.
cat >"$share/lintian/overrides/slimsam" <<'OVERRIDES'
slimsam: embedded-library
slimsam: unstripped-binary-or-object
slimsam: custom-library-search-path
slimsam: hardening-no-relro
slimsam: hardening-no-fortify-functions
slimsam: hardening-no-bindnow
slimsam: hardening-no-pie
slimsam: shared-library-lacks-prerequisites
slimsam: library-not-linked-against-libc
OVERRIDES

# What a bundle does not bring: the C library, and what belongs to the screen and its driver.
libc=$(ldd --version | sed -n '1s/.* //p')
cat >"$root/DEBIAN/control" <<CONTROL
Package: slimsam
Version: $version
Architecture: $architecture
Maintainer: The SlimSAM desktop maintainers <maintainers@slimsam.invalid>
Installed-Size: $(du -sk --apparent-size "$root/usr" | cut -f1)
Depends: libc6 (>= $libc), libegl1, libgl1, libx11-6, libxcb1, zlib1g, fontconfig-config
Recommends: xdg-utils, libgl1-mesa-dri
Section: graphics
Priority: optional
Description: label images with Segment Anything
 A click or a box gives the mask of an object in a picture. Whole folders
 are labelled, reviewed, and exported as COCO, YOLO and other formats. The
 command slimsam does the same without a window.
 .
 A model for processors is part of the package; nothing is sent anywhere.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
package="$folder/slimsam_${version}_$architecture.deb"
dpkg-deb --root-owner-group -Z"${DEB_COMPRESSION:-xz}" --build "$root" "$package" >/dev/null
echo "$package"
