// A phone: from the overview every link is followed, and on no page anything sticks out.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { SIZES, calm } from "../lib/browser.mjs";
import { binary } from "../lib/server.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("phone");
const { folder } = set;
const home = join(folder, "home");
/** Pages of one kind that are looked at. */
const MOST = 5;

let server;
let page;

before(async () => {
  const file = (name) => join(folder, name);
  const run = (...args) => {
    const options = { env: { PATH: process.env.PATH, CROSSWALK_HOME: home }, stdio: "ignore" };
    try {
      execFileSync(binary, args, options);
    } catch (failure) {
      // Some are set aside, and some are refused: that is what is to be seen.
      assert.equal(failure.status, 1, args.join(" "));
    }
  };
  run("sample", "--accounts", "20000", "--output", file("sample.json"));
  run("migrate", file("sample.json"), "--run", "sample");
  // Users with addresses that others have, and names without an end.
  const person = (number) => ({ email: `person${number}@example.com`, given_name: "W".repeat(140), family_name: `of ${"a".repeat(100)}` });
  const named = (from) => Array.from({ length: 80 }, (_, number) => ({ user_id: `${from}-${number}-${"0123456789".repeat(6)}`, ...person(number) }));
  writeFileSync(file("first.json"), JSON.stringify(named("first")));
  writeFileSync(file("second.json"), JSON.stringify(named("second")));
  run("import", file("first.json"), "--run", "first");
  run("import", file("second.json"), "--run", "a-run-with-a-name-that-somebody-made-rather-long-2026-11-29");
  ({ server, page } = await set.begin({ home }, { size: SIZES.phone }));
  const go = (path) => page.goto(server.origin + path);
  await go("/source");
  await page.getByRole("button", { name: /Use the local site/ }).click();
  await page.getByText("The source is").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /Count/ }).first().click();
  await page.getByText(/pbkdf2/).first().waitFor({ timeout: 60_000 });
  await go("/import");
  await page.locator("#files").setInputFiles([file("first.json"), file("second.json")]);
  await page.locator("table.wide").getByText("ready", { exact: true }).waitFor({ timeout: 60_000 });
  await go("/export");
  await page.getByRole("button", { name: "Export Users" }).click();
  await page.getByRole("link", { name: /\.json$/ }).waitFor({ timeout: 60_000 });
  await go("/dataflows");
  await page.getByRole("button", { name: /Start from the migration/ }).click();
  await page.waitForURL(/\/dataflows\/[0-9a-f]+$/);
});

/** Pages of the same kind differ in numbers, names and questions only. */
const kind = (path) =>
  path
    .replace(/^\/(users|connections)\/(?!new|tenant)[^/?]+/, "/$1/*")
    .replace(/^\/(runs|dataflows)\/(?!new)[^/?]+/, "/$1/*")
    .replace(/(jobs|set-aside|refused)\/[^/?]+/, "$1/*")
    .replace(/=[^&]*/g, "=*");

/** What sticks out, and wide things that nobody could scroll or that have no name. */
const wrong = () => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  const told = over > 0 ? [`${over} pixels stick out`] : [];
  for (const box of document.querySelectorAll(".scroll")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    const reached = box.tabIndex === 0 || box.querySelector("a, button, input, select, textarea, summary");
    if (!reached) told.push("a wide table is not reached by the keyboard");
    if (box.getAttribute("role") !== "region" || !box.getAttribute("aria-label")) told.push("a wide table has no name");
    if (!getComputedStyle(box).backgroundImage.includes("gradient")) told.push("a wide table does not show that it scrolls");
  }
  return told;
};

test("no page sticks out of a phone, and what is wide says so", { timeout: 600_000 }, async () => {
  const seen = new Set(["/"]);
  const looked = new Map();
  const found = [];
  const waiting = ["/"];
  while (waiting.length > 0) {
    const path = waiting.shift();
    if ((looked.get(kind(path)) ?? 0) === MOST) continue;
    looked.set(kind(path), (looked.get(kind(path)) ?? 0) + 1);
    const answer = await page.goto(server.origin + path);
    assert.equal(answer.status(), 200, path);
    await page.waitForFunction(() => !document.querySelector("[hx-trigger~=load], [hx-trigger~=painted]:empty"), null, { timeout: 60_000 });
    for (const trouble of await page.evaluate(wrong)) found.push(`${path}: ${trouble}`);
    const links = await page.locator("a[href]:not([download])").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const link of links) {
      const url = new URL(link, page.url());
      const next = url.pathname + url.search;
      if (url.origin !== server.origin || seen.has(next) || /\/(files?|account)(\/|$)/.test(url.pathname)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  console.log([...looked].map(([name, times]) => `${name} ${times}`).join("\n"));
  assert.deepEqual(found, []);
  // Every entry of the navigation, and what only data brings.
  for (const name of ["/users/*", "/runs/*", "/runs/*/jobs", "/runs/*/jobs/*", "/runs/*/set-aside", "/runs/*/set-aside/*", "/runs/*/refused", "/lanes", "/dataflows/*/try", "/export"]) {
    assert.ok(looked.has(name), `${name} was not reached`);
  }
  calm(page);
});

test("a wide table on a phone passes axe-core and is named after its heading", async () => {
  await page.goto(`${server.origin}/users`);
  await page.getByRole("region", { name: "Users, scrolls sideways" }).waitFor();
  await axe(page);
  await page.setViewportSize(SIZES.wide);
  await page.getByRole("region", { name: "Users, scrolls sideways" }).waitFor({ state: "detached" });
  calm(page);
});
