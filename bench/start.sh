#!/usr/bin/env bash
# Builds the release binary and starts a bench: start.sh SCRIPT.py [OPTIONS]. Corpora and outputs are made in a temporary folder
# (BENCH_DIR to keep it) and need about ten times the corpus.
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

python3 "$here/$1" --binary "$target/release/crosswalk" --folder "$folder" "${@:2}"
