#!/usr/bin/env bash
# Installs what building, running (and with `test`: testing) Diabelli needs and is not there yet.
# Debian and Ubuntu are served by apt; elsewhere it says what is missing. Called by run.sh and test.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # need PROGRAM WHY
    command -v "$1" >/dev/null || { echo "error: $1 is missing: $2" >&2; exit 1; }
}
need cargo "install Rust 1.95 or newer (rustup)"
need npm "install Node.js 20.19 or newer"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else echo "error: installing system packages needs root; run as root: $*" >&2; return 1
    fi
}

missing_packages() { # prints those of its arguments that dpkg does not have
    for package in "$@"; do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
    done
}

install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [ -z "$missing" ] && return 0
    echo "installing: $(echo "$missing" | tr '\n' ' ')" >&2
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
}

if command -v apt-get >/dev/null; then
    install_packages build-essential pkg-config libwebkit2gtk-4.1-dev librsvg2-dev libasound2-dev libxdo-dev
    if [ "${1:-run}" = test ]; then
        install_packages xvfb xauth openbox xdotool imagemagick dbus-x11 webkit2gtk-driver \
            pulseaudio pulseaudio-utils libasound2-plugins sox python3 python3-venv python3-gi gir1.2-gtk-3.0 xz-utils \
            csound-soundfont fonts-wqy-microhei libxml2-utils
    elif [ -z "$(missing_packages fluid-soundfont-gm)" ] || install_packages fluid-soundfont-gm; then :
    else install_packages csound-soundfont || echo "no General MIDI bank could be installed; the built-in one sounds" >&2
    fi
else
    echo "This system has no apt. README.md names what has to be there for macOS, Windows and other Linux." >&2
fi

# The lock file is the truth; a second run with the same lock does nothing.
if ! cmp -s ui/package-lock.json ui/node_modules/.installed-lock; then
    (cd ui && npm ci --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock)
fi

# Programs of others that open what we write (tests/others), in a place of their own.
if [ "${1:-run}" = test ]; then
    others=$HOME/.cache/diabelli/others
    pins="music21==10.5.1 mido==1.3.3"
    # The package has the W3C's schema; what it would bring along is not wanted.
    schema="musicxml==1.6.3"
    if [ "$(cat "$others/installed" 2>/dev/null)" != "$pins $schema" ]; then
        python3 -m venv --clear "$others"
        # shellcheck disable=SC2086
        "$others/bin/pip" install --quiet --disable-pip-version-check $pins
        "$others/bin/pip" install --quiet --disable-pip-version-check --no-deps $schema
        echo "$pins $schema" > "$others/installed"
    fi
fi
