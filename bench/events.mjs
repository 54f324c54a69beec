#!/usr/bin/env node
// What an open page costs the server while an import runs: CPU time of the process (/proc/PID/stat) during the same import
// with pages open and with none, in turns, each at a server and a home of its own. Needs Node.js 20 or later and Linux.
//
//   node bench/events.mjs [--accounts 200000] [--runs 3] [--pages 20] [--limit PERCENT]
//
// CROSSWALK names the binary (default: the release build). Imports differ by more than one page costs, so that several pages
// are open at once and their cost is divided by their number. With --limit it fails when a page costs more of a core.
import { mkdtempSync, openAsBlob, readdirSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeExport } from "../conformance/browser/lib/files.mjs";
import { serve } from "../conformance/browser/lib/server.mjs";

const { values } = parseArgs({
  options: {
    accounts: { type: "string", default: "200000" },
    runs: { type: "string", default: "3" },
    pages: { type: "string", default: "20" },
    limit: { type: "string" },
  },
});
const [accounts, runs, pages] = [values.accounts, values.runs, values.pages].map(Number);
const folder = mkdtempSync(join(tmpdir(), "crosswalk-events-"));

/** Where the only run of a home stands; asking the disk costs the server nothing. */
function standing(home) {
  const [run] = readdirSync(join(home, "runs"));
  return run && JSON.parse(readFileSync(join(home, "runs", run, "page.json"))).state.state;
}

async function until(home, wanted) {
  for (;;) {
    const now = standing(home);
    if (now === wanted) return;
    if (["broken", "stopped", "cut"].includes(now)) throw new Error(`the run is ${now}`);
    await sleep(50);
  }
}

/** An import with so many pages open: CPU seconds of the server, wall seconds, events that came. */
async function measure(file, open) {
  const server = await serve();
  try {
    const entered = await fetch(server.link, { redirect: "manual" });
    const cookie = entered.headers.get("set-cookie").split(";")[0];
    const headers = { cookie, origin: server.origin };
    const page = await (await fetch(`${server.origin}/import`, { headers })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
    const upload = new FormData();
    upload.append("files", await openAsBlob(file), "export.ndjson");
    const sent = await fetch(`${server.origin}/import/files`, {
      method: "POST",
      headers: { ...headers, "x-csrf-token": csrf },
      body: upload,
    });
    if (sent.status !== 204) throw new Error(`the upload answered ${sent.status}`);
    await until(server.home, "ready");
    let events = 0;
    const streams = Array.from({ length: open }, () => {
      const stream = get(`${server.origin}/events?show=import`, { headers }, (answer) =>
        answer.on("data", (text) => (events += String(text).split("event:").length - 1)).on("error", () => {}),
      );
      return stream.on("error", () => {});
    });
    await sleep(500);
    const [cpu, wall] = [server.cpu(), performance.now()];
    await fetch(`${server.origin}/import/start`, {
      method: "POST",
      headers,
      redirect: "manual",
      body: new URLSearchParams({ csrf, connection: "gigya" }),
    });
    await until(server.home, "done");
    const result = { cpu: server.cpu() - cpu, wall: (performance.now() - wall) / 1000, events };
    streams.forEach((stream) => stream.destroy());
    return result;
  } finally {
    await server.stop();
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  const file = join(folder, "export.ndjson");
  writeExport(file, { accounts });
  const all = { none: [], open: [] };
  for (let run = 1; run <= runs; run += 1) {
    for (const [name, open] of [["none", 0], ["open", pages]]) {
      const { cpu, wall, events } = await measure(file, open);
      all[name].push({ cpu, wall, events });
      console.log(`run ${run}, ${open} pages open: ${cpu.toFixed(2)} s of CPU in ${wall.toFixed(2)} s, ${events} events`);
      if (open && events < open * wall * 0.5) throw new Error("the pages were not kept up to date");
    }
  }
  const cpu = (name) => median(all[name].map((run) => run.cpu));
  const wall = median(all.open.map((run) => run.wall));
  const share = ((cpu("open") - cpu("none")) / pages / wall) * 100;
  console.log(
    `${accounts} accounts, medians of ${runs}: ${cpu("none").toFixed(2)} s of CPU without a page, ` +
      `${cpu("open").toFixed(2)} s with ${pages}; one page costs ${share.toFixed(2)} % of a core`,
  );
  if (values.limit && share >= Number(values.limit)) {
    console.error(`that is not less than ${values.limit} %`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
