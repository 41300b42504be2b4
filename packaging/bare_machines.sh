#!/usr/bin/env bash
# The demo on a machine with nothing on it: a minimal Debian made by debootstrap, used through chroot. Needs root,
# debootstrap and about 4 GB a release. What pip is set to here is what it is set to there.
#
#   bash packaging/bare_machines.sh FOLDER [RELEASE ...]       (default: bookworm trixie)
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "bare_machines.sh needs root: debootstrap and chroot do." >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap" >&2; exit 1; }
project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- bookworm trixie
source "$project/packaging/mounts.sh"
trap release_mounts EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

for release in "$@"; do
    root="$folder/$release"
    [ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase "$release" "$root" >"$folder/$release.log"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    for settings in /etc/pip.conf /etc/xdg/pip /root/.config/pip; do
        [ -e "$settings" ] || continue
        mkdir -p "$root$(dirname "$settings")"
        rm -rf "${root:?}$settings"
        cp -rL "$settings" "$root$settings"
    done
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/root/certificates.crt" # who this machine trusts
    rm -rf "$root/checkout"
    git clone --quiet --depth 1 "file://$project" "$root/checkout"
    for path in /proc /dev $(pip config list 2>/dev/null | grep -o '/opt/[a-z]*' | sort -u); do
        mkdir -p "$root$path"
        bind_into "$root" "$path"
    done
    began=$(date +%s)
    status=0
    run_ending env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PIP_DEFAULT_TIMEOUT=180 \
        PIP_CERT=/root/certificates.crt SSL_CERT_FILE=/root/certificates.crt \
        chroot "$root" bash /checkout/packaging/demo.sh || status=$?
    release_mounts
    echo "$release: exit code $status after $(($(date +%s) - began)) s; .venv $(du -sm "$root/checkout/.venv" | cut -f1) MB"
    [ "$status" -eq 0 ] || exit "$status"
done
