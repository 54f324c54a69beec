#!/usr/bin/env bash
# Drives the page of a built crosswalk in Chromium. Needs Node.js 20 or later, npm, and Debian's packages chromium and
# fonts-liberation. CROSSWALK names the binary (default: the release build), PICTURES a folder for pictures, CHROMIUM another
# browser. Arguments are files of tests; without any all of them run.
set -euo pipefail
cd "$(dirname "$0")"

npm ci --ignore-scripts --no-audit --no-fund --silent || { echo "npm ci failed: the browser's driver is not there"; exit 1; }

# Two cores are soon busy with a server and a browser: one file at a time, so that times mean something.
[ $# -gt 0 ] || set -- tests/*.test.mjs
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
