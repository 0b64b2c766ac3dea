#!/usr/bin/env bash
# What Diabelli writes is opened by others: mido, music21, xmllint with the W3C's schema, sox.
# Needs what `scripts/setup.sh test` installs. DIABELLI_CORPUS adds some pieces to those that come with the test.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
python=${DIABELLI_OTHERS:-$HOME/.cache/diabelli/others}/bin/python
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$python" tests/others/opened.py "$target/release/diabelli" "$out" ${DIABELLI_CORPUS:+"$DIABELLI_CORPUS"}
