#!/usr/bin/env bash
# What a dataflow costs, beside the yardstick and beside what one would use instead, and how much of a site's pace reading
# it live reaches. Options: bench/dataflow.py --help.
exec "$(dirname "$0")/start.sh" dataflow.py "$@"
