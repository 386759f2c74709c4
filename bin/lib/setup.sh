# shellcheck shell=sh
# Sourced by bin/chat, bin/test and bin/bench, with $root the project's folder and the working directory.
# Keeps the virtual environment $VENV in step with the requirements: setup_venv run | dev.
#
# A stamp inside it says what was installed, for which Python and where. It is removed before anything is
# changed and written last, so an interrupted installation is never taken for a finished one: without a valid
# stamp everything is made anew.
: "${root:?}" "${VENV:?}"

LOCK=$VENV.lock
LOCK_WITHOUT_OWNER_S=5 # between making the lock and signing it an owner takes milliseconds
LOCK_PATIENCE_S=900    # a slow line may need minutes for the packages
MINIMUM='3, 11'

say() { printf 'causerie: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

# Runs the candidate rather than trusting its name: a pyenv shim exists for versions that are not installed.
is_fit() { "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < ($MINIMUM))" >/dev/null 2>&1; }

python_version() { "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# Prints the first Python that is new enough and able to make virtual environments.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_fit "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer with venv: set it to one, or unset it."
        printf '%s\n' "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_fit "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info < ($MINIMUM))" >/dev/null 2>&1; then
            fail "$candidate cannot make virtual environments: install python3-venv (Debian, Ubuntu: apt-get install python3-venv)."
        fi
    done
    fail "Python 3.11 or newer is needed and was not found: install it (Debian, Ubuntu: apt-get install python3 python3-venv) or set PYTHON to it."
}

# What the stamp must say for the requirements files given.
wanted_stamp() { printf '%s python%s %s\n' "$(cat "$@" | cksum)" "$(python_version "$VENV/bin/python")" "$root"; }

is_current() {
    kind=$1
    shift
    [ -x "$VENV/bin/python" ] && [ -f "$VENV/stamp-$kind" ] || return 1
    [ "$(cat "$VENV/stamp-$kind")" = "$(wanted_stamp "$@")" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(python_version "$PYTHON")" = "$(python_version "$VENV/bin/python")" ]
}

write_stamp() {
    kind=$1
    shift
    wanted_stamp "$@" >"$VENV/stamp-$kind.new"
    mv "$VENV/stamp-$kind.new" "$VENV/stamp-$kind"
}

# kill -0 fails for another user's process too; /proc tells those from the dead.
is_alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }

# A lock left behind by a killed start. Whoever makes `breaking` inside it may remove it, and only after a second
# look, because the lock may have become a living start's between the first look and now.
break_stale_lock() {
    mkdir "$LOCK/breaking" 2>/dev/null || return 0
    owner=$(cat "$LOCK/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && is_alive "$owner"; then
        rmdir "$LOCK/breaking"
    else
        mv "$LOCK" "$LOCK.$$" && rm -rf "$LOCK.$$"
    fi
}

take_lock() {
    waited=0
    nameless=0
    until mkdir "$LOCK" 2>/dev/null; do
        [ -d "$LOCK" ] || fail "cannot write to $root: give this user the right to, or run as its owner."
        owner=$(cat "$LOCK/pid" 2>/dev/null || true)
        if [ -z "$owner" ]; then
            nameless=$((nameless + 1))
        else
            nameless=0
        fi
        if [ "$nameless" -gt "$LOCK_WITHOUT_OWNER_S" ] || { [ -n "$owner" ] && ! is_alive "$owner"; }; then
            say "clearing away what an interrupted start left behind"
            break_stale_lock
            continue
        fi
        [ "$waited" -ne 0 ] || say "another start is setting up $VENV; waiting for it"
        [ "$waited" -lt "$LOCK_PATIENCE_S" ] || fail "still waiting after $LOCK_PATIENCE_S s: if no other start is running, remove $root/$LOCK."
        sleep 1
        waited=$((waited + 1))
    done
    trap 'rm -rf "$LOCK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    echo $$ >"$LOCK/pid"
}

release_lock() {
    rm -rf "$LOCK"
    trap - EXIT INT TERM HUP
}

make_venv() {
    say "making $VENV with Python $(python_version "$1")"
    "$1" -m venv --clear "$VENV" >/dev/null 2>&1 ||
        fail "$1 could not make $VENV: is the disk full? To see why: $1 -m venv --clear '$root/$VENV'"
}

# A change of the requirements alone keeps what is there; with any doubt about the rest it starts afresh.
is_usable() {
    for stamp in "$VENV/stamp-run" "$VENV/stamp-dev"; do
        if [ -f "$stamp" ] && [ "$(cut -d' ' -f3- "$stamp")" = "$(wanted_stamp requirements.txt | cut -d' ' -f3-)" ]; then
            [ -z "${PYTHON:-}" ] || [ "$(python_version "$PYTHON")" = "$(python_version "$VENV/bin/python")" ]
            return
        fi
    done
    return 1
}

install_requirements() {
    say "installing the packages of $1 (under a minute on a usual line)"
    log=$VENV/install.log
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --requirement "$1" </dev/null >"$log" 2>&1 || {
        reason=$(grep -i '^ *ERROR' "$log" | tail -n 1)
        fail "packages could not be installed (${reason:-pip failed}): is the network up? The whole story is in $root/$log; then start again."
    }
}

# setup_venv run: what the server needs. setup_venv dev: what the tests need as well.
setup_venv() {
    case $1 in
    run) set -- run requirements.txt requirements.txt ;;
    dev) set -- dev requirements-dev.txt requirements.txt requirements-dev.txt ;;
    esac
    wanted=$1
    file=$2
    shift 2
    is_current "$wanted" "$@" && return
    take_lock
    if ! is_current "$wanted" "$@"; then
        if is_usable; then
            rm -f "$VENV"/stamp-*
        else
            python=$(find_python) || exit 1
            rm -f "$VENV"/stamp-*
            make_venv "$python"
        fi
        install_requirements "$file"
        write_stamp run requirements.txt
        [ "$wanted" = run ] || write_stamp "$wanted" "$@"
    fi
    release_lock
}
