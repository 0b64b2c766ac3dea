#!/usr/bin/env bash
# Sets up what the tests need and runs them all: Rust, the window's units, and end to end in the real window.
# DIABELLI_SHARED may name a folder with the training corpus and hostile files; tests that need it say so and skip.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "Set up"
bash scripts/setup.sh test
cache=$HOME/.cache/diabelli
[ -d "$cache/target" ] && export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
if [ -n "${DIABELLI_SHARED:-}" ] && [ -z "${DIABELLI_CORPUS:-}" ]; then
    export DIABELLI_CORPUS=$cache/corpus
    [ -d "$DIABELLI_CORPUS/valid" ] || { mkdir -p "$cache" && tar xJf "$DIABELLI_SHARED/corpus/corpus.tar.xz" -C "$cache"; }
    # Engravings of some of its pieces, that notation is compared with.
    [ -d "$cache/scores/scores" ] || { mkdir -p "$cache/scores" && tar xJf "$DIABELLI_SHARED/corpus/scores.tar.xz" -C "$cache/scores"; }
fi

step "Page: types, units, build"
(cd ui && npm run --silent check && npm test --silent && npm run --silent build)

# With `ts` the tests also write the TypeScript twins of the types on the wire.
everything=(--release --workspace --features desktop,custom-protocol,ts)

step "Rust: build"
cargo test "${everything[@]}" --no-run

step "Rust: tests"
cargo test "${everything[@]}"

step "What is written is opened by others"
bash tests/others/run.sh

step "Bindings are those of the code"
git diff --exit-code --stat -- ui/src/bindings

step "End to end in the real window"
bash tests/desktop/run.sh

step "All passed"
