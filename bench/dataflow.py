"""Runs two dataflows and what one would use instead of them, interleaved, and prints what they cost.

The field-only flow reads accounts from a file, renames, removes and writes a JSON file; the scripted flow runs one
record.evaluate instead. Node.js runs the same function, jq does the same projection. With --live a local site is read at
the pace of a real one, beside a loop that asks for one page after the other."""

import argparse
import base64
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from local_site import Site
from measure import Bench, judge, run

# The bounds on the ratios, as the project promises them.
FIELDS_FLOOR, SCRIPTED_NODE, SCRIPTED_WALL, MEMORY_TIMES, PACE = 3.0, 3.0, 1.0, 1.5, 0.95
# Searches a second that a site allows, by its contract.
PACES = {"5m": 10, "10m": 15, "20m": 20, "50m": 30, "over50m": 50}
HERE = Path(__file__).parent


def scripted(folder: Path) -> Path:
    """The flow with a script instead of its field steps."""
    flow = json.loads((HERE / "dataflow" / "fields.json").read_text())
    script = base64.b64encode((HERE / "dataflow" / "process.js").read_bytes()).decode()
    evaluate = {"id": "rename", "type": "record.evaluate", "next": ["json"],
                "params": {"script": script, "ECMAScriptVersion": "12"}}
    flow["steps"] = [evaluate if step["id"] == "rename" else step for step in flow["steps"] if step["id"] != "remove"]
    path = folder / "scripted.json"
    path.write_text(json.dumps(flow))
    return path


class Flows(Bench):
    def flow(self, document: Path, corpus: Path):
        """One run of a flow; its store is a folder that holds the corpus alone."""
        source = self.folder / f"{corpus.stem}-store"
        source.mkdir(exist_ok=True)
        link = source / "accounts.ndjson"
        if not link.exists():
            os.link(corpus, link)
        out = self.folder / f"flow-{len(self.outputs)}"
        out.mkdir()
        self.outputs.append(out)
        command = [self.binary, "flow", "run", str(document), "--store", f"accounts={source}", "--store", f"out={out}"]
        return run(command, self.folder / "log")

    def node(self, kind: str, corpus: Path):
        out = self.folder / f"node-{len(self.outputs)}.json"
        cost = run(["node", str(HERE / "dataflow" / "flow.mjs"), kind, str(corpus), str(out)], self.folder / "log")
        return cost, out

    def same(self, document: Path, kind: str, corpus: Path):
        """The flow and the script of Node.js give the same accounts."""
        self.flow(document, corpus)
        _, out = self.node(kind, corpus)
        # In a process of its own: the memory of this one counts as that of the commands it starts.
        compare = [sys.executable, str(HERE / "same.py"), str(self.outputs[-1] / "out.json"), str(out)]
        if subprocess.run(compare, check=False).returncode != 0:
            sys.exit(f"the {kind} flow and Node.js differ")
        out.unlink()

    def costs(self, accounts: int):
        documents = {"fields": HERE / "dataflow" / "fields.json", "scripted": scripted(self.folder)}
        small = self.plain(self.corpus(2000))
        corpus = self.plain(self.corpus(accounts))
        rows = {
            "floor": lambda: run([self.binary, "bench", "floor", str(corpus)], self.folder / "log"),
            "flow, fields": lambda: self.flow(documents["fields"], corpus),
            "flow, script": lambda: self.flow(documents["scripted"], corpus),
        }
        if shutil.which("node"):
            for kind, document in documents.items():
                self.same(document, kind, small)
            rows["Node.js, fields"] = lambda: self.node("fields", corpus)[0]
            rows["Node.js, script"] = lambda: self.node("scripted", corpus)[0]
        else:
            print("Node.js is not installed: its rows are left out.")
        if shutil.which("jq"):
            filter_ = str(HERE / "dataflow" / "fields.jq")
            rows["jq, fields"] = lambda: run(["jq", "-c", "-f", filter_, str(corpus)], self.folder / "log")
        else:
            print("jq is not installed: its row is left out.")
        median = self.table(accounts, corpus, rows)
        peaks = [self.flow(documents["fields"], self.plain(self.corpus(size))).peak for size in (accounts // 10, accounts)]
        ratios = [
            ("flow, fields CPU / floor CPU", median["flow, fields"][0] / median["floor"][0], FIELDS_FLOOR, False),
            ("peak memory, ten times the input", max(peaks) / peaks[0], MEMORY_TIMES, False),
        ]
        if "Node.js, script" in median:
            ours, theirs = median["flow, script"], median["Node.js, script"]
            ratios += [
                ("flow, script CPU / Node.js CPU", ours[0] / theirs[0], SCRIPTED_NODE, False),
                ("flow, script wall / Node.js wall", ours[1] / theirs[1], SCRIPTED_WALL, False),
            ]
        return ratios


def live(bench: Flows, accounts: int, pace: str):
    """What `convert gigya:` and a loop over one cursor after the other take to read a site at the pace of a contract: its
    accounts, and their subscriptions, which only searches of emailAccounts bring."""
    searches = PACES[pace]
    corpus = bench.plain(bench.corpus(accounts))
    with Site(bench.binary, bench.folder, corpus, []):
        pass
    rows = []
    with Site(bench.binary, bench.folder, corpus, ["--pace", pace]) as site:
        start = time.perf_counter()
        read, pages, needed = 0, 0, 0
        for query, size in (("SELECT UID, subscriptions FROM emailAccounts ORDER BY createdTimestamp", 10_000),
                            ("SELECT * FROM accounts ORDER BY createdTimestamp", 1000)):
            read = 0
            for page in site.pages(f"{query} LIMIT {size}"):
                read += len(page)
                pages += 1
            needed += -(-read // size)
        wall = time.perf_counter() - start
        rows.append(("a loop over two cursors", read, wall, pages))
        out = bench.folder / f"live-{len(bench.outputs)}"
        bench.outputs.append(out)
        command = [bench.binary, "convert", f"gigya:{site.ready['url']}", "-o", str(out), "--json"]
        start = time.perf_counter()
        done = subprocess.run(command, env=site.environment(), capture_output=True, check=False)
        wall = time.perf_counter() - start
        if done.returncode not in (0, 1):
            sys.exit(f"convert of the site ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
        report = json.loads(done.stdout)
        requests, seconds = report["requests"], report["seconds"]
        rows.append(("convert gigya:, reading", report["counters"]["read"], seconds["export"], requests))
        rows.append(("convert gigya:, whole", report["counters"]["read"], wall, "the same"))
    least = needed / searches
    print(f"\nA site of {read:,} accounts at {searches} searches a second. {needed} searches bring them in pages of 1,000 and "
          f"their subscriptions in pages of 10,000, so that its pace allows {least:.2f} s")
    for name, count, wall, calls in rows:
        print(f"{name:26}{count:>10,} accounts{wall:9.2f} s{count / wall:12,.0f} accounts/s   requests {calls}")
    # Cutting, sweeping and verifying are searches too, and bring no accounts.
    return [
        ("what the pace allows / convert, reading", least / rows[1][2], PACE, True),
        ("the loop / convert, reading", rows[0][2] / rows[1][2], PACE, True),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/dataflow.sh", description=__doc__)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=200_000, help="size of the corpus (default 200000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default 3)")
    parser.add_argument("--quick", action="store_true", help="20000 accounts and 1 run")
    parser.add_argument("--live", action="store_true", help="also read a site of as many accounts at its pace")
    parser.add_argument("--pace", choices=PACES, default="5m", help="the contract of that site (default 5m)")
    parser.add_argument("--check", action="store_true", help="fail where a promise is broken by more than a quarter")
    parser.add_argument("--folder", type=Path, required=True, help="where the corpus and the outputs go")
    given = parser.parse_args()
    if given.quick:
        given.accounts, given.runs = min(given.accounts, 20_000), 1
    given.folder.mkdir(parents=True, exist_ok=True)
    bench = Flows(given.binary, given.folder, given.runs)
    try:
        ratios = bench.costs(given.accounts)
        if given.live:
            ratios += live(bench, given.accounts, given.pace)
    finally:
        bench.clear()
    return judge(ratios, given.check)


if __name__ == "__main__":
    sys.exit(main())
