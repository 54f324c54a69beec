"""Whether two JSON files of accounts hold the same. Numbers are compared as JavaScript sees them: it rounds integers beyond
2^53, which a flow passes on digit by digit."""

import json
import sys
from pathlib import Path

ours, theirs = (json.loads(Path(path).read_bytes(), parse_int=float) for path in sys.argv[1:3])
if ours != theirs:
    wrong = next((pair for pair in zip(ours, theirs) if pair[0] != pair[1]), (len(ours), len(theirs)))
    sys.exit(f"they differ: {wrong}")
