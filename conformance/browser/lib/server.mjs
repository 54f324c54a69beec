// `crosswalk serve` in a home of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The binary under test: CROSSWALK, or what `cargo build --release` leaves. */
export const binary =
  process.env.CROSSWALK ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "crosswalk");

/** How long the server may take until it prints its link (ms). */
const READY = 60_000;

/** What `crosswalk serve` prints to be opened: the first link of its output. */
const LINK = /https?:\/\/[^\s"']+/;

/**
 * Starts `crosswalk serve` and waits for its link.
 * @param {object} options
 * @param {string} [options.home] CROSSWALK_HOME; a new folder, removed by `stop`, without it
 * @param {number} [options.port] the port; any that is free without it
 * @param {string[]} [options.args] further arguments
 * @param {object} [options.env] further variables
 */
export async function serve({ home, port = 0, args = [], env = {} } = {}) {
  const own = home === undefined;
  home ??= mkdtempSync(join(tmpdir(), "crosswalk-page-"));
  // Nothing of the surroundings decides what the page connects to.
  const kept = Object.entries(process.env).filter(([name]) => !/^(AUTH0|GIGYA|CROSSWALK)_/.test(name));
  const child = spawn(binary, ["serve", "--port", String(port), ...args], {
    cwd: home,
    env: { ...Object.fromEntries(kept), CROSSWALK_HOME: home, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  const ended = new Promise((resolve) => child.once("exit", (status, signal) => resolve(status ?? signal)));
  const link = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no link after ${READY} ms:\n${said.join("\n")}`)), READY);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const found = LINK.exec(line);
        if (found) {
          clearTimeout(late);
          resolve(found[0]);
        }
      });
    }
    child.once("error", reject);
    ended.then((status) => reject(new Error(`serve ended with ${status}:\n${said.join("\n")}`)));
  });
  return {
    /** The link with the one-time token. */
    link,
    /** Where the pages are. */
    origin: new URL(link).origin,
    port: Number(new URL(link).port),
    home,
    pid: child.pid,
    /** All that it has printed. */
    said,
    /** Its status, or the signal that ended it. */
    ended,
    /** Memory of the process in bytes: now, and at most so far. */
    memory: () => memory(child.pid),
    /** CPU time of the process in seconds. */
    cpu: () => cpu(child.pid),
    /** Ends it as a crash would. Its home stays. */
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    /** Ends it as Ctrl-C does, and removes its home if it was made here. */
    stop: async () => {
      child.kill("SIGTERM");
      const status = await ended;
      if (own) rmSync(home, { recursive: true, force: true });
      return status;
    },
  };
}

function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) * 1024;
  return { now: of("VmRSS"), most: of("VmHWM") };
}

function cpu(pid) {
  // The name of a command may hold spaces and brackets; what counts comes behind the last bracket.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  const TICKS = 100;
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
