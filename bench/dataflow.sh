#!/usr/bin/env bash
# What a dataflow costs, beside the yardstick and beside what one would use instead, and how much of a site's pace reading
# it live reaches. Options: bench/dataflow.py --help.
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

python3 "$here/dataflow.py" --binary "$target/release/crosswalk" --folder "$folder" "$@"
