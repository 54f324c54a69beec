#!/usr/bin/env bash
# Whether a site that changes under faults is read with nothing lost or doubled.
# Options: bench/changing.py --help.
exec "$(dirname "$0")/start.sh" changing.py "$@"
