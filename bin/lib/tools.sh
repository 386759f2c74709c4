# shellcheck shell=sh
# Sourced by bin/test after setup.sh: the two programs that the tests drive, got where they are missing.

INSTALL_LOG=.venv/tools.log

# Installs Debian packages as root, or through sudo where that asks for no password.
apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root='sudo -n'
        $as_root true 2>/dev/null || return 1
    fi
    say "installing $* with apt-get"
    # A package list may be old or absent; if updating it fails, the old one is still worth a try.
    $as_root apt-get -q update >"$INSTALL_LOG" 2>&1 || true
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes "$@" </dev/null >>"$INSTALL_LOG" 2>&1
}

# Sets NODE to the Node inside Playwright's wheel, which wants a library that a small Debian leaves out.
need_node() {
    NODE=$(.venv/bin/python -c 'from playwright._impl._driver import compute_driver_executable as d; print(d()[0])')
    "$NODE" --version >/dev/null 2>&1 && return
    apt_install libatomic1 || true
    "$NODE" --version >/dev/null 2>&1 ||
        fail "Playwright's Node does not run: $("$NODE" --version 2>&1 | tail -n 1). Install what it misses (Debian: apt-get install libatomic1)."
}

# Exports CHROMIUM, the browser that tests/browser starts.
need_chromium() {
    if ! path=$(.venv/bin/python -m tests.browser.chromium); then
        [ -z "${CHROMIUM:-}" ] || fail "CHROMIUM=$CHROMIUM does not run: set it to a Chromium that does, or unset it."
        apt_install chromium-headless-shell || apt_install chromium || true
        path=$(.venv/bin/python -m tests.browser.chromium) || {
            say "fetching a Chromium with Playwright"
            .venv/bin/python -m playwright install chromium </dev/null >>"$INSTALL_LOG" 2>&1 || true
            path=$(.venv/bin/python -m tests.browser.chromium) ||
                fail "no Chromium, and none could be installed (see $root/$INSTALL_LOG): install one (Debian: apt-get install chromium-headless-shell), set CHROMIUM to one, or use bin/test --fast."
        }
    fi
    CHROMIUM=$path
    export CHROMIUM
}
