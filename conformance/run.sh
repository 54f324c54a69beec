#!/usr/bin/env bash
# Holds Crosswalk against other people's implementations. Needs Node.js 20 or later, npm and cargo.
# Prints "N passed, N failed" at the end; ends with 1 if anything failed.
set -uo pipefail
cd "$(dirname "$0")"

npm ci --ignore-scripts --silent || { echo "npm ci failed: the libraries to compare with are not there"; exit 1; }

passed=0
failed=0
# Each script ends with a line "NAME: … N judgements agree, M do not" or says whether its vectors are the committed ones.
step() {
  local output
  output=$("$@" 2>&1)
  local status=$?
  printf '%s\n' "$output"
  local agree disagree
  agree=$(grep -oE '[0-9]+ (judgements agree|vectors are)' <<<"$output" | grep -oE '^[0-9]+' | tail -1)
  disagree=$(grep -oE '[0-9]+ do not$' <<<"$output" | grep -oE '^[0-9]+' | tail -1)
  passed=$((passed + ${agree:-0}))
  if [ "$status" -ne 0 ]; then
    disagree=${disagree:-0}
    failed=$((failed + (disagree > 0 ? disagree : 1)))
  fi
}

# md4, whirlpool and ripemd160 are legacy digests of OpenSSL.
step node --openssl-legacy-provider vectors.mjs --check
step node gigya-vectors.mjs --check
step node screen/screen.mjs
step node site/client.mjs
step node tenant/client.mjs
step node lazy/scripts.mjs

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
