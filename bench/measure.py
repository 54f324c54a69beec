"""Runs the commands of the conversion bench, interleaved, and prints what they cost.

CPU time is user and system of the process and its children as the kernel counts them; wall time and peak memory come
with it; a peak below some 20 MB is this script's own. Needs nothing but Python's standard library; jq and DuckDB are measured where they are installed."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

# The bounds on the ratios, as the project promises them. --check gives each the slack of a noisy machine.
FLOOR_TIMES, DUCKDB_TIMES, JQ_TIMES, TWO_THREADS = 2.25, 3.0, 30.0, 1.7
SLACK = 1.25
# Peak memory of the largest input over that of the smallest.
MEMORY_TIMES = 1.5


class Cost:
    """One run of one command."""

    def __init__(self, cpu: float, wall: float, peak: int):
        self.cpu, self.wall, self.peak = cpu, wall, peak


# Exit 1 of crosswalk: done, some accounts were set aside, which the corpus means to happen. jq stops with 5 after
# records that are not JSON: `peers` gives it a corpus without them.
def run(command: list[str], log: Path, accepted=(0,)) -> Cost:
    return run_at_once([command], log, accepted)


def run_at_once(commands: list[list[str]], log: Path, accepted=(0,)) -> Cost:
    """Runs commands side by side: their CPU time in all, the time until the last has ended, the memory of the largest."""
    cpu, peak = 0.0, 0
    with log.open("wb") as out:
        start = time.perf_counter()
        children = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=out) for command in commands]
        for child in children:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            cpu += usage.ru_utime + usage.ru_stime
            peak = max(peak, usage.ru_maxrss * 1024)
        wall = time.perf_counter() - start
    for child in children:
        if child.returncode not in accepted:
            end = log.read_text(errors="replace")[-2000:]
            sys.exit(f"{' '.join(child.args)} ended with {child.returncode}:\n{end}")
    return Cost(cpu, wall, peak)


class Bench:
    def __init__(self, binary: str, folder: Path, runs: int):
        self.binary, self.folder, self.runs = binary, folder, runs
        self.here = Path(__file__).parent
        self.outputs: list[Path] = []

    def corpus(self, accounts: int) -> Path:
        path = self.folder / f"accounts-{accounts}.ndjson"
        if not path.exists():
            made = self.folder / "making.ndjson"
            command = [self.binary, "sample", "--accounts", str(accounts), "--format", "ndjson", "-o", str(made)]
            run(command, self.folder / "log")
            made.rename(path)
        return path

    def plain(self, corpus: Path) -> Path:
        """The corpus without the records that jq cannot read: those that are not JSON or nested too deeply."""
        import json

        path = corpus.with_suffix(".plain.ndjson")
        with corpus.open("rb") as source, path.open("wb") as target:
            for line in source:
                if line.count(b"[[[") < 10 and line.count(b'{"a":{"a":') < 10:
                    try:
                        json.loads(line)
                    except ValueError:
                        continue
                    target.write(line)
        return path

    def convert(self, corpus: Path, threads: int, processes: int = 1) -> Cost:
        commands = [self.conversion(corpus, threads) for _ in range(processes)]
        return run_at_once(commands, self.folder / "log", accepted=(0, 1))

    def conversion(self, corpus: Path, threads: int) -> list[str]:
        # ext4 looks past the inodes of files that were removed a moment ago, for each new file: so every run has a new
        # folder, and all are removed at the end.
        out = self.folder / f"run-{len(self.outputs)}"
        self.outputs.append(out)
        return [self.binary, "convert", str(corpus), "-o", str(out), "--threads", str(threads)]

    def clear(self):
        for out in self.outputs:
            shutil.rmtree(out, ignore_errors=True)

    def rows(self, corpus: Path) -> dict:
        rows = {
            "floor": lambda: run([self.binary, "bench", "floor", str(corpus)], self.folder / "log"),
            "convert, 1 thread": lambda: self.convert(corpus, 1),
            "convert, 2 threads": lambda: self.convert(corpus, 2),
            # Two that share nothing: what the machine itself gains by its second core.
            "convert, two at once": lambda: self.convert(corpus, 1, processes=2),
        }
        duckdb = subprocess.run([sys.executable, "-c", "import duckdb"], stderr=subprocess.DEVNULL, check=False)
        if duckdb.returncode == 0:
            out = str(self.folder / "duckdb.json")
            script = str(self.here / "project_duckdb.py")
            rows["DuckDB, projection"] = lambda: run([sys.executable, script, str(corpus), out], self.folder / "log")
        else:
            print("DuckDB is not installed for this python3 (pip install duckdb): its row is left out.")
        if shutil.which("jq"):
            plain = self.plain(corpus)
            command = ["jq", "-c", "-f", str(self.here / "project.jq"), str(plain)]
            rows["jq, projection"] = lambda: run(command, self.folder / "log")
        else:
            print("jq is not installed: its row is left out.")
        return rows

    def table(self, accounts: int, corpus: Path, rows: dict) -> dict[str, tuple[float, float]]:
        """Runs the commands interleaved and prints what they cost. Gives the medians of CPU and wall time."""
        size = corpus.stat().st_size
        print(f"\n{accounts:,} accounts, {size / 1e6:,.0f} MB, {size / accounts:,.0f} bytes each; "
              f"medians of {self.runs} interleaved runs, jq of one\n")
        costs = {name: [] for name in rows}
        for turn in range(self.runs):
            for name, measure in rows.items():
                if turn == 0 or not name.startswith("jq"):
                    costs[name].append(measure())
        print(f"{'':22}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}{'accounts/s':>12}{'MB/s':>8}")
        median = {}
        for name, all_runs in costs.items():
            cpu, wall, peak = (statistics.median(getattr(c, f) for c in all_runs) for f in ("cpu", "wall", "peak"))
            median[name] = (cpu, wall)
            print(f"{name:22}{cpu:9.2f}{wall:9.2f}{peak / 1e6:9.0f}{accounts / wall:12,.0f}{size / wall / 1e6:8,.0f}")
        return median

    def speed(self, accounts: int) -> list[tuple[str, float, float, bool]]:
        corpus = self.corpus(accounts)
        median = self.table(accounts, corpus, self.rows(corpus))
        one, two = median["convert, 1 thread"], median["convert, 2 threads"]
        ratios = [
            ("convert CPU / floor CPU", one[0] / median["floor"][0], FLOOR_TIMES, False),
            ("wall, 1 thread / 2 threads", one[1] / two[1], TWO_THREADS, True),
        ]
        both = median["convert, two at once"][1]
        print(f"\nTwo conversions at once, which share nothing, get {2 * one[1] / both:.2f} times as much done as one: "
              "so much is the second core worth in this hour.")
        if "DuckDB, projection" in median:
            ratios.append(("DuckDB CPU / convert CPU", median["DuckDB, projection"][0] / one[0], DUCKDB_TIMES, True))
        if "jq, projection" in median:
            ratios.append(("jq CPU / convert CPU", median["jq, projection"][0] / one[0], JQ_TIMES, True))
        return ratios

    def memory(self, sizes: list[int]) -> list[tuple[str, float, float, bool]]:
        print("\nPeak memory of convert, 1 thread")
        peaks = []
        for accounts in sizes:
            corpus = self.corpus(accounts)
            peaks.append(self.convert(corpus, 1).peak)
            print(f"{accounts:>12,} accounts {corpus.stat().st_size / 1e6:9,.0f} MB in {peaks[-1] / 1e6:8.0f} MB of memory")
            if accounts > 500_000:
                corpus.unlink()
        return [("peak memory, largest / smallest", max(peaks) / peaks[0], MEMORY_TIMES, False)]


def judge(ratios: list[tuple[str, float, float, bool]], check: bool) -> int:
    print(f"\n{'':34}{'measured':>9}   promised")
    broken = 0
    for name, value, bound, at_least in ratios:
        met = value >= bound if at_least else value <= bound
        slack = value >= bound / SLACK if at_least else value <= bound * SLACK
        broken += not slack
        word = "" if met else "   within the slack" if slack else "   NOT MET"
        print(f"{name:34}{value:9.2f}   {'>=' if at_least else '<='} {bound:g}{word}")
    if broken and check:
        print(f"\n{broken} ratios are worse than promised by more than the slack of {SLACK:g}.")
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/convert.sh", description=__doc__)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=200_000, help="size of the corpus (default 200000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--quick", action="store_true", help="40000 accounts and 3 runs")
    parser.add_argument("--memory", action="store_true", help="also 20 thousand, 200 thousand and 2 million accounts")
    parser.add_argument("--check", action="store_true", help=f"fail where a promise is broken by more than {SLACK:g} times")
    parser.add_argument("--folder", type=Path, required=True, help="where the corpus and the outputs go")
    given = parser.parse_args()
    if given.quick:
        given.accounts, given.runs = min(given.accounts, 40_000), min(given.runs, 3)
    given.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.binary, given.folder, given.runs)
    try:
        ratios = bench.speed(given.accounts)
        if given.memory:
            ratios += bench.memory([20_000, 200_000, 2_000_000])
    finally:
        bench.clear()
    return judge(ratios, given.check)


if __name__ == "__main__":
    sys.exit(main())
