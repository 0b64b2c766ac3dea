#!/usr/bin/env bash
# Builds programs that learn on NVIDIA's GPUs, too, and still start on machines that have none.
#   scripts/cuda.sh [CARGO ARGUMENT]...       without any: the command line, `--bin diabelli`
# Needs NVIDIA's compiler: that of an installed CUDA (CUDA_HOME), or else the one that pip has (100 MB, fetched once).
# CUDA_COMPUTE_CAP is the oldest GPU that is served, 75 if it is not set: newer ones translate for themselves.
# At run time cuBLAS and cuRAND of CUDA 13 have to be found (LD_LIBRARY_PATH); without them, or without a driver, the
# processor learns.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$HOME/.cache/diabelli/cuda
mkdir -p "$cache"
[ $# -gt 0 ] || set -- --bin diabelli

if [ -z "${CUDA_HOME:-}" ]; then
    CUDA_HOME=$cache/toolkit/nvidia/cu13
    if [ ! -x "$CUDA_HOME/bin/nvcc" ]; then
        python3 -m venv "$cache/pip"
        "$cache/pip/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$cache/toolkit" \
            'nvidia-cuda-nvcc==13.0.*' 'nvidia-nvvm==13.0.*' 'nvidia-cuda-crt==13.0.*' \
            'nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-cccl==13.0.*'
        chmod +x "$CUDA_HOME"/bin/* "$CUDA_HOME"/nvvm/bin/*
    fi
fi
export CUDA_HOME CUDA_PATH=$CUDA_HOME PATH=$CUDA_HOME/bin:$PATH CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-75}

# The run-time library is linked in: nobody has it beside a driver.
mkdir -p "$cache/static"
found=$(find "$CUDA_HOME"/ -name libcudart_static.a | head -1)
[ -n "$found" ] || { echo "error: $CUDA_HOME has no libcudart_static.a; set CUDA_HOME to a whole CUDA, or unset it" >&2; exit 1; }
ln -sf "$found" "$cache/static/libcudart.a"
export LIBRARY_PATH=$cache/static${LIBRARY_PATH:+:$LIBRARY_PATH}

# As it is published, candle asks for the driver's library when it is linked and when it starts. One word in a copy of
# its manifest has it looked for when it is used.
cargo fetch --locked
source=$(cargo metadata --locked --format-version 1 | python3 -c '
import json, pathlib, sys
packages = json.load(sys.stdin)["packages"]
print(next(pathlib.Path(package["manifest_path"]).parent for package in packages if package["name"] == "candle-core"))')
rm -rf "$cache/candle-core"
cp -r "$source" "$cache/candle-core"
sed -i 's/"dynamic-linking"/"dynamic-loading"/' "$cache/candle-core/Cargo.toml"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/cuda
cargo build --release --workspace --features cuda --config "paths = [\"$cache/candle-core\"]" "$@"
