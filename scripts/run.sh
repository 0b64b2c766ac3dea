#!/usr/bin/env bash
# Opens the studio with a demo piece, building it first. Without a display it does the same main job on the
# command line: four variations of marked bars of the demo, as MIDI and WAV files.
#   scripts/run.sh [PIECE.mid]
set -euo pipefail
piece=${1:+$(realpath "$1")}
cd "$(dirname "$0")/.."
bash scripts/setup.sh run
[ -d "$HOME/.cache/diabelli/target" ] && export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/diabelli/target}"
bin=${CARGO_TARGET_DIR:-target}/release

has_display() { [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

if has_display; then
    (cd ui && npm run --silent build)
    # What scripts/test.sh builds, so that neither builds the libraries anew for the other.
    cargo build --release --workspace --features desktop,custom-protocol,ts --bins
    exec "$bin/diabelli-studio" ${piece:+"$piece"}
fi

echo "There is no display, so the window cannot open. The same job on the command line:" >&2
cargo build --release -p cli
piece=${piece:-datasets/demo/waltz.mid}
out=${DIABELLI_OUT:-$PWD/out}
mkdir -p "$out"
"$bin/diabelli" vary "$piece" --bars 5..8 --strength 0.7 --seed 1 --count 4 -o "$out/variation.mid"
for n in 1 2 3 4; do
    "$bin/diabelli" render "$out/variation-$n.mid" -o "$out/variation-$n.wav"
done
echo "Listen to them:"
ls "$out"/variation-?.mid "$out"/variation-?.wav
