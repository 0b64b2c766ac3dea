#!/usr/bin/env bash
# Prints the figures of docs/performance.md and docs/notation.md, each beside its named peer where it has one.
#   benches/run.sh [render|window|score|edits|notation|train|learn|voices|decode|sound]...      (all of them without a name)
# `render` needs fluidsynth and timgm6mb-soundfont and, for its pieces, DIABELLI_CORPUS (an unpacked corpus);
# `window` prints the memory with the SoundFont that is found: DIABELLI_SOUNDFONT names a small one where a large one is installed;
# `notation` needs DIABELLI_CORPUS, DIABELLI_SHARED and, for its peer, MuseScore (DIABELLI_MUSESCORE names its program);
# `train` and `learn` need DIABELLI_TORCH, a Python with PyTorch, for their peer; `learn` and `voices` need
# DIABELLI_COPYLEFT, the unpacked archive of copyleft music, `voices` DIABELLI_CORPUS too and the better part of two hours.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$HOME/.cache/diabelli/target
[ -d "$cache" ] && export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache}"
features=(--release --workspace --features desktop,custom-protocol,ts)
bin=${CARGO_TARGET_DIR:-target}/release
wanted=("$@")
[ $# = 0 ] && wanted=(render window score edits notation train learn voices decode sound)

# The program holds the page, so the page is built first.
(cd ui && npm run --silent build > /dev/null)
cargo build "${features[@]}" --bins --examples
for bench in "${wanted[@]}"; do
    printf '\n## %s\n\n' "$bench"
    case $bench in
        render) python3 benches/render.py "$bin/diabelli" ;;
        window) DIABELLI_TESTS=benches/window.test.mjs bash tests/desktop/run.sh ;;
        score)
            "$bin/examples/fragment_time"
            DIABELLI_TESTS=tests/desktop/score.test.mjs bash tests/desktop/run.sh | grep 'edit to ink' ;;
        edits) "$bin/examples/edit_time" ;;
        notation) "$bin/examples/engravings" ;;
        train)
            "$bin/examples/step_time"
            [ -z "${DIABELLI_TORCH:-}" ] || "$DIABELLI_TORCH" tests/reference/twin.py bench ;;
        learn)
            "$bin/examples/step_time" 8 512 7 8
            [ -z "${DIABELLI_TORCH:-}" ] || "$DIABELLI_TORCH" tests/reference/twin.py bench --lora 8
            "$bin/examples/voice_time"
            "$bin/examples/sound_while_learning" "$DIABELLI_COPYLEFT/valid/nottingham" ;;
        voices) "$bin/examples/ten_voices" "$DIABELLI_COPYLEFT" "$DIABELLI_CORPUS" --minutes "${DIABELLI_MINUTES:-8}" ;;
        decode) "$bin/examples/decode_time" ;;
        sound) "$bin/examples/block_time" ;;
        *) echo "error: there is no bench $bench" >&2; exit 2 ;;
    esac
done
