#!/usr/bin/env bash
# A disk image for macOS from what packaging/bundle.spec builds there. Not tried yet, and signed by nobody: macOS asks
# before the first start. In the program slimsam-app is the window; a link to it, slimsam, is the command of the shell.
#   bash packaging/macos/dmg.sh FOLDER      (FOLDER/SlimSAM.app must exist)
set -euo pipefail
folder=$(cd "${1:?give the folder that holds SlimSAM.app}" && pwd)
version=$(/usr/libexec/PlistBuddy -c 'Print CFBundleShortVersionString' "$folder/SlimSAM.app/Contents/Info.plist")
ln -sf slimsam-app "$folder/SlimSAM.app/Contents/MacOS/slimsam"
codesign --force --deep --sign - "$folder/SlimSAM.app" # PyInstaller's seal is of the program without the link
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
cp -R "$folder/SlimSAM.app" "$staged/"
ln -s /Applications "$staged/Applications"
hdiutil create -volname SlimSAM -srcfolder "$staged" -fs HFS+ -format ULMO -ov \
    "$folder/SlimSAM-$version-$(uname -m).dmg"
