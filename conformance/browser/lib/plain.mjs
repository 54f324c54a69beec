// Chromium as people have it: no driver listens to what it does. A driver that is told of every request and frame takes 10 to 20 ms
// of a page's first paint on two cores.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { executable, flags, SIZES } from "./browser.mjs";

/** How long a page is left alone after it was sent for (ms): it is painted by then, and at rest when the next one is. */
const REST = 400;

/** How often a page that is not painted by then is asked again. */
const TRIES = 50;

/** Chromium with one tab that holds the session of `page`. */
export async function plain(page) {
  const folder = mkdtempSync(join(tmpdir(), "crosswalk-chromium-"));
  const { width, height } = SIZES.wide;
  const quiet = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "disable-quic"];
  const child = spawn(
    executable(),
    [
      ...["headless", "disable-gpu", "remote-debugging-pipe", ...quiet].map((name) => `--${name}`),
      ...flags(),
      `--user-data-dir=${folder}`,
      `--window-size=${width},${height}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const send = commands(child.stdio[3], child.stdio[4], ended);
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find(({ type }) => type === "page");
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const cookies = await page.context().cookies();
  await send("Storage.setCookies", { cookies: cookies.map(({ name, value, domain, path }) => ({ name, value, domain, path })) });
  const read = async (expression) => (await send("Runtime.evaluate", { expression, returnByValue: true }, sessionId)).result.value;
  return {
    /** Milliseconds until the first content of an address was painted. */
    async paint(address) {
      const { errorText } = await send("Page.navigate", { url: address }, sessionId);
      if (errorText) throw new Error(`${address}: ${errorText}`);
      for (let tries = 0; tries < TRIES; tries += 1) {
        await pass(REST);
        const [at, found] = await read("[location.href, performance.getEntriesByName('first-contentful-paint')[0]?.startTime]");
        if (at !== address) throw new Error(`${address} led to ${at}`);
        if (typeof found === "number") return found;
      }
      throw new Error(`${address} is not painted after ${(TRIES * REST) / 1000} s`);
    },
    async close() {
      await send("Browser.close").catch(() => child.kill());
      await ended;
      // Its other processes may still write there.
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Sends commands of the DevTools protocol: JSON, each message ended by a zero byte. */
function commands(input, output, ended) {
  const waiting = new Map();
  let last = 0;
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages.map((each) => JSON.parse(each))) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  return async (method, params = {}, sessionId = undefined) => {
    last += 1;
    const id = last;
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const answer = await Promise.race([answered, ended.then(() => ({ error: { message: "Chromium has ended" } }))]);
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
}
