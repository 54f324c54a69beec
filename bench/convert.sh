#!/usr/bin/env bash
# What a conversion costs, beside the yardstick and beside what one would use instead. Options: bench/measure.py --help.
# The corpus and all outputs are made in a temporary folder (BENCH_DIR to keep it) and need about ten times its size.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}

cargo build --release --quiet --manifest-path "$root/Cargo.toml" --package crosswalk

if [ -n "${BENCH_DIR:-}" ]; then
    folder=$BENCH_DIR
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi

python3 "$here/measure.py" --binary "$target/release/crosswalk" --folder "$folder" "$@"
