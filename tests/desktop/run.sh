#!/usr/bin/env bash
# The window's tests: the real program on a display of its own, heard by a sound device of its own.
# Needs what `scripts/setup.sh test` installs. Pictures, recordings and what driver and program say go to DIABELLI_OUT (default target/desktop).
#   tests/desktop/run.sh [FILTER]        DIABELLI_TESTS names other files than tests/desktop/*.test.mjs
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
DIABELLI_STUDIO=$(realpath "$target/release/diabelli-studio")
DIABELLI_OUT=${DIABELLI_OUT:-$target/desktop}
mkdir -p "$DIABELLI_OUT"
DIABELLI_OUT=$(realpath "$DIABELLI_OUT")

# Nothing of this user is touched: home, library and run-time folder are fresh.
HOME=$(mktemp -d)
XDG_RUNTIME_DIR=$HOME/run
DIABELLI_HOME=$HOME/library
DIABELLI_MODEL=${DIABELLI_MODEL:-$(realpath models/base)}
mkdir -m 700 "$XDG_RUNTIME_DIR"
printf 'pcm.!default {type pulse}\nctl.!default {type pulse}\n' > "$HOME/.asoundrc"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME WAYLAND_DISPLAY PULSE_SERVER
export HOME XDG_RUNTIME_DIR DIABELLI_STUDIO DIABELLI_OUT DIABELLI_HOME DIABELLI_MODEL
export TAURI_AUTOMATION=true TAURI_WEBVIEW_AUTOMATION=true NO_AT_BRIDGE=1 GTK_A11Y=none

started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$HOME"
}
trap finish EXIT

# A display with a free number.
Xvfb -displayfd 4 -screen 0 1440x900x24 -nolisten tcp 4> "$HOME/display" 2> /dev/null &
started+=($!)
for _ in $(seq 100); do [ -s "$HOME/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$HOME/display")
export DISPLAY
openbox > /dev/null 2>&1 &
started+=($!)

pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disallow-exit \
    -L module-native-protocol-unix -L "module-null-sink sink_name=test rate=44100 channels=2" > "$HOME/pulse.log" 2>&1 &
started+=($!)
for _ in $(seq 100); do pactl info > /dev/null 2>&1 && break; sleep 0.1; done

DIABELLI_DRIVER=$((20000 + RANDOM % 20000))
export DIABELLI_DRIVER
WebKitWebDriver --port=$DIABELLI_DRIVER > "$DIABELLI_OUT/driver.log" 2>&1 &
started+=($!)
for _ in $(seq 100); do (exec 5<> "/dev/tcp/127.0.0.1/$DIABELLI_DRIVER") 2> /dev/null && break; sleep 0.1; done

# Each file begins in a library in which nothing was done: what one leaves is nothing to the next.
failed=()
for file in ${DIABELLI_TESTS:-tests/desktop/*.test.mjs}; do
    rm -rf "$DIABELLI_HOME"
    printf '\n-- %s\n' "$(basename "$file" .test.mjs)"
    dbus-run-session -- node --test --test-reporter=spec ${1:+--test-name-pattern="$1"} "$file" || failed+=("$file")
done
[ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
