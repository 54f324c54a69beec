#!/usr/bin/env bash
# Whether a site that changes under faults is read with nothing lost or doubled.
# Options: bench/changing.py --help.
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

python3 "$here/changing.py" --binary "$target/release/crosswalk" --folder "$folder" "$@"
