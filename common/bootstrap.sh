# Set-up shared by ./run and ./test, in POSIX sh: finds Python, makes .venv and installs the pinned packages, once.
# It is sourced from the root of the checkout, and offers `set_up FILE...`.

fail() {
    printf 'akira: %s\n' "$*" >&2
    exit 1
}

# A relative AKIRA_HOME is meant from where the command was typed.
enter_checkout() {
    case ${AKIRA_HOME:-/} in
    /*) ;;
    *) AKIRA_HOME=$PWD/$AKIRA_HOME && export AKIRA_HOME ;;
    esac
    CDPATH='' cd -- "$(dirname -- "$1")" || exit 1
}

find_python() {
    without_venv=
    for name in python3.13 python3.12 python3.11 python3; do
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$name
            return
        fi
        without_venv=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    done
    [ -z "$without_venv" ] || fail "Python $without_venv is here without its venv module." \
        "Install that (Debian, Ubuntu: apt install python$without_venv-venv) and start again."
    fail "Akira needs Python 3.11, 3.12 or 3.13, and found none of them on PATH. Install one and start again."
}

# What stands in the stamp of an installed file: the Python it was installed for, and every pin.
stamp_of() {
    .venv/bin/python --version 2>&1 && cat "$1"
}

is_installed() {
    stamp_of "$1" 2>/dev/null | cmp -s - ".venv/installed-$1"
}

# Whether a server is here that can run the database of AKIRA_HOME, or none of ours is needed.
has_postgres() {
    [ -n "${DATABASE_URL:-}" ] || .venv/bin/python -m common.postgres_binaries "${AKIRA_HOME:-var}/postgres"
}

is_set_up() {
    [ ! -e .venv/incomplete ] || return 1
    for file in "$@"; do
        is_installed "$file" || return 1
    done
    has_postgres
}

is_disk_full() {
    [ "$(df -Pk . | awk 'NR == 2 { print $4 }')" -lt 20480 ]
}

fail_for_disk_or() {
    if is_disk_full; then
        fail "The disk is full. Free at least 500 MB for the packages and start again."
    fi
    fail "$@"
}

install_packages() {
    is_installed "$1" && return
    printf 'Installing the packages of %s; this is done once.\n' "$1"
    # The file names everything, what is left out on purpose excepted (requirements-left-out.in).
    touch .venv/incomplete || fail_for_disk_or ".venv cannot be written by $(id -un). Delete it and start again."
    PIP_USER=0 .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r "$1" ||
        fail_for_disk_or "The packages could not be installed; pip says why above. The first start needs the network."
    stamp_of "$1" >".venv/installed-$1" || fail_for_disk_or ".venv cannot be written by $(id -un)."
    rm .venv/incomplete
}

make_venv() {
    # A set-up that was broken off may have left half a package, which pip would take for a whole one.
    if [ ! -e .venv/incomplete ] && .venv/bin/python -c 'import pip' 2>/dev/null; then
        return
    fi
    find_python
    printf 'Making .venv with %s.\n' "$("$python" --version)"
    mkdir -p .venv && touch .venv/incomplete ||
        fail_for_disk_or "$PWD/.venv cannot be written by $(id -un). Give it back, or delete it."
    "$python" -m venv --clear .venv && touch .venv/incomplete || fail_for_disk_or "Python could not make .venv; it says why above."
}

# One set-up at a time in a checkout; the lock of a set-up that was killed is broken.
lock() {
    told=
    until mkdir .venv.lock 2>/dev/null; do
        [ -d .venv.lock ] || fail_for_disk_or "$PWD cannot be written by $(id -un). Akira keeps its packages there, in .venv."
        # A lock that was just taken has no name in it for a moment.
        [ -e .venv.lock/pid ] || sleep 1
        holder=$(cat .venv.lock/pid 2>/dev/null) || holder=
        if [ -z "$holder" ] || ! kill -0 "$holder" 2>/dev/null; then
            rm -rf .venv.lock
            continue
        fi
        [ -n "$told" ] || printf 'Waiting for another set-up of this checkout (process %s).\n' "$holder"
        told=yes
        sleep 1
    done
    echo $$ >.venv.lock/pid
    trap 'rm -rf .venv.lock' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

unlock() {
    rm -rf .venv.lock
    trap - EXIT INT TERM HUP
}

# Makes sure that the packages of the given files are installed, and a PostgreSQL where the machine has none.
set_up() {
    is_set_up "$@" 2>/dev/null && return
    lock
    make_venv
    for file in "$@"; do
        install_packages "$file"
    done
    has_postgres || install_packages requirements-postgres.txt
    unlock
}
