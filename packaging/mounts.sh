# Sourced by the scripts that use a machine made in a folder: what of this machine is shown there, and taken away again.
# Whoever removes such a folder while /dev is still shown in it removes this machine's.

MOUNTED=()
CHILD=""

# bind_into ROOT PATH: PATH of this machine is seen at the same place below ROOT, until release_mounts; also where a
# trial that was killed left it there.
bind_into() {
    mountpoint -q "$1$2" || mount --bind "$2" "$1$2"
    MOUNTED+=("$1$2")
}

# Runs a command so that release_mounts ends it with all that it started.
run_ending() {
    setsid "$@" &
    CHILD=$!
    local status=0
    wait "$CHILD" || status=$?
    CHILD=""
    return "$status"
}

# Ends what still runs and takes the mounts away; one that is still in use goes as soon as it is not.
release_mounts() {
    local place
    if [ -n "$CHILD" ]; then
        kill -TERM -- "-$CHILD" 2>/dev/null || true
        wait "$CHILD" 2>/dev/null || true
        CHILD=""
    fi
    for place in ${MOUNTED[@]+"${MOUNTED[@]}"}; do
        umount "$place" 2>/dev/null || umount --lazy "$place" || true
    done
    MOUNTED=()
}
