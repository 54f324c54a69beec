"""Reads a local site whose accounts are changed, made and deleted meanwhile, under faults, and holds what was read
against what the site has afterwards.

The site answers with bursts of 403048, with 500001, 504001 and 409030, forgets cursors, gives short and slow pages, loses
answers, and its index lags. Changers set a counter in accounts, import new ones, some with a time of creation long ago, and
delete some. Then, without faults, every account of the site is read with one cursor. Nothing may be lost, doubled or
old: an account that was made or changed before the export's `up_to` has to stand in it once and as the site has it; what
the site has not any more has to be an account that a changer deleted."""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from local_site import Site
from measure import Bench

# Every rule counts for itself. The bursts are of the searches' kind only: a changer goes on as it likes.
FAULTS = """seed {seed}
403048 on POST /accounts.search from 2s until 4s
403048 on POST /accounts.search from 20s until 22s
403048 on POST /accounts.search chance 0.02
500001 on POST /accounts.search chance 0.03
504001 on POST /accounts.search chance 0.02
409030 on POST /accounts.search chance 0.01
reset-after on POST /accounts.search chance 0.02
cut on POST /accounts.search chance 0.01
slow 500ms on POST /accounts.search chance 0.05
cursor-gone chance 0.03
short-pages chance 0.5
index-lag {lag}ms
"""


# What an export allows for an index that lags: `up_to` is so much before the last sweep began.
ALLOWED_LAG = 30_000


class Changers:
    """Threads that change accounts of a site until they are told to stop."""

    def __init__(self, site: Site, uids: list[str], threads: int, a_second: float, seed: int):
        self.site, self.uids, self.pause = site, uids, threads / a_second
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.done = {"changed": 0, "made": 0, "deleted": 0, "refused": 0}
        self.deleted: set[str] = set()
        self.threads = [threading.Thread(target=self.change, args=(number, random.Random(seed * 100 + number)))
                        for number in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def change(self, number: int, chance: random.Random):
        turn = 0
        while not self.stop.wait(self.pause * chance.random() * 2):
            turn += 1
            what, uid = chance.random(), chance.choice(self.uids)
            if what < 0.70:
                kind, method = "changed", "accounts.setAccountInfo"
                parameters = {"UID": uid, "data": json.dumps({"turn": turn, "by": number})}
            elif what < 0.85:
                kind, method, uid = "made", "accounts.importFullAccount", f"new-{number}-{turn}"
                email = f"{uid}@new.example.com"
                parameters = {"UID": uid, "profile": json.dumps({"email": email, "firstName": "New"}),
                              "loginIDs": json.dumps({"emails": [email]}), "isRegistered": "true"}
                if chance.random() < 0.3:
                    parameters["created"] = f"20{chance.randrange(14, 25)}-05-05T05:05:05.000Z"
            else:
                kind, method, parameters = "deleted", "accounts.deleteAccount", {"UID": uid}
                with self.lock:
                    self.deleted.add(uid)
            answer = self.site.call(method, parameters)
            with self.lock:
                # An awkward account is not changed, one that is gone neither.
                self.done[kind if answer["errorCode"] == 0 else "refused"] += 1


def accounts_of(folder: Path) -> dict[str, dict]:
    """The recorded accounts; ends when one stands there twice."""
    accounts: dict[str, dict] = {}
    for path in sorted((folder / "source").iterdir()):
        with path.open("rb") as lines:
            for line in lines:
                if line.strip():
                    account = json.loads(line)
                    if account["UID"] in accounts:
                        sys.exit(f"{account['UID']} stands twice in the export")
                    accounts[account["UID"]] = account
    return accounts


def compare(folder: Path, site: Site, changers: Changers, lag: int) -> list[str]:
    """What is wrong with an export, by the site's own data."""
    finished = json.loads((folder / "source.json").read_text())
    read = accounts_of(folder)
    certain = finished["up_to"] + ALLOWED_LAG - lag
    lost, old, differ, later, have = [], [], [], 0, set()
    members, types = ", ".join(finished["query"]["members"]), finished["query"]["types"]
    # A search of accounts has no subscriptions; the export has joined those of emailAccounts.
    subscribed = {row["UID"]: row.get("subscriptions")
                  for page in site.pages("SELECT UID, subscriptions FROM emailAccounts LIMIT 10000", types)
                  for row in page if "UID" in row}
    for page in site.pages(f"SELECT {members} FROM accounts LIMIT 5000", types):
        for account in page:
            uid = account["UID"]
            have.add(uid)
            changed = account.get("lastUpdatedTimestamp", 0)
            mine = read.get(uid)
            if changed >= certain:
                later += 1
            elif mine is None:
                lost.append(uid)
            elif mine.get("lastUpdatedTimestamp", 0) != changed:
                old.append(uid)
            elif mine != account | ({"subscriptions": subscribed[uid]} if subscribed.get(uid) else {}):
                differ.append(uid)
    gone = read.keys() - have
    strange = gone - changers.deleted
    print(f"{len(read):,} accounts read, the site has {len(have):,}; {later:,} of them were changed after {certain}, "
          f"{len(gone):,} were deleted")
    print(f"sweeps {finished['sweeps']}, replaced {finished['replaced']}, deleted meanwhile {finished.get('deleted')}")
    wrong = {"lost": lost, "old": old, "different": differ, "not the site's": sorted(strange)}
    return [f"{len(uids)} accounts are {what}: {', '.join(uids[:5])}" for what, uids in wrong.items() if uids]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/changing.sh", description=__doc__)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=200_000, help="size of the site (default 200000)")
    parser.add_argument("--changes", type=float, default=60, help="changes a second (default 60)")
    parser.add_argument("--lag", type=int, default=2000, help="how far the index lags, milliseconds (default 2000)")
    parser.add_argument("--pace", help="the contract of the site; without it as fast as the machine is")
    parser.add_argument("--seed", type=int, default=1, help="of faults and changes (default 1)")
    parser.add_argument("--folder", type=Path, required=True, help="where the site and the run go")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.binary, given.folder, 1)
    corpus = bench.plain(bench.corpus(given.accounts))
    with Site(given.binary, given.folder, corpus, []) as site:
        uids = [row["UID"] for page in site.pages("SELECT UID FROM accounts LIMIT 10000") for row in page]
    faults = given.folder / "faults"
    faults.write_text(FAULTS.format(seed=given.seed, lag=given.lag))
    options = ["--faults", faults.read_text().replace("\n", ";")] + (["--pace", given.pace] if given.pace else [])
    out = given.folder / f"run-{int(time.time())}"
    with Site(given.binary, given.folder, corpus, options) as site:
        with Changers(site, uids, 4, given.changes, given.seed) as changers:
            command = [given.binary, "convert", f"gigya:{site.ready['url']}", "-o", str(out), "--json"]
            start = time.perf_counter()
            # A fault that does not pass in time stops the export; the same command goes on.
            for attempt in range(1, 6):
                done = subprocess.run(command, env=site.environment(), capture_output=True, text=True, check=False)
                if done.returncode != 4:
                    break
            wall = time.perf_counter() - start
    print(f"convert ended with {done.returncode} after {wall:.1f} s, attempts {attempt}; meanwhile {changers.done}")
    if done.returncode not in (0, 1):
        print(done.stderr[-2000:])
        return 1
    report = json.loads(done.stdout)
    counters = report["counters"]
    print(f"requests {report['requests']}, counters {counters}")
    with Site(given.binary, given.folder, corpus, []) as site:
        wrong = compare(out, site, changers, given.lag)
    if counters["read"] != counters["packed"] + counters["set_aside"] + counters.get("left", 0):
        wrong.append("the counters do not add up")
    print("\n".join(wrong) if wrong else "Nothing is lost, doubled or old.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
