#!/usr/bin/env bash
# An AppImage of the stand-alone program: bash packaging/appimage.sh BUNDLE VERSION FOLDER
# BUNDLE is what packaging/bundle.sh made. APPIMAGE_RUNTIME names the file runtime-x86_64 of
# github.com/AppImage/type2-runtime; mksquashfs (on Debian: squashfs-tools) does the rest. Prints the path.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
bundle=$(cd "$1" && pwd)
package="$(cd "$3" && pwd)/SlimSAM-$2-$(uname -m).AppImage"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d "${package%/*}/appimage.XXXXXX")
trap 'rm -rf "$work"' EXIT
application="$work/AppDir"
mkdir "$application"
cp -al "$bundle" "$application/program" 2>/dev/null || cp -a "$bundle" "$application/program"
cp resources/desktop/org.slimsam.SlimSAM.desktop resources/desktop/org.slimsam.SlimSAM.svg "$application/"
install -D -m 644 -t "$application/usr/share/metainfo" resources/desktop/org.slimsam.SlimSAM.metainfo.xml
ln -s org.slimsam.SlimSAM.svg "$application/.DirIcon"
cat >"$application/AppRun" <<'RUN'
#!/bin/sh
# A link named slimsam that leads to the AppImage is the command of the shell.
case "${ARGV0##*/}" in
slimsam) exec "${0%/*}/program/slimsam" "$@" ;;
*) exec "${0%/*}/program/slimsam-app" "$@" ;;
esac
RUN
chmod 755 "$application" "$application/AppRun"
mksquashfs "$application" "$work/squashfs" -root-owned -noappend -quiet -no-progress >&2 \
    -comp zstd -Xcompression-level "${APPIMAGE_LEVEL:-19}"
cat "${APPIMAGE_RUNTIME:?give the file of the runtime}" "$work/squashfs" >"$package"
chmod +x "$package"
echo "$package"
