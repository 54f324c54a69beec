#!/usr/bin/env bash
# What a conversion costs, beside the yardstick and beside what one would use instead. Options: bench/measure.py --help.
exec "$(dirname "$0")/start.sh" measure.py "$@"
